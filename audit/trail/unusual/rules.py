"""The house's own rules of unusual use. Pure functions over one officer's uses, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.trail import vocabulary
from audit.trail.vocabulary import Kind
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_time import WorkingTime

from .registry import Finding, Rule, Surroundings, Thresholds, Use, register

HOUR = timedelta(hours=1)
SEARCHED, OPENED = "person.searched", "case.viewed"
ONE_SEARCH = timedelta(minutes=2)
"""Words typed within this time of each other are one search: suggestions are asked for while typing."""
OPENS_WITHIN = timedelta(minutes=10)
"""A case opened within this time is what the search was for."""
TOGETHER = timedelta(minutes=30)
"""Workstation A, then B, then A again within this time: nobody walks that often."""


def foreign_cases(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """Acts and looks at cases with which the officer's office has no business, tries that were refused too."""
    foreign = [use for use in uses if _is_foreign(use, around)]
    for of_day in _by_day(foreign):
        yield _finding("foreign_cases", of_day, count=len({use.case_id for use in of_day}))


def _is_foreign(use: Use, around: Surroundings) -> bool:
    if use.case_id is None or use.office_id is None:
        return False
    return use.office_id not in around.homes.get(use.case_id, {use.office_id})


def off_hours(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """Use on days that are not worked, or at night: outside the office's day with a margin round it."""
    margin = timedelta(minutes=around.thresholds.margin_minutes)
    for of_day in _by_day([use for use in uses if not _in_office_day(use.at, around.working, margin)]):
        yield _finding("off_hours", of_day)


def _in_office_day(at: datetime, working: WorkingTime, margin: timedelta) -> bool:
    """The noon break belongs to the office's day: people eat at their desks."""
    local = at.astimezone(CITY_TIME)
    day = local.date()

    def moment(clock: time) -> datetime:
        return datetime.combine(day, clock, CITY_TIME)

    opens, closes = moment(working.hours.spans[0][0]), moment(working.hours.closes)
    return working.calendar.is_working(day) and opens - margin <= local <= closes + margin


def bulk_viewing(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """More different cases, or more pages, within an hour than work needs."""
    looks = [use for use in uses if vocabulary.kind_of(use.action) is Kind.VIEW and use.case_id is not None]
    most = around.thresholds
    for hour in _crowded(
        looks,
        lambda window: (
            len({use.case_id for use in window}) > most.cases_an_hour
            or sum(use.pages for use in window) > most.pages_an_hour
        ),
    ):
        yield _finding("bulk_viewing", hour, count=len({use.case_id for use in hour}))


def unopened_searches(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """Searches by person after which no case was opened: looking whether somebody is there at all."""
    searches = [use for use in uses if use.action == SEARCHED]
    opened = [use.at for use in uses if use.action == OPENED]
    idle = [
        last
        for last in _last_of_each(searches)
        if not any(timedelta() <= at - last.at <= OPENS_WITHIN for at in opened)
    ]
    for of_day in _by_day(idle):
        if len(of_day) > around.thresholds.searches_a_day:
            yield _finding("unopened_searches", of_day)


def _last_of_each(searches: Sequence[Use]) -> Iterator[Use]:
    """The last event of each search: what was typed before it led to it."""
    for n, use in enumerate(searches):
        if n + 1 == len(searches) or searches[n + 1].at - use.at > ONE_SEARCH:
            yield use


def many_refusals(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """One request after the other that was not granted."""
    refused = [use for use in uses if vocabulary.kind_of(use.action) is Kind.REFUSAL]
    for hour in _crowded(refused, lambda window: len(window) > around.thresholds.refusals_an_hour):
        yield _finding("many_refusals", hour)


def several_workstations(uses: Sequence[Use], around: Surroundings) -> Iterator[Finding]:
    """One officer at two machines at once: somebody else knows the password."""
    placed = [use for use in uses if use.workstation]
    turns = [next(iter(run)) for _station, run in groupby(placed, lambda use: use.workstation)]
    ends = [list(run)[-1] for _station, run in groupby(placed, lambda use: use.workstation)]
    back = [
        (ends[n], turns[n + 1], turns[n + 2])
        for n in range(len(turns) - 2)
        if turns[n].workstation == turns[n + 2].workstation and turns[n + 2].at - ends[n].at <= TOGETHER
    ]
    found = sorted({use for triple in back for use in triple}, key=lambda use: (use.at, use.event_id))
    for of_day in _by_day(found):
        yield _finding("several_workstations", of_day, count=len({use.workstation for use in of_day}))


def _by_day(uses: Sequence[Use]) -> Iterator[list[Use]]:
    for _day, of_day in groupby(uses, lambda use: use.day):
        yield list(of_day)


def _crowded(uses: Sequence[Use], too_many: Callable[[Sequence[Use]], bool]) -> Iterator[list[Use]]:
    """Stretches in which some hour held too many; hours that overlap are one stretch."""
    begin, stretch_from, stretch_to = 0, -1, -1
    for end, use in enumerate(uses):
        while use.at - uses[begin].at > HOUR:
            begin += 1
        if too_many(uses[begin : end + 1]):
            if stretch_from >= 0 and begin > stretch_to:
                yield list(uses[stretch_from : stretch_to + 1])
                stretch_from = -1
            stretch_from = begin if stretch_from < 0 else stretch_from
            stretch_to = end
    if stretch_from >= 0:
        yield list(uses[stretch_from : stretch_to + 1])


def _finding(rule: str, uses: Sequence[Use], *, count: int | None = None) -> Finding:
    return Finding(
        rule=rule,
        officer_id=uses[0].officer_id,
        office_id=uses[0].office_id,
        since=uses[0].at,
        until=uses[-1].at,
        count=len(uses) if count is None else count,
        events=tuple(use.event_id for use in uses),
    )


def register_all() -> None:
    """Called once at start-up."""
    register(
        Rule(
            "foreign_cases",
            gettext_lazy("Another office's case"),
            lambda most: _("Cases with which the officer's office has no business were opened, or it was tried."),
            foreign_cases,
        )
    )
    register(
        Rule(
            "off_hours",
            gettext_lazy("At night or on a free day"),
            lambda most: _(
                "Use on a day that is not worked, or more than {n} minutes outside the office's day."
            ).format(n=most.margin_minutes),
            off_hours,
        )
    )
    register(Rule("bulk_viewing", gettext_lazy("Many cases in a short time"), _bulk_words, bulk_viewing))
    register(
        Rule(
            "unopened_searches",
            gettext_lazy("Searches that opened nothing"),
            lambda most: _("More than {n} searches by person in a day after which no case was opened.").format(
                n=most.searches_a_day
            ),
            unopened_searches,
        )
    )
    register(
        Rule(
            "many_refusals",
            gettext_lazy("Many refusals"),
            lambda most: _("More than {n} requests within an hour that were not granted.").format(
                n=most.refusals_an_hour
            ),
            many_refusals,
        )
    )
    register(
        Rule(
            "several_workstations",
            gettext_lazy("At several workstations at once"),
            lambda most: _("The same officer at one machine, at another, and at the first again within half an hour."),
            several_workstations,
        )
    )


def _bulk_words(most: Thresholds) -> str:
    return _("More than {cases} different cases, or more than {pages} pages, looked at within an hour.").format(
        cases=most.cases_an_hour, pages=most.pages_an_hour
    )
