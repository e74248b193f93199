"""Reviewing a case of a sample: what the list asks for beside the images, findings, the verdict, and the order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.alerts import queries as alerts
from audit.inspection import actions, populations, queries
from audit.inspection.models import Finding, Sample
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import casepage, looking
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import once
from hukou.kernel.errors import DomainError
from workflows.approvals import queries as approvals
from workflows.archive import verify
from workflows.cases import folders, forms
from workflows.cases import queries as cases
from workflows.cases.models import Case
from workflows.cases.types import Slot
from workflows.volumes import actions as volumes
from workflows.volumes import queries as paper_queries
from workflows.volumes.models import Loan

from . import signers


@looking.shows("case.viewed", "portrait.viewed")
@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a drawn case; or give the verdict and go on to the next."""
    officer = signed_in(request)
    sample = queries.sample_for(officer, pk)
    if request.method == "GET":
        return render(request, "oversight/review.html", _context(sample, officer))
    pages = _pages(cases.case_for(officer, sample.case_id or 0))
    try:
        actions.review(
            sample_id=pk,
            verdict=request.POST.get("verdict", ""),
            pages=len(pages),
            seen=len(pages & {int(key) for key in request.POST.getlist("pages_seen") if key.isdecimal()}),
            by=officer,
        )
    except DomainError as error:
        return _refused(request, sample, officer, error)
    said = _("Reviewed: {number}.").format(number=sample.title)
    messages.success(request, said)
    _before, behind = queries.neighbours(sample)
    with_findings = request.POST.get("verdict") == Sample.Verdict.FINDINGS
    if with_findings or behind is None or not _unreviewed(behind):
        # What was found is sent down first; and when nothing is left, the list is where to conclude.
        return redirect("inspection_review", pk=pk) if with_findings else redirect("inspection", pk=sample.duty_id)
    return redirect("inspection_review", pk=behind)


@login_required
@require_POST
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a finding; the page answers with its list (htmx takes that part)."""
    officer = signed_in(request)
    sample = queries.sample_for(officer, pk)
    post = request.POST
    try:
        actions.add_finding(
            sample_id=pk,
            kind=post.get("kind", ""),
            severity=_number(post.get("severity", "")) or 0,
            words=post.get("words", ""),
            material=post.get("material", ""),
            page=post.get("page", "") if post.get("material") else "",
            officer_id=_number(post.get("officer", "")),
            by=officer,
        )
    except DomainError as error:
        return _refused(request, sample, officer, error)
    return redirect("inspection_review", pk=pk)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """Strike a finding out before the verdict."""
    officer = signed_in(request)
    sample = queries.sample_for(officer, pk)
    mine = finding if sample.findings.filter(pk=finding).exists() else 0
    try:
        actions.drop_finding(finding_id=mine, by=officer)
    except DomainError as error:
        return _refused(request, sample, officer, error)
    return redirect("inspection_review", pk=pk)


@login_required
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Send findings down to the station."""
    officer = signed_in(request)
    sample = queries.sample_for(officer, pk)
    post = request.POST
    try:
        made = actions.issue(
            sample_id=pk,
            findings=[int(key) for key in post.getlist("findings") if key.isdecimal()],
            text=post.get("text", ""),
            working_days=_number(post.get("working_days", "")),
            by=officer,
        )
    except DomainError as error:
        return _refused(request, sample, officer, error, tried="order")
    messages.success(request, _("Order {number} was sent down.").format(number=made.number))
    return redirect("order", pk=made.pk)


@login_required
@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Call up the paper of the case for this review (调取纸质): the station hands it over and takes it back."""
    officer = signed_in(request)
    sample = queries.sample_for(officer, pk)
    try:
        volumes.request_paper(
            case_id=sample.case_id or 0, purpose=Loan.Purpose.INSPECTION, ref=_ref(sample), by=officer
        )
    except DomainError as error:
        return _refused(request, sample, officer, error)
    messages.success(request, _("The station has been asked for the paper."))
    return redirect("inspection_review", pk=pk)


@looking.shows("document.viewed")
@login_required
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the verifier says of the case now, for the review screen: seals, pages, files."""
    officer = signed_in(request)
    case = cases.case_for(officer, queries.sample_for(officer, pk).case_id or 0)
    looking.at_document(case, officer, kind="seal_report")
    return render(request, "oversight/review_check.html", {"case": case, "report": verify.verify_case(case)})


def _refused(
    request: HttpRequest, sample: Sample, officer: Officer, error: DomainError, tried: str = ""
) -> HttpResponse:
    """The review again with what is wrong and everything that was typed."""
    typed: QueryDict = request.POST
    context = _context(sample, officer) | {"error": error, "typed": typed, "tried": tried}
    return render(request, "oversight/review.html", context, status=status_of(error))


def _context(sample: Sample, officer: Officer) -> dict[str, Any]:
    with once.remembered():
        return _looked(sample, officer)


def _looked(sample: Sample, officer: Officer) -> dict[str, Any]:
    case = cases.case_for(officer, sample.case_id or 0)
    folder = folders.as_filed(case)
    looking.at_case(case, officer, slots=folder.slots)
    before, behind = queries.neighbours(sample)
    ruling = policies.ruling(officer, "inspection.review", sample)
    under_way = sample.duty.concluded_at is None
    found = queries.findings_of(sample)
    unsent = [each for each in found if each.dropped_at is None and each.order_id is None]
    return {
        "sample": sample,
        "duty": sample.duty,
        "case": case,
        "lines": [_line(slot) for slot in folder.slots if slot.needed or slot.pages],
        "first": next((placed for slot in folder.slots for placed in slot.pages), None),
        "page_count": sum(len(slot.pages) for slot in folder.slots),
        "names": {slot.material.code: slot.spec for slot in folder.slots},
        "fields": casepage.fields(forms.values_of(case)),
        "decisions": approvals.history(case),
        "alerts": list(alerts.alerts_about(sample.subject)),
        "risks": [queries.risk_label(code) for code in sample.risks],
        "concerned": _concerned(sample.subject),
        "findings": found,
        "live": [each for each in found if each.dropped_at is None],
        "unsent": unsent if sample.reviewed_at else [],
        "orders": list(sample.orders.order_by("pk")),
        "place": paper_queries.place_of(case),
        "loans": paper_queries.loans_for(_ref(sample)),
        "may_call_up": policies.allow(officer, "paper.request", case.station),
        "kinds": Finding.Kind.choices,
        "severities": Finding.Severity.choices,
        "may_review": ruling.allowed and under_way and sample.reviewed_at is None,
        "may_order": ruling.allowed and sample.reviewed_at is not None,
        "why_not": ruling.reason,
        "previous_url": reverse("inspection_review", args=[before]) if before else "",
        "next_url": reverse("inspection_review", args=[behind]) if behind else "",
        "list_url": reverse("inspection", args=[sample.duty_id]),
    }


def _line(slot: Slot) -> dict[str, Any]:
    """What the list asks for, and what was captured for it."""
    pages = [
        {
            "placement": placed,
            "dpi": round(placed.page.dpi) if placed.page.dpi else None,
            "plain": placed.page.device in ("", "file"),
        }
        for placed in slot.pages
    ]
    return {
        "slot": slot,
        "signers": signers.words(slot.spec.signers),
        "kept": signers.keeping(slot.spec.keep),
        "pages": pages,
    }


def _concerned(subject: str) -> list[dict[str, Any]]:
    """Who worked on the case, with what they did."""
    concerns = populations.of(subject).concerned(subject)
    people = Officer.objects.in_bulk([concern.officer_id for concern in concerns])
    return [{"officer": people[concern.officer_id], "part": concern.part} for concern in concerns]


def _ref(sample: Sample) -> str:
    """What a loan of paper says it is for."""
    return f"inspection.sample:{sample.pk}"


def _pages(case: Case) -> set[int]:
    return {placed.pk for placed in folders.counting_pages(case)}


def _unreviewed(pk: int) -> bool:
    return Sample.objects.filter(pk=pk, reviewed_at=None).exists()


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 10 else None
