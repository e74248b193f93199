"""The desk: what waits for me."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.alerts import listing
from audit.circulars import queries as circulars
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.calendar import queries as calendar
from hukou.calendar import rules
from hukou.kernel import clock
from workflows.approvals import queries as approvals
from workflows.approvals import waiting
from workflows.approvals.models import NoticeIssue
from workflows.approvals.waiting import Narrowing
from workflows.cases import deferral, folders, queries
from workflows.cases.models import Case, CaseQuerySet, HeldPage

from . import looking, stuck_seals, versions
from .header import DESK
from .oversight import orders, subjects
from .people import signed_in

S = Case.Status
SHOWN = 8
TOLD = 5
"""Alerts on the desk; the others are a click away."""
DECIDED = (S.APPROVED, S.COMPLETED, S.REFUSED)
"""Decided and not in the archive yet."""
LACKING: dict[str, tuple[str, ...]] = {
    "drafts": (S.DRAFT,),
    "returned": (S.RETURNED,),
    "accepted": (S.ACCEPTED,),
    "to_file": DECIDED,
}
"""Panels of who works at the desk, with the states of the cases in them: each line says what its case still lacks."""
IN_REVIEW: dict[str, tuple[str, ...]] = {"in_review": (S.IN_REVIEW, S.SUSPENDED)}
BEFORE = ("acceptance", "investigation")
NEEDED: dict[Case.Status, tuple[str, ...]] = {S.APPROVED: ("completion",), S.COMPLETED: ("completion",), S.REFUSED: ()}
"""Stages whose papers are asked for; `BEFORE` in all other states."""


@looking.shows("list.viewed")
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The first page after signing in: cases by what they wait for."""
    officer = signed_in(request)
    looking.at_list(officer)
    at_desk = any(duty.role in DESK for duty in policies.duties_of(officer))
    mine = queries.visible(officer)
    counts = dict(mine.under_way().order_by().values_list("status").annotate(Count("pk")))
    first = waiting.page(officer, Narrowing(), most=SHOWN)
    times = waiting.step_times(first, clock.now())
    context = {
        "counts": {status.value: counts.get(status.value, 0) for status in S},
        "in_review_count": counts.get(S.IN_REVIEW, 0) + counts.get(S.SUSPENDED, 0),
        "held": _held_back(officer),
        "late": versions.left_open(mine),
        "stuck": stuck_seals.of_desk(officer),
        "waiting": [{"case": case, "time": times[case.pk]} for case in first],
        "waiting_count": waiting.counts(officer).all,
        **_panels(mine, LACKING if at_desk else {}),
        **(_notices(mine) if at_desk else {}),
        "to_answer": _to_answer(officer),
        "year_missing": _year_missing(officer),
        "told": _told(officer),
        "circulars": circulars.unread(officer, most=1),
        **orders.on_desk(officer),
    }
    return render(request, "console/desk.html", context)


def _told(officer: Officer) -> list[dict[str, object]]:
    """Alerts told to this officer that nobody has closed, the longest due first."""
    shown = listing.page(policies.duties_of(officer), listing.Narrowing(), most=TOLD)
    about = subjects.of(shown, officer) if shown else {}
    return [{"alert": alert, "about": about[alert.pk]} for alert in shown]


def _notices(mine: CaseQuerySet) -> dict[str, object]:
    unread = NoticeIssue.objects.filter(read_at=None, case__in=mine.filter(status__in=DECIDED))
    return {"unread_notices": unread.select_related("case__subtype")[:SHOWN], "unread_count": unread.count()}


def _panels(mine: CaseQuerySet, lacking: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """A few cases for each panel: their keys from an index, then all rows at once, then what they lack."""
    panels = IN_REVIEW | lacking
    keys = [_first(mine, statuses).values_list("pk", flat=True)[:SHOWN] for statuses in panels.values()]
    found = Case.objects.in_lines().in_bulk(list(keys[0].union(*keys[1:])))
    cases = sorted(found.values(), key=_order)
    of_panel = {name: [case for case in cases if case.status in statuses] for name, statuses in panels.items()}
    rows = _with_missing([case for name in lacking for case in of_panel[name]])
    return of_panel | {name: [rows[case.pk] for case in of_panel[name]] for name in lacking}


def _first(mine: CaseQuerySet, statuses: tuple[str, ...]) -> CaseQuerySet:
    """Cases of these states in the order of their panel: the newest first, but the one whose papers are due first."""
    found = mine.filter(status__in=statuses)
    return found.order_by("capture_due_at") if statuses == (S.ACCEPTED,) else found.order_by("-pk")


def _order(case: Case) -> tuple[float, int]:
    """The same order, of cases that are here."""
    due = case.capture_due_at if case.status == S.ACCEPTED else None
    return due.timestamp() if due else 0, -case.pk


def _with_missing(cases: list[Case]) -> dict[int, dict[str, object]]:
    """Each case with what it still lacks, how much capture time is left, and why it was sent back."""
    rows: dict[int, dict[str, object]] = {}
    if not cases:
        return rows
    folder_of, reasons = folders.outlines(cases), approvals.return_reasons(cases)
    for case in cases:
        missing = folder_of[case.pk].missing_of(*NEEDED.get(S(case.status), BEFORE))
        left = deferral.time_left(case, folder_of[case.pk])
        rows[case.pk] = {"case": case, "missing": missing, "left": left, "reason": reasons.get(case.pk, "")}
    return rows


def _to_answer(officer: Officer) -> list[dict[str, object]]:
    """What this officer's office was asked and this officer may answer, the longest waiting first."""
    shown = list(approvals.asked_of(officer)[:SHOWN])
    open_of = approvals.open_enquiries(shown)
    return [{"case": case, "enquiry": open_of[case.pk]} for case in shown if case.pk in open_of]


def _year_missing(officer: Officer) -> int | None:
    """The year whose published holidays are missing, for who keeps the calendar."""
    keeps = any(duty.role in rules.EDITORS for duty in policies.duties_of(officer))
    return calendar.year_missing(clock.today()) if keeps else None


def _held_back(leader: Officer) -> list[Case]:
    """Cases of the officer's own station with a page that only its leader may keep, longest waiting first."""
    stations = [duty.office for duty in policies.duties_of(leader) if duty.role == Duty.Role.STATION_LEADER]
    if not stations:
        return []
    waiting = HeldPage.objects.filter(
        level=HeldPage.Level.REFUSE, settled_at=None, material__case__station__in=stations
    )
    found = Case.objects.with_context().filter(pk__in=waiting.values("material__case"))
    return list(found.order_by("pk")[:SHOWN])
