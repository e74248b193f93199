"""Inspections (抽查): the calendar of duties, the list of one inspection with how it came about, and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.inspection import actions, queries
from audit.inspection.models import InspectionDuty, Plan
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import clock
from hukou.kernel.errors import DomainError
from workflows.cases.models import Case

from . import subjects

PERIODS = {Office.Level.BRANCH: 8, Office.Level.CITY: 6}
"""Columns of the calendar: two months of weeks, half a year of months."""
LEVELS = (Office.Level.BRANCH, Office.Level.CITY)


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Who has to inspect when, who is late, and what is under way at the officer's own office."""
    officer = signed_in(request)
    policies.require(officer, "inspection.look")
    running = queries.running_for(officer)
    context = {
        "running": _with_progress(running),
        "tables": [table for level in LEVELS if (table := _table(officer, level))],
        "to_look_at": queries.to_look_at(officer)[:20],
        "overdue": queries.duties_for(officer).filter(concluded_at=None, due_at__lte=clock.now()).count(),
        "may_set_plan": policies.allow(officer, "inspection.set_plan"),
    }
    return render(request, "oversight/inspections.html", context)


@looking.shows("list.viewed")
@login_required
@require_GET
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection: the list, how it came about, and its conclusion."""
    officer = signed_in(request)
    context = _context(queries.duty_for(officer, pk), officer)
    looking.at_list(officer)
    return render(request, "oversight/inspection.html", context)


@login_required
@require_GET
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sample was drawn from, for whoever wants to draw again: keys and weights, no personal data."""
    officer = signed_in(request)
    duty = queries.duty_for(officer, pk)
    shares = duty.plan.shares
    answer = JsonResponse(
        {
            "office": duty.office.code,
            "period": duty.period,
            "seed": duty.seed,
            "log_size": duty.seed_size,
            "log_root": duty.seed_root,
            "frame_sha256": duty.frame_sha256,
            "key_percent": shares.key_percent,
            "share_permille": shares.share_permille,
            "least": shares.least,
            "entries": [entry.line() for entry in queries.entries_of(queries.frame_of(duty))],
        }
    )
    answer["Content-Disposition"] = f'attachment; filename="inspection-{duty.office.code}-{duty.period}.json"'
    return answer


@login_required
@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sample now."""
    officer = signed_in(request)
    actions.draw(duty_id=queries.duty_for(officer, pk).pk, by=officer)
    return redirect("inspection", pk=pk)


@login_required
@require_POST
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one more case on the list, by its number."""
    officer = signed_in(request)
    duty = queries.duty_for(officer, pk)
    number = "".join(request.POST.get("number", "").split())
    key = Case.objects.filter(number=number).values_list("pk", flat=True).first() if number else None
    try:
        sample = actions.pick(
            duty_id=pk, subject=f"cases.case:{key or 0}", reason=request.POST.get("reason", ""), by=officer
        )
    except DomainError as error:
        return _refused(request, duty, officer, error, "pick")
    messages.success(request, _("The case is on the list."))
    return redirect("inspection_review", pk=sample.pk)


@login_required
@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """End the inspection with its record."""
    officer = signed_in(request)
    duty = queries.duty_for(officer, pk)
    try:
        actions.conclude(duty_id=pk, record=request.POST.get("record", ""), by=officer)
    except DomainError as error:
        return _refused(request, duty, officer, error, "conclude")
    messages.success(request, _("The inspection of {period} is concluded.").format(period=duty.period))
    return redirect("inspection", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Who inspects how often and how much, with every version; the city's hukou officers change it."""
    officer = signed_in(request)
    policies.require(officer, "inspection.look")
    if request.method == "GET":
        return render(request, "oversight/inspection_plan.html", _plans(officer))
    post = request.POST
    try:
        made = actions.set_plan(
            level=post.get("level", ""),
            cadence=post.get("cadence", ""),
            numbers={name: int(said) for name in NUMBERS if (said := post.get(name, "")).isdecimal() and len(said) < 6},
            reason=post.get("reason", ""),
            by=officer,
        )
    except DomainError as error:
        context = _plans(officer) | {"error": error, "typed": post.dict()}
        return render(request, "oversight/inspection_plan.html", context, status=status_of(error))
    messages.success(request, _("The plan holds from {day} on.").format(day=made.starts_on.isoformat()))
    return redirect("inspection_plan")


NUMBERS = ("key_percent", "share_permille", "least", "grace_days", "order_days")


def _plans(officer: Officer) -> dict[str, Any]:
    return {
        "levels": [
            {
                "level": level,
                "label": Office.Level(level).label,
                "now": queries.plan_in_force(level, clock.today()),
                "history": queries.plan_history(level),
            }
            for level in LEVELS
        ],
        "cadences": Plan.Cadence.choices,
        "may_set": policies.allow(officer, "inspection.set_plan"),
    }


def _refused(
    request: HttpRequest, duty: InspectionDuty, officer: Officer, error: DomainError, tried: str
) -> HttpResponse:
    """The page of the inspection with what is wrong, and what was typed in place."""
    context = _context(duty, officer) | {"error": error, "typed": request.POST.dict(), "tried": tried}
    return render(request, "oversight/inspection.html", context, status=status_of(error))


def _context(duty: InspectionDuty, officer: Officer) -> dict[str, Any]:
    samples = queries.samples_of(duty)
    unreviewed = [sample for sample in samples if sample.reviewed_at is None]
    may = policies.ruling(officer, "inspection.inspect", duty)
    return {
        "duty": duty,
        "samples": samples,
        "left": len(unreviewed),
        "next": unreviewed[0] if unreviewed else None,
        "unsent": sum(sample.serious_unsent for sample in samples),
        "found": sum(sample.found for sample in samples),
        "orders": queries.orders_of(duty),
        "may_inspect": may.allowed,
        "why_not": may.reason,
        "redrawn": queries.redraw(duty) if duty.drawn_at else None,
        "tally": duty.tally,
        "population": sum(line["population"] for line in duty.tally),
    }


def _with_progress(duties: list[InspectionDuty]) -> list[dict[str, Any]]:
    progress = queries.progress(duties)
    return [{"duty": duty, **progress[duty.pk]} for duty in duties]


def _table(officer: Officer, level: str) -> dict[str, Any] | None:
    """Offices of a level by period, the running one first; None when none is in scope."""
    found = queries.duties_for(officer).filter(office__level=level)
    starts = list(
        found.order_by("-starts_on").values_list("starts_on", flat=True).distinct()[: PERIODS[Office.Level(level)]]
    )
    if not starts:
        return None
    rows = list(found.filter(starts_on__gte=starts[-1]))
    progress = queries.progress(rows)
    by_office: dict[Office, dict[Any, InspectionDuty]] = {}
    for duty in rows:
        by_office.setdefault(duty.office, {})[duty.starts_on] = duty
    return {
        "level": Office.Level(level).label,
        "periods": [next(duty for duty in rows if duty.starts_on == start) for start in starts],
        "offices": [
            {
                "office": office,
                "cells": [
                    {"duty": held, **progress[held.pk]} if (held := duties.get(start)) else None for start in starts
                ],
            }
            for office, duties in sorted(by_office.items(), key=lambda pair: pair[0].code)
        ],
    }


def _named(keys: set[str], officer: Officer) -> Mapping[str, subjects.Named]:
    """What the list of alerts calls an inspection, with its page for who may see it."""
    found = InspectionDuty.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {
        str(duty.pk): subjects.Named(
            f"{duty.office.short_name} {duty.period}",
            reverse("inspection", args=[duty.pk]) if policies.allow(officer, "inspection.look", duty.office) else "",
        )
        for duty in found.select_related("office__parent").defer("frame")
    }


subjects.register("inspection.inspectionduty", _named)
