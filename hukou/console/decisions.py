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
from django.views.decorators.http import require_GET, require_http_methods

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, once
from hukou.kernel.errors import DomainError
from workflows.approvals import actions, changes, openings, waiting
from workflows.approvals.rules import Turn
from workflows.approvals.waiting import Narrowing, Place
from workflows.cases import folders
from workflows.cases import queries as cases
from workflows.cases.models import Case

from . import casepage
from .inbox import address
from .people import signed_in
from .refusals import status_of


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
            pin=post.get("pin", ""),
            opinion=post.get("opinion", ""),
            legal_basis=post.get("legal_basis", ""),
        )
    except DomainError as error:
        context = _context(cases.case_for(officer, pk), officer, narrowing) | {"error": error, "typed": post}
        return render(request, "approvals/decide.html", context, status=status_of(error))
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
    return casepage.context(case, officer) | {
        "level": case.level,
        "place": Place.of(case).said(),
        "may_decide": case.awaiting_office_id is not None and ruling.allowed,
        "why_not": ruling.reason,
        "time": waiting.step_time(case, clock.now()) if case.awaiting_office_id else None,
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
