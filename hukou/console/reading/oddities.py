"""Unusual use (异常使用): what the rules found in a period, the events behind it, and which auditors have been shown it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.trail import actions as trail
from audit.trail import permissions, queries, viewing
from audit.trail.models import Event
from audit.trail.types import TimelineEntry
from audit.trail.unusual import reading, registry
from audit.trail.unusual.registry import Finding, Rule
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console.people import signed_in
from hukou.kernel import clock, once
from workflows.cases import queries as cases
from workflows.cases.models import Case

from . import asking

DAYS, LONGEST = 7, 31
"""Days looked over where nobody asked otherwise, and at most."""
SHOWN = 50
"""Findings on one screen; the rules narrow them down."""
BEHIND = 20
"""Events shown of one finding; the trail book has all of them."""


@dataclass(frozen=True)
class Row:
    """A finding with what stands beside it."""

    finding: Finding
    rule: Rule
    officer: Officer | None
    office: Office | None
    events: list[tuple[TimelineEntry, Case | None]]
    more: int
    """Events behind it that are not shown."""
    shown_to: list[tuple[Officer | None, datetime]]


@login_required
@require_GET
@once.remembered()
def unusual_use(request: HttpRequest) -> HttpResponse:
    """Findings of a period within what the reader reads, the newest first."""
    officer = signed_in(request)
    policies.require(officer, "trail.read", None)
    first, last = asking.period(request.GET, days=DAYS, longest=LONGEST)
    since, until = asking.moments(first, last)
    offices = permissions.offices_read(officer)
    chosen = registry.registered().get(request.GET.get("rule", ""))
    scope = None if offices is None else [office.pk for office in offices]
    report = reading.report(since, until, offices=scope)
    findings = [finding for finding in report.findings if chosen is None or finding.rule == chosen.name]
    told = reading.shown_to(findings[:SHOWN], since)
    _put_on_record(officer, findings[:SHOWN], told)
    context = {
        "rows": _rows(findings[:SHOWN], told, officer),
        "more": max(0, len(findings) - SHOWN),
        "report": report,
        "rules": _rules(report),
        "chosen": chosen,
        "first": first,
        "last": last,
        "most": reading.MOST,
    }
    return render(request, "trail/unusual.html", context)


def _put_on_record(officer: Officer, findings: Sequence[Finding], told: dict[str, list[tuple[int, datetime]]]) -> None:
    """Who was told: a finding shown for the first time to this officer is in the event."""
    fresh = [finding.key for finding in findings if officer.pk not in [known for known, _at in told[finding.key]]]
    details = {"shown": len(findings), "findings": fresh}
    trail.record(reading.SHOWN, subject=viewing.subject_of(officer), by=officer, details=details)
    for key in fresh:
        told[key].append((officer.pk, clock.now()))


def _rules(report: reading.Report) -> list[dict[str, Any]]:
    """Every rule with its words and how often it found something."""
    most = reading.thresholds()
    return [
        {"rule": rule, "about": rule.about(most), "count": sum(f.rule == rule.name for f in report.findings)}
        for rule in registry.registered().values()
    ]


def _rows(findings: Sequence[Finding], told: dict[str, list[tuple[int, datetime]]], reader: Officer) -> list[Row]:
    """The findings with people, offices and events. As many statements for fifty as for one."""
    keys = {key for finding in findings for key in finding.events[:BEHIND]}
    behind = {event.pk: event for event in Event.objects.filter(pk__in=keys).defer("leaf")}
    entries = {entry.event_id: entry for entry in queries.described(behind.values())}
    known = cases.visible(reader).in_lines().in_bulk({e.case_id for e in behind.values() if e.case_id is not None})
    people = Officer.objects.in_bulk(
        {f.officer_id for f in findings} | {o for line in told.values() for o, _at in line}
    )
    offices = Office.objects.in_bulk({finding.office_id for finding in findings if finding.office_id})
    rules = registry.registered()
    return [
        Row(
            finding=finding,
            rule=rules[finding.rule],
            officer=people.get(finding.officer_id),
            office=offices.get(finding.office_id or 0),
            events=[
                (entries[key], known.get(behind[key].case_id or 0)) for key in finding.events[:BEHIND] if key in behind
            ],
            more=max(0, len(finding.events) - BEHIND),
            shown_to=[(people.get(key), at) for key, at in told[finding.key]],
        )
        for finding in findings
    ]
