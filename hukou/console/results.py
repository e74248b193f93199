"""Notices and sealed documents."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.kernel.errors import NotFound
from workflows.approvals import notices
from workflows.approvals.models import NoticeIssue
from workflows.archive import verify
from workflows.cases import queries
from workflows.papers import preview
from workflows.seals import queries as seals

from . import casepage, looking
from .people import signed_in


@looking.shows("document.viewed")
@login_required
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed notice of a decided case."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    issued = NoticeIssue.objects.select_related("read_by").filter(case=case).first()
    if issued is None:
        raise NotFound
    looking.at_document(case, officer, kind="notice")
    context = {
        "case": case,
        "notice": issued,
        "chain": casepage.chain(case),
        "may_read": policies.allow(officer, "notice.read", case) and issued.read_at is None,
        "report": verify.document_report(case, "notice"),
    }
    return render(request, "cases/notice.html", context)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The station takes note."""
    officer = signed_in(request)
    notices.read(case_id=queries.case_for(officer, pk).pk, by=officer)
    return redirect("case_notice", pk=pk)


@looking.shows("document.viewed")
@login_required
@require_GET
@xframe_options_sameorigin
def document(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A sealed PDF as it is stored, the newest or the `revision` asked for: it is never rewritten on the way out."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    asked = request.GET.get("revision", "")
    if asked:
        found = seals.document(case.pk, kind, int(asked)) if asked.isdecimal() and len(asked) < 5 else None
    else:
        found = seals.latest_document(case.pk, kind)
    if found is None:
        raise NotFound
    looking.at_document(case, officer, kind=kind, sha256=found.sha256)
    response = HttpResponse(seals.document_path(found.sha256).read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}-{kind}.pdf"'
    return response


@looking.shows("document.viewed")
@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def page(request: HttpRequest, pk: int, kind: str, number: int) -> HttpResponse:
    """One page of a sealed PDF as a picture, for screens without a PDF program."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    found = seals.latest_document(case.pk, kind)
    if found is None:
        raise NotFound
    try:
        png = preview.page_png(seals.document_path(found.sha256).read_bytes(), page=number)
    except LookupError as none:
        raise NotFound from none
    looking.at_document(case, officer, kind=kind, sha256=found.sha256)
    return HttpResponse(png, content_type="image/png")


@looking.shows("document.viewed")
@login_required
@require_GET
def seal_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What the verifier says of the case now: seals, pages, files."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    looking.at_document(case, officer, kind="seal_report")
    return render(request, "cases/seal_report.html", {"case": case, "report": verify.verify_case(case)})
