"""The desk: what waits for me."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

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

from . import versions
from .people import signed_in

S = Case.Status
SHOWN = 8
DECIDED = (S.APPROVED, S.COMPLETED, S.REFUSED)
"""Decided and not in the archive yet."""
BEFORE = ("acceptance", "investigation")
NEEDED: dict[Case.Status, tuple[str, ...]] = {S.APPROVED: ("completion",), S.COMPLETED: ("completion",), S.REFUSED: ()}
"""Stages whose papers are asked for; `BEFORE` in all other states."""


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The first page after signing in: cases by what they wait for."""
    officer = signed_in(request)
    mine = queries.visible(officer)
    under_way = mine.exclude(status__in=(S.FILED, S.WITHDRAWN))  # what is over is never counted: it only grows
    counts = dict(under_way.order_by().values_list("status").annotate(Count("pk")))
    unread = NoticeIssue.objects.filter(read_at=None, case__in=mine.filter(status__in=DECIDED))
    first = waiting.page(officer, Narrowing(), most=SHOWN)
    times = waiting.step_times(first, clock.now())
    context = {
        "counts": {status.value: counts.get(status.value, 0) for status in S},
        "drafts": _with_missing(mine.filter(status=S.DRAFT)),
        "returned": _with_missing(mine.filter(status=S.RETURNED)),
        "accepted": _with_missing(mine.filter(status=S.ACCEPTED).order_by("capture_due_at")),
        "in_review": mine.filter(status__in=(S.IN_REVIEW, S.SUSPENDED))[:SHOWN],
        "in_review_count": counts.get(S.IN_REVIEW, 0) + counts.get(S.SUSPENDED, 0),
        "to_file": _with_missing(mine.filter(status__in=DECIDED)),
        "unread_notices": unread.select_related("case__subtype")[:SHOWN],
        "unread_count": unread.count(),
        "held": _held_back(officer),
        "late": versions.left_open(mine),
        "waiting": [{"case": case, "time": times[case.pk]} for case in first],
        "waiting_count": waiting.counts(officer).all,
        "to_answer": _to_answer(officer),
        "year_missing": _year_missing(officer),
    }
    return render(request, "console/desk.html", context)


def _with_missing(cases: CaseQuerySet) -> list[dict[str, object]]:
    """A few cases with what each still lacks, how much capture time is left, and why it was sent back."""
    rows = []
    shown = list(cases[:SHOWN])
    folder_of, reasons = folders.of_each(shown), approvals.return_reasons(shown)
    for case in shown:
        missing = folder_of[case.pk].missing_of(*NEEDED.get(S(case.status), BEFORE))
        left = deferral.time_left(case, folder_of[case.pk])
        rows.append({"case": case, "missing": missing, "left": left, "reason": reasons.get(case.pk, "")})
    return rows


def _to_answer(officer: Officer) -> list[dict[str, object]]:
    """What this officer's office was asked and this officer may answer, the longest waiting first."""
    shown = list(approvals.asked_of(officer)[:SHOWN])
    open_of = approvals.open_enquiries(shown)
    return [{"case": case, "enquiry": open_of[case.pk]} for case in shown if case.pk in open_of]


def _year_missing(officer: Officer) -> int | None:
    """The year whose published holidays are missing, for who keeps the calendar."""
    keeps = any(duty.role in rules.EDITORS for duty in officer.duties_on())
    return calendar.year_missing(clock.today()) if keeps else None


def _held_back(leader: Officer) -> list[Case]:
    """Cases of the officer's own station with a page that only its leader may keep, longest waiting first."""
    stations = [duty.office for duty in leader.duties_on() if duty.role == Duty.Role.STATION_LEADER]
    if not stations:
        return []
    waiting = HeldPage.objects.filter(
        level=HeldPage.Level.REFUSE, settled_at=None, material__case__station__in=stations
    )
    found = Case.objects.with_context().filter(pk__in=waiting.values("material__case"))
    return list(found.order_by("pk")[:SHOWN])
