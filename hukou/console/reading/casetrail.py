"""The trail of a case: its timeline, and what proves it to somebody who does not trust this system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.trail import actions as trail
from audit.trail import export, places, proving, queries
from audit.trail.errors import LogDamaged
from audit.trail.models import Event
from audit.trail.publication import LogDiffers
from audit.trail.tiles import TileMissing
from audit.trail.types import TimelineEntry
from hukou.accounts.models import Officer
from hukou.calendar import queries as calendar
from hukou.catalogue import queries as catalogue
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel import once
from hukou.kernel.errors import NotFound
from workflows.cases import folders
from workflows.cases import queries as cases
from workflows.cases.models import Case

from . import bundles, timeline
from .pictures import Album


@looking.shows("trail.viewed")
@login_required
@require_GET
def case_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to a case, oldest first; `?views` also shows who merely looked."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    looking.at_trail(case, officer)
    with once.remembered():
        return render(request, "trail/case_trail.html", context(case, officer, views="views" in request.GET))


def context(case: Case, officer: Officer, *, views: bool) -> dict[str, Any]:
    """Template context of `trail/case_trail.html`."""
    entries = queries.timeline(case.pk, views=views)
    names = {line.code: folders.title(line) for line in catalogue.spec_of(case.subtype).materials}

    def about(entry: TimelineEntry) -> str:
        return names.get(str(entry.details.get("material", "")), "")

    lines = timeline.lines_of(
        entries, places.of(entry.event_id for entry in entries), about, Album(case, officer, entries).beside
    )
    return {
        "case": case,
        "days": timeline.by_day(lines, calendar.working_time().calendar),
        "acts": len(lines),
        "refusals": sum(line.entry.refused for line in lines),
        "waiting": sum(line.place is None or line.place.tree_size is None for line in lines),
        "views": views,
        "tree": queries.newest_checkpoint(),
    }


@login_required
@require_GET
def case_trail_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every event of the case with its proof, the log's key and the verifier, as one ZIP."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    with sound_log():
        contents = export.contents(case.pk)
    trail.record("trail.exported", subject=case, by=officer, details=asdict(contents.exported))
    return bundles.answer(request, f"{case.number or case.pk}-trail.zip", contents.files)


@login_required
@require_GET
def case_event_proof(request: HttpRequest, pk: int, event: int) -> HttpResponseBase:
    """One event of the case with its proof."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    found = queries.events_of_case(case.pk).filter(pk=event).first()
    if found is None:
        raise NotFound
    return event_proof(request, found, officer)


def event_proof(request: HttpRequest, event: Event, officer: Officer) -> HttpResponseBase:
    """An event, its C2SP proof, the log's key and the verifier, as one ZIP."""
    with sound_log():
        proof = proving.prove(event)
    trail.record(
        "trail.event_proved", subject=event.subject, by=officer, case=event.case_id, details={"event": event.pk}
    )
    files = [
        *export.proved(1, bytes(event.leaf), proof.text),
        *export.stamped(proof.head, proof.stamp),
        *export.tools(),
    ]
    return bundles.answer(request, f"event-{event.pk}-proof.zip", files)


@contextmanager
def sound_log() -> Iterator[None]:
    """What is wrong with the log itself is told to the reader. Raises LogDamaged."""
    try:
        yield
    except (LogDiffers, TileMissing) as damaged:
        raise LogDamaged from damaged
