"""The sample of an inspection: drawn from a frame that is frozen with it, under a seed that was published before."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors, populations, selection
from .duties import seed_of
from .models import InspectionDuty, Sample
from .populations import Candidate
from .selection import Drawn, Entry


@dataclass(frozen=True)
class Redrawn:
    """What drawing again from the kept frame gives."""

    seed_follows: bool
    """The seed is the one that office, period and root of the log give."""
    frame_holds: bool
    """The frame has the digest that was published."""
    same: bool
    """The very cases stand in the list that are drawn."""

    @property
    def held(self) -> bool:
        """True when all of it does."""
        return self.seed_follows and self.frame_holds and self.same


def stations_under(office: Office) -> dict[int, Office]:
    """The stations an office inspects, by key."""
    every = Office.objects.filter(level=Office.Level.STATION).select_related("parent__parent").order_by("code")
    return {station.pk: station for station in every if office.covers(station)}


def draw_waiting() -> int:
    """Draw every sample that has not been drawn; how many there were. The job of whoever computes the duties."""
    waiting = InspectionDuty.objects.filter(drawn_at=None, concluded_at=None).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    for key in keys:
        _draw(key, by=None)
    return len(keys)


@trail.records_refusal(
    "inspection.draw",
    subject="inspection.inspectionduty",
    key="duty_id",
    label=_("Drawing the sample was refused"),
)
@transaction.atomic
def draw(*, duty_id: int, by: Officer) -> InspectionDuty:
    """Draw the sample now, should the job not have done it. Drawing again changes nothing.

    Raises NotFound, NotPermitted.
    """
    duty = InspectionDuty.objects.select_related("office").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound
    policies.require(by, "inspection.inspect", duty)
    return _draw(duty_id, by=by)


@transaction.atomic
def _draw(duty_id: int, *, by: Officer | None) -> InspectionDuty:
    duty = locked(duty_id)
    if duty.drawn_at is not None:
        return duty
    stations = stations_under(duty.office)
    cases_of = duty.of_cases_from
    candidates: dict[str, Candidate] = {}
    entries = []
    for population in populations.registered():
        for candidate in population.candidates(list(stations), cases_of.first, cases_of.last):
            candidates[candidate.subject] = candidate
            code = stations[candidate.station_id].code
            weight = population.weight(candidate)
            entries.append(Entry(candidate.subject, code, candidate.key, weight, candidate.risks))
    entries.sort()
    drawn = selection.draw(duty.seed, entries, duty.plan.shares)
    lines = frame_bytes(entries)
    duty.drawn_at, duty.drawn_by = clock.now(), by
    duty.frame, duty.frame_sha256 = zlib.compress(lines), canonical.sha256(lines)
    duty.tally = _tally(stations.values(), entries, drawn)
    duty.save(update_fields=["drawn_at", "drawn_by", "frame", "frame_sha256", "tally"])
    Sample.objects.bulk_create(
        _sample(duty, place, one, candidates[one.entry.subject]) for place, one in enumerate(drawn, 1)
    )
    trail.record(
        "inspection.sample_drawn",
        subject=duty,
        by=by,
        office=duty.office,
        details={
            "period": duty.period,
            "seed": duty.seed,
            "frame_sha256": duty.frame_sha256,
            "population": len(entries),
            "drawn": len(drawn),
            "sample_sha256": canonical.digest([one.entry.subject for one in drawn]),
        },
    )
    return duty


def _sample(duty: InspectionDuty, place: int, one: Drawn, candidate: Candidate) -> Sample:
    return Sample(
        duty=duty,
        place=place,
        subject=candidate.subject,
        title=candidate.title,
        case_id=candidate.case_id,
        station_id=candidate.station_id,
        officer_id=candidate.officer_id,
        stratum=one.stratum,
        weight=one.entry.weight,
        risks=list(one.entry.risks),
        lot=one.lot,
    )


def _tally(stations: Iterable[Office], entries: list[Entry], drawn: list[Drawn]) -> list[dict[str, object]]:
    """Per station, also one where nothing was done: how many there were, how many of them key, how many were drawn."""
    there, key = Counter(e.station for e in entries), Counter(e.station for e in entries if e.key)
    taken = Counter((one.stratum, one.entry.station) for one in drawn)
    return [
        {
            "office": station.pk,
            "name": station.short_name,
            "population": there[station.code],
            "key": key[station.code],
            "drawn_key": taken[selection.KEY, station.code],
            "drawn_random": taken[selection.RANDOM, station.code],
        }
        for station in stations
    ]


def frame_bytes(entries: Iterable[Entry]) -> bytes:
    """The frame as it is digested and kept: the canonical lines in the order of their subjects."""
    return canonical.encode([entry.line() for entry in sorted(entries)])


def frame_of(duty: InspectionDuty) -> bytes:
    """The canonical lines a sample was drawn from; nothing before the draw."""
    return zlib.decompress(bytes(duty.frame)) if duty.frame is not None else b""


def entries_of(frame: bytes) -> list[Entry]:
    """The entries of a frame."""
    return [
        Entry(subject, station, bool(key), weight, tuple(risks))
        for subject, station, key, weight, risks in (json.loads(frame) if frame else [])
    ]


def redraw(duty: InspectionDuty) -> Redrawn:
    """Draw again from what is kept, and compare."""
    lines = frame_of(duty)
    drawn = selection.draw(duty.seed, entries_of(lines), duty.plan.shares)
    listed = duty.samples.exclude(stratum=Sample.Stratum.PICKED).order_by("place").values_list("subject", "lot")
    return Redrawn(
        seed_follows=seed_of(duty.office.code, duty.period, duty.seed_root) == duty.seed,
        frame_holds=canonical.sha256(lines) == duty.frame_sha256,
        same=[(one.entry.subject, one.lot) for one in drawn] == list(listed),
    )


@trail.records_refusal(
    "inspection.pick",
    subject="inspection.inspectionduty",
    key="duty_id",
    label=_("Choosing a case for inspection was refused"),
)
@transaction.atomic
def pick(*, duty_id: int, subject: str, reason: str, by: Officer) -> Sample:
    """Put one more case on the list, for a reason; what was drawn stays drawn. A case that is on it already stays once.

    Raises NotFound, NotPermitted, InspectionState, WordsMissing, NotInPopulation.
    """
    duty = locked(duty_id)
    policies.require(by, "inspection.inspect", duty)
    require_under_way(duty)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise errors.WordsMissing
    there = Sample.objects.filter(duty=duty, subject=subject).first()
    if there is not None:
        return there
    candidate = _candidate(duty, subject)
    place = (Sample.objects.filter(duty=duty).aggregate(last=Max("place"))["last"] or 0) + 1
    sample = Sample.objects.create(
        duty=duty,
        place=place,
        subject=candidate.subject,
        title=candidate.title,
        case_id=candidate.case_id,
        station_id=candidate.station_id,
        officer_id=candidate.officer_id,
        stratum=Sample.Stratum.PICKED,
        risks=list(candidate.risks),
        reason=reason,
        picked_by=by,
    )
    trail.record(
        "inspection.case_picked",
        subject=sample,
        by=by,
        case=sample.case_id,
        details={"period": duty.period, "reason_sha256": canonical.sha256(reason.encode())},
    )
    return sample


def _candidate(duty: InspectionDuty, subject: str) -> Candidate:
    """The subject, closed whenever, when it belongs to a station the office inspects."""
    try:
        population = populations.of(subject)
    except KeyError as unknown:
        raise errors.NotInPopulation from unknown
    candidate = population.find(subject)
    if candidate is None or candidate.station_id not in stations_under(duty.office):
        raise errors.NotInPopulation
    return candidate


def locked(duty_id: int) -> InspectionDuty:
    """The duty under its lock. Raises NotFound."""
    found = InspectionDuty.objects.select_for_update(of=("self",)).select_related("office__parent", "plan")
    duty = found.filter(pk=duty_id).first()
    if duty is None:
        raise NotFound
    return duty


def require_under_way(duty: InspectionDuty) -> None:
    """Raise InspectionState unless the sample is drawn and the inspection not concluded."""
    if duty.drawn_at is None:
        raise errors.InspectionState(state=_("not drawn yet"))
    if duty.concluded_at is not None:
        raise errors.InspectionState(state=_("concluded"))
