"""Letters and printed forms of a case: to read, to print, to note as handed over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel.errors import NotFound
from workflows.cases import folders, letters, queries
from workflows.cases.models import Case
from workflows.papers import forms

from . import looking
from .people import signed_in

BEFORE_HANDING_UP = (Case.Status.DRAFT, Case.Status.ACCEPTED, Case.Status.RETURNED)


@looking.shows("document.viewed")
@login_required
@require_GET
@xframe_options_sameorigin
def letter(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """A letter as it was made: the same bytes each time."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    found = next((one for one in letters.of(case) if one.pk == letter), None)
    if found is None:
        raise NotFound
    looking.at_document(case, officer, kind=found.kind, letter=found.number, sha256=found.sha256)
    return _pdf(letters.pdf(found), found.number)


@login_required
@require_POST
def tell_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the applicant in writing, at once and completely, what the folder still lacks."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    lacking = folders.of(case).missing_of("acceptance", "investigation")
    missing = [{"code": slot.spec.code, "what": ""} for slot in lacking]
    letters.issue(case_id=case.pk, kind="supplement", by=officer, details={"missing": missing})
    messages.success(request, _("The one-time notice is made; print it below and hand it over."))
    return redirect("case", pk=pk)


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """The applicant has it."""
    officer = signed_in(request)
    letters.hand_over(case_id=queries.case_for(officer, pk).pk, letter_id=letter, by=officer)
    return redirect("case", pk=pk)


@looking.shows("document.viewed")
@login_required
@require_GET
@xframe_options_sameorigin
def form(request: HttpRequest, pk: int, material: str) -> HttpResponse:
    """The form of a slot, filled with what the case says now."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    try:
        made = forms.form_of(case, material)
    except LookupError as none:
        raise NotFound from none
    looking.at_document(case, officer, kind="form", material=material)
    return _pdf(forms.render(made), f"{case.number or case.pk}-{material}")


def context(case: Case, officer: Officer) -> dict[str, Any]:
    """What the panel of printed papers shows: forms {line, code}, letters {letter, label}, may_hand_over, may_tell."""
    return {
        "forms": [folders.line(case, code) for code in forms.printable(case)],
        "letters": [{"letter": one, "label": letters.label(one.kind)} for one in letters.of(case)],
        "may_hand_over": policies.allow(officer, "letter.hand_over", case),
        "may_tell": case.status in BEFORE_HANDING_UP and policies.allow(officer, "letter.issue", case),
    }


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
