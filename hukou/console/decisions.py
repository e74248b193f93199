"""The approver's decision page: look at every page, see what changed, decide, and go on to the next case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import once
from hukou.kernel.errors import DomainError, NotFound
from workflows.approvals import actions, changes, openings, waiting
from workflows.approvals.rules import Turn
from workflows.approvals.waiting import Narrowing, Place
from workflows.cases import folders
from workflows.cases import queries as cases
from workflows.cases.models import Case

from . import casepage, looking, turns, ukey
from .inbox import address
from .people import signed_in
from .refusals import status_of

BESIDE = ("claim", "release", "reassign", "ask", "recall")
"""Acts an approver finds beside the decision; the others belong to the folder."""
BEFORE = ("acceptance", "investigation")
"""Stages whose papers are there before anybody decides."""


@looking.shows("case.viewed", "portrait.viewed")
@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at every page and decide; what was typed survives every error."""
    officer = signed_in(request)
    narrowing = Narrowing.read(request.GET)
    if request.method == "GET":
        case = cases.case_for(officer, pk)
        context = _context(case, officer, narrowing)
        if context["may_decide"] and "HX-Request" not in request.headers:  # a refresh in the background is no look
            openings.note(case, by=officer, digest=context["seen"])
        return render(request, "approvals/decide.html", context)
    post = request.POST
    try:
        decision = actions.decide(
            case_id=pk,
            level=_level(post.get("level", "")),
            outcome=post.get("outcome", ""),
            by=officer,
            seen=post.get("seen", ""),
            consent=ukey.consent_of(post),
            opinion=post.get("opinion", ""),
            legal_basis=post.get("legal_basis", ""),
            missing=[*post.getlist("missing"), *post.get("missing_more", "").splitlines()],
        )
    except DomainError as error:
        return _refused(request, pk, narrowing, error)
    said = {
        "approve": _("Approved: {number}. The seal is being put on."),
        "refuse": _("Refused: {number}. The seal is being put on."),
        "return": _("Returned to the station: {number}."),
    }
    messages.success(request, said[decision.outcome].format(number=decision.case.number))
    return redirect(following(narrowing, post.get("place", "")))


@login_required
@require_GET
def next_case(request: HttpRequest) -> HttpResponse:
    """Go to the case that follows a place in the queue; at its end to the first, for what was passed over comes again."""
    officer, narrowing = signed_in(request), Narrowing.read(request.GET)
    place = Place.read(request.GET.get("after", ""))
    found = waiting.page(officer, narrowing, most=1, after=place) if place else []
    found = found or waiting.page(officer, narrowing, most=1)
    return redirect(page_of(found[0].pk, narrowing) if found else address(narrowing))


def following(narrowing: Narrowing, place: str) -> str:
    """The address that leads on from `place` in the queue, within what it was narrowed to."""
    return f"{reverse('inbox_next')}?{urlencode(narrowing.said() | {'after': place})}"


@login_required
@require_POST
def turn(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one act beside deciding (hukou.console.turns): take, give back, ask. Whose turn it still is stays at the case."""
    officer = signed_in(request)
    narrowing = Narrowing.read(request.GET)
    case = cases.case_for(officer, pk)
    chosen = turns.ACTS.get(act)
    if chosen is None or act not in BESIDE:
        raise NotFound
    try:
        chosen.run(officer, pk, request.POST.dict())
    except DomainError as error:
        return _refused(request, pk, narrowing, error, tried=act)
    messages.success(request, str(chosen.done))
    fresh = Case.objects.with_context().get(pk=pk)
    if (fresh.awaiting_role, fresh.awaiting_office_id) == (case.awaiting_role, case.awaiting_office_id):
        return redirect(page_of(pk, narrowing))
    return redirect(following(narrowing, Place.of(case).said()))


def _refused(request: HttpRequest, pk: int, narrowing: Narrowing, error: DomainError, tried: str = "") -> HttpResponse:
    """The page again with what is wrong and everything that was typed. `tried`: the act beside deciding."""
    officer = signed_in(request)
    context = _context(cases.case_for(officer, pk), officer, narrowing)
    context |= {"error": error, "typed": request.POST, "tried": tried, "ticked": request.POST.getlist("missing")}
    return render(request, "approvals/decide.html", context, status=status_of(error))


def page_of(pk: int, narrowing: Narrowing) -> str:
    """The decision page of a case, which keeps the officer within what they narrowed the queue to."""
    said = narrowing.said()
    return reverse("case_decide", args=[pk]) + (f"?{urlencode(said)}" if said else "")


def _level(said: str) -> int:
    """The level the form names; 0, which no case has, for anything that is none."""
    return int(said) if said.isdecimal() and len(said) < 3 else 0


def _context(case: Case, officer: Officer, narrowing: Narrowing) -> dict[str, Any]:
    with once.remembered():
        return _looked(case, officer, narrowing)


def _looked(case: Case, officer: Officer, narrowing: Narrowing) -> dict[str, Any]:
    before, behind = waiting.neighbours(officer, narrowing, case)
    ruling = policies.ruling(officer, "case.decide", Turn(case, case.level))
    changed = changes.since(case, officer)
    shown = casepage.context(case, officer)
    acts = {name: act for name, act in shown["turns"]["acts"].items() if name in BESIDE}
    taken = case.claimed_by if case.claimed_by_id != officer.pk else None
    return shown | {
        "level": case.level,
        "place": Place.of(case).said(),
        "may_decide": case.awaiting_office_id is not None and ruling.allowed and taken is None,
        "why_not": ruling.reason,
        "taken": taken if ruling.allowed else None,
        "turns": shown["turns"] | {"acts": acts},
        "at_decision": True,
        "narrowed": f"?{urlencode(narrowing.said())}" if narrowing.said() else "",
        "ticked": [slot.spec.code for slot in shown["folder"].missing_of(*BEFORE)],
        "time": shown["step_time"],
        "changes": changed,
        "changed_pages": _changed_pages(case, changed) if changed else [],
        "new_pages": {page.placement.pk for page in changed.added} if changed else set(),
        "previous_url": page_of(before, narrowing) if before else "",
        "next_url": page_of(behind, narrowing) if behind else "",
        "here": page_of(case.pk, narrowing),
        "inbox_url": address(narrowing),
    }


def _changed_pages(case: Case, changed: changes.Changes) -> list[dict[str, Any]]:
    """Pages of the folder that are other than they were: before and now where one took the other's place."""
    followed = {page.successor.pk: page.placement for page in changed.gone if page.successor}
    rows: list[dict[str, Any]] = [
        {"name": folders.line(case, page.code), "now": page.placement, "before": followed.get(page.placement.pk)}
        for page in changed.added
    ]
    return rows + [
        {"name": folders.line(case, page.code), "now": None, "before": page.placement}
        for page in changed.gone
        if page.successor is None
    ]
