"""The approver's queue: what waits for my duties, narrowed and in pages, and approving several cases together."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock
from hukou.kernel.errors import DomainError
from workflows.approvals import openings, together, waiting
from workflows.approvals.waiting import Narrowing, Place, StepTime
from workflows.cases.models import Case

from . import looking, ukey
from .people import signed_in
from .refusals import status_of

PAGE = 25
"""Lines of a page: what a screen shows."""


@looking.shows("list.viewed")
@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Cases waiting for a duty I hold, what is due first coming first."""
    return render(request, "approvals/inbox.html", _context(signed_in(request), request.GET))


@login_required
@require_GET
def tally(request: HttpRequest) -> HttpResponse:
    """How many wait for me, for the rail of every screen."""
    return render(request, "approvals/tally.html", {"inbox_count": waiting.counts(signed_in(request)).all})


@looking.shows("list.viewed")
@login_required
@require_POST
def approve_together(request: HttpRequest) -> HttpResponse:
    """Approve the ticked cases with one PIN; each is decided separately and answered separately."""
    officer = signed_in(request)
    post = request.POST
    ticked = [int(pk) for pk in post.getlist("case") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    try:
        answers = together.approve_opened(case_ids=ticked, by=officer, consent=ukey.consent_of(post))
    except DomainError as error:
        context = _context(officer, request.GET) | {"error": error, "ticked": set(ticked)}
        return render(request, "approvals/inbox.html", context, status=status_of(error))
    context = _context(officer, request.GET) | {
        "done": [answer for answer in answers if answer.error is None],
        "failed": [answer for answer in answers if answer.error is not None],
    }
    return render(request, "approvals/inbox.html", context)


def row(case: Case, looks: dict[int, Any], time: StepTime) -> dict[str, Any]:
    """A line of the queue: the case, how its time stands, and whether it may be approved with others."""
    opened = looks.get(case.pk)
    return {
        "case": case,
        "time": time,
        "opened": opened,
        "may_join": together.may_join(case),
        "decides": case.level == len(case.chain),
    }


def _context(officer: Officer, said: QueryDict) -> dict[str, Any]:
    looking.at_list(officer)
    narrowing = Narrowing.read(said)
    found = waiting.page(officer, narrowing, most=PAGE + 1, after=Place.read(said.get("after", "")))
    shown = found[:PAGE]
    looks = openings.of(officer, shown)
    times = waiting.step_times(shown, clock.now())
    rows = [row(case, looks, times[case.pk]) for case in shown]
    return {
        "rows": rows,
        "counts": waiting.counts(officer),
        "narrowing": narrowing,
        "narrowed": bool(narrowing.said()),
        "query": urlencode(narrowing.said()),
        "here": address(narrowing, said.get("after", "")),
        "first_url": address(narrowing) if said.get("after") else "",
        "next_url": address(narrowing, Place.of(shown[-1]).said()) if len(found) > PAGE else "",
        "categories": catalogue.categories(),
        "stations": _stations(officer),
        "joinable": not ukey.signs_with_one(officer) and any(line["may_join"] and line["opened"] for line in rows),
        "most": together.MOST,
    }


def address(narrowing: Narrowing, after: str = "") -> str:
    """The address of the queue, narrowed, from a place on. Codes, ids and times only."""
    said = narrowing.said() | ({"after": after} if after else {})
    return reverse("inbox") + (f"?{urlencode(said)}" if said else "")


def _stations(officer: Officer) -> list[Office]:
    """Stations whose cases come to the officer; [] when there is no choice."""
    under = [duty.office_id for duty in policies.duties_of(officer) if duty.office.level != Office.Level.STATION]
    if not under:
        return []
    stations = Office.objects.filter(level=Office.Level.STATION)
    return list(stations.filter(Q(parent__in=under) | Q(parent__parent__in=under)).distinct())
