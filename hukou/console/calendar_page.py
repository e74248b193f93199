"""The working calendar on the screen: a year as twelve months, and the form that changes days."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.calendar import actions, errors, queries
from hukou.calendar.models import DayRule
from hukou.kernel import clock
from hukou.kernel.working_days import WorkingCalendar

from .people import signed_in

# The calendar lies below the trail and cannot tell it of a refusal; the roof can.
recorded = trail.records_refusal(
    "calendar.edit", subject="calendar.yearversion", key="year", label=gettext_lazy("Changing the calendar was refused")
)


@dataclass(frozen=True)
class Day:
    """One square of a month."""

    day: date
    working: bool
    kind: str
    """DayRule.Kind: what was said of it, "plain" when nothing was."""
    name: str
    """Of the holiday it belongs to."""
    today: bool


@login_required
@require_GET
def this_year(request: HttpRequest) -> HttpResponse:
    """The year we are in; in December the next one when its holidays are missing."""
    today = clock.today()
    return _page(request, queries.year_missing(today) or today.year)


@login_required
@require_GET
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Any year."""
    if year not in actions.YEARS:
        raise Http404
    return _page(request, year)


@login_required
@require_POST
def mark(request: HttpRequest, year: int) -> HttpResponse:
    """Say of days of a year that they are off, worked, or as the week says."""
    form = request.POST
    first = _date(form.get("first"))
    try:
        _mark(
            year=year,
            first=first,
            last=_date(form.get("last")) or first,
            kind=form.get("kind", ""),
            name=form.get("name", ""),
            reason=form.get("reason", ""),
            by=signed_in(request),
        )
    except errors.CalendarError as error:
        return _page(request, year, problem=error, typed=form.dict(), status=422)
    messages.success(request, _("The calendar has been changed; the due times of open cases follow in a moment."))
    return redirect("calendar_year", year)


@login_required
@require_POST
def complete(request: HttpRequest, year: int) -> HttpResponse:
    """Say that all published holidays of a year are in."""
    try:
        _complete(year=year, reason=request.POST.get("reason", ""), by=signed_in(request))
    except errors.CalendarError as error:
        return _page(request, year, problem=error, status=422)
    messages.success(request, _("The holidays of {year} are complete.").format(year=year))
    return redirect("calendar_year", year)


@recorded
def _mark(*, year: int, first: date | None, last: date | None, by: Any, **said: str) -> None:
    policies.require(by, "calendar.edit")
    if first is None or last is None or first.year != year:
        raise errors.NoSuchDay
    actions.mark_days(first=first, last=last, by=by, **said)


@recorded
def _complete(*, year: int, reason: str, by: Any) -> None:
    actions.declare_complete(year=year, reason=reason, by=by)


def _page(
    request: HttpRequest,
    year: int,
    *,
    problem: errors.CalendarError | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    working = queries.working_time().calendar
    return render(
        request,
        "calendar/year.html",
        {
            "year": year,
            "earlier": year - 1 if year - 1 in actions.YEARS else None,
            "later": year + 1 if year + 1 in actions.YEARS else None,
            "months": _months(year, working),
            "working_days": working.between(date(year - 1, 12, 31), date(year, 12, 31)),
            "kinds": DayRule.Kind.choices,
            "history": queries.history(year),
            "complete": queries.is_complete(year),
            "may_edit": policies.allow(signed_in(request), "calendar.edit"),
            "problem": problem,
            "typed": typed or {},
        },
        status=status,
    )


def _months(year: int, working: WorkingCalendar) -> list[dict[str, Any]]:
    rules = {rule.day: rule for rule in queries.rules_in_force().filter(day__year=year)}
    today = clock.today()

    def square(day: date) -> Day:
        rule = rules.get(day)
        kind, name = (rule.kind, rule.name) if rule else (DayRule.Kind.PLAIN, "")
        return Day(day, working.is_working(day), kind, name, day == today)

    return [
        {
            "first": date(year, month, 1),
            "weeks": [
                [square(date(year, month, number)) if number else None for number in week]
                for week in months.monthcalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
