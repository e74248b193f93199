"""The clerk's pages: pick a sub-type, open a case, see its folder, accept, hand up, withdraw, file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.approvals import actions as approvals
from workflows.approvals import enquiries
from workflows.approvals.errors import EnquiryAnswered
from workflows.archive import actions as archive
from workflows.cases import actions as cases
from workflows.cases import forms, queries, transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb

from . import casepage, looking, turns, ukey, versions
from .people import signed_in
from .refusals import status_of


def _station(officer: Officer) -> Office:
    """The station whose window the officer sits at today."""
    for duty in policies.duties_of(officer):
        if duty.role in (Duty.Role.DESK_OFFICER, Duty.Role.AUXILIARY) and duty.office.level == Office.Level.STATION:
            return duty.office
    raise NotPermitted(reason=_("you have no duty at a station's desk today"))


@login_required
@require_GET
def pick(request: HttpRequest) -> HttpResponse:
    """All sub-types by category; filtering happens in the browser, and by the form without script."""
    _station(signed_in(request))
    return render(request, "cases/pick_subtype.html", {"categories": catalogue.by_category()})


@login_required
@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest, subtype: str) -> HttpResponse:
    """The application form of a new case; typed text survives every error."""
    officer = signed_in(request)
    station = _station(officer)
    row = catalogue.current_subtype(subtype)
    context: dict[str, Any] = {"subtype": row, "fields": casepage.fields({}), "facts": casepage.facts(row, set())}
    if request.method == "POST":
        facts = set(request.POST.getlist("facts"))
        try:
            case = cases.open_case(
                station=station, subtype_code=subtype, form=request.POST.dict(), facts=facts, by=officer
            )
        except DomainError as error:
            context |= {
                "error": error,
                "fields": casepage.fields(request.POST.dict(), error.data.get("problems"), held=facts),
                "facts": casepage.facts(row, facts),
            }
            return render(request, "cases/open.html", context, status=status_of(error))
        return redirect("case_capture", pk=case.pk)
    return render(request, "cases/open.html", context)


@looking.shows("case.viewed", "portrait.viewed")
@login_required
@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The folder of one case."""
    officer = signed_in(request)
    return render(request, "cases/case.html", casepage.context(queries.case_for(officer, pk), officer))


@looking.shows("case.viewed")
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the form, the facts and the officer's ticks."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    policies.require(officer, "case.update", found)
    looking.at_case(found, officer, pages=False)
    transitions.require(found, Verb.UPDATE)
    facts, judged, typed = set(found.facts), set(found.judged), forms.values_of(found)
    error: DomainError | None = None
    if request.method == "POST":
        facts, judged = set(request.POST.getlist("facts")), set(request.POST.getlist("judged"))
        typed = request.POST.dict()
        try:
            cases.update_case(case_id=pk, form=typed, facts=facts, judged=judged, by=officer)
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("The application has been saved."))
            return redirect("case", pk=pk)
    context = {
        "case": found,
        "subtype": found.subtype,
        "error": error,
        "fields": casepage.fields(typed, error.data.get("problems") if error else None, held=facts),
        "facts": casepage.facts(found.subtype, facts),
        "judgeable": casepage.judgeable(found.subtype, judged),
    }
    return render(request, "cases/open.html", context, status=status_of(error) if error else 200)


def _act(request: HttpRequest, pk: int, done: str, verb: Any, tried: str = "") -> HttpResponse:
    """Run one verb of the folder page; an error shows on the same page with the typed text in place."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    try:
        verb(officer)
    except DomainError as error:
        found = Case.objects.with_context().get(pk=pk)
        if not policies.allow(officer, "case.view", found):
            raise  # a colleague of the other station answered first: the folder is not theirs to see any more
        context = casepage.context(found, officer) | {"error": error, "typed": request.POST, "tried": tried}
        return render(request, "cases/case.html", context, status=status_of(error))
    messages.success(request, done)
    # Who answered for another station does not see its case any more.
    after = Case.objects.with_context().get(pk=pk)
    return redirect("case", pk=pk) if policies.allow(officer, "case.view", after) else redirect("desk")


@login_required
@require_POST
def turn(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one act beside the straight way (hukou.console.turns)."""
    chosen = turns.ACTS.get(act)
    if chosen is None:
        raise NotFound
    post = request.POST.dict()
    try:
        return _act(request, pk, str(chosen.done), lambda officer: chosen.run(officer, pk, post), tried=act)
    except NotFound:
        if chosen.verb == Verb.ANSWER and enquiries.was_asked(signed_in(request), pk):
            raise EnquiryAnswered from None
        raise


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the case (受理)."""
    return _act(
        request,
        pk,
        _("The case has been accepted and numbered."),
        lambda officer: cases.accept_case(
            case_id=pk, by=officer, deferred_reason=versions.deferral_reason(request.POST)
        ),
    )


@login_required
@require_POST
def hand_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the case up under the officer's seal (上报)."""
    post = request.POST
    return _act(
        request,
        pk,
        _("The case has been handed up; the seal is being put on."),
        lambda officer: approvals.hand_up(
            case_id=pk,
            by=officer,
            consent=ukey.consent_of(post),
            seen=post.get("seen", ""),
            opinion=post.get("opinion", ""),
        ),
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicant takes the request back (撤回)."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        pk,
        _("The case has been withdrawn."),
        lambda officer: approvals.withdraw(case_id=pk, by=officer, reason=reason),
    )


@login_required
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the case into the archive (归档)."""
    return _act(
        request,
        pk,
        _("The case has been filed."),
        lambda officer: archive.file_case(case_id=pk, by=officer),
    )
