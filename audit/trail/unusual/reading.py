"""Runs the rules over a period of the trail, and tells which auditors have been shown what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Q

from audit.trail.models import Event
from hukou.calendar import queries as calendar

from .registry import Finding, Rule, Surroundings, Thresholds, Use, homes_of, registered

MOST = 200_000
"""Events one look goes through; a busy city's week."""
SHOWN = "trail.findings_shown"
"""The action that says to whom findings were shown; its details hold their keys."""


@dataclass(frozen=True)
class Report:
    """What the rules found in a period."""

    findings: tuple[Finding, ...]
    """The newest first."""
    events: int
    """Events looked through."""
    cut: bool
    """True when there were more than `MOST`: the oldest were left out."""


def thresholds() -> Thresholds:
    """What the bureau says is still usual."""
    return Thresholds(
        margin_minutes=settings.HUKOU_UNUSUAL_MARGIN_MINUTES,
        cases_an_hour=settings.HUKOU_UNUSUAL_CASES_AN_HOUR,
        pages_an_hour=settings.HUKOU_UNUSUAL_PAGES_AN_HOUR,
        searches_a_day=settings.HUKOU_UNUSUAL_SEARCHES_A_DAY,
        refusals_an_hour=settings.HUKOU_UNUSUAL_REFUSALS_AN_HOUR,
    )


def report(
    since: datetime, until: datetime, *, offices: Iterable[int] | None = None, rules: Sequence[Rule] | None = None
) -> Report:
    """What the rules find among the acts of officers of `offices` (None: all) from `since` to before `until`.

    The rest is four statements, whatever is found.
    """
    uses = uses_between(since, until, offices)
    cut = len(uses) > MOST
    uses = sorted(uses[:MOST], key=lambda use: (use.officer_id, use.at, use.event_id))
    around = Surroundings(
        thresholds(), calendar.working_time(), homes_of({use.case_id for use in uses if use.case_id is not None})
    )
    findings: list[Finding] = []
    for _officer, of_one in groupby(uses, lambda use: use.officer_id):
        mine = list(of_one)
        for rule in registered().values() if rules is None else rules:
            findings.extend(rule.find(mine, around))
    findings.sort(key=lambda finding: (finding.until, finding.key), reverse=True)
    return Report(tuple(findings), len(uses), cut)


def uses_between(since: datetime, until: datetime, offices: Iterable[int] | None) -> list[Use]:
    """Acts of officers in a period, the newest first and `MOST` + 1 at most. One statement."""
    found = Event.objects.filter(at__gte=since, at__lt=until, officer_id__isnull=False)
    if offices is not None:
        found = found.filter(office_id__in=list(offices))
    rows = found.order_by("-at", "-pk").values_list(
        "pk", "at", "action", "officer_id", "office_id", "case_id", "workstation", "details__pages"
    )[: MOST + 1]
    return [
        Use(pk, at, action, officer, office, case, workstation, len(pages) if isinstance(pages, list) else 0)
        for pk, at, action, officer, office, case, workstation, pages in rows
        if officer is not None
    ]


def shown_to(findings: Iterable[Finding], since: datetime) -> dict[str, list[tuple[int, datetime]]]:
    """Key of a finding → (officer, when first) of those it was shown to since the beginning of the period. One statement."""
    asked = {finding.key for finding in findings}
    told: dict[str, list[tuple[int, datetime]]] = {key: [] for key in asked}
    events = Event.objects.filter(Q(action=SHOWN), at__gte=since).order_by("at", "pk")
    for at, officer, keys in events.values_list("at", "officer_id", "details__findings"):
        for key in asked.intersection(keys or ()):
            if officer is not None and officer not in [known for known, _at in told[key]]:
                told[key].append((officer, at))
    return told
