"""Cabinets, boxes and volumes of a station: made, and put in their places. Where something stood before stays on record."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.catalogue.types import RETENTIONS
from hukou.kernel import canonical, clock, numbers
from hukou.kernel.errors import NotFound
from workflows.cases.numbers import next_sequence

from .errors import BadEntry, NotBoxed, PaperOut, ReasonNeeded
from .models import Box, Cabinet, Loan, Move, Volume

OLDEST = 1949
"""Paper is bound by the year of its archive number; back-captured paper may be old."""


def station_of(station_id: int) -> Office:
    """A station. Raises NotFound for any other office."""
    office = Office.objects.select_related("parent__parent").filter(pk=station_id, level=Office.Level.STATION).first()
    if office is None:
        raise NotFound
    return office


@trail.records_refusal("cabinet.make", subject="accounts.office", key="station_id")
@transaction.atomic
def make_cabinet(*, station_id: int, room: str, name: str, by: Officer, shelves: int = 5) -> Cabinet:
    """Enter a cabinet of the paper room. Raises NotPermitted, BadEntry."""
    station = station_of(station_id)
    policies.require(by, "paper.arrange", station)
    room, name = " ".join(room.split())[:40], " ".join(name.split())[:40]
    if not room or not name:
        raise BadEntry(field=room or name)
    if not 1 <= shelves <= 20:
        raise BadEntry(field=shelves)
    try:
        with transaction.atomic():
            cabinet = Cabinet.objects.create(
                station=station, room=room, name=name, shelves=shelves, made_by=by, made_at=clock.now()
            )
    except IntegrityError as twice:
        raise BadEntry(field=f"{room} {name}") from twice
    trail.record("cabinet.made", subject=cabinet, by=by, office=station, details={"shelves": shelves})
    return cabinet


@trail.records_refusal("box.make", subject="accounts.office", key="station_id")
@transaction.atomic
def make_box(*, station_id: int, by: Officer, cabinet_id: int | None = None, shelf: int | None = None) -> Box:
    """A new box with the station's next number, in a cabinet or nowhere yet. Raises NotPermitted, NotBoxed, BadEntry."""
    station = station_of(station_id)
    policies.require(by, "paper.arrange", station)
    cabinet = _cabinet(station, cabinet_id, shelf)
    sequence = next_sequence(f"{station.code}-H")
    box = Box.objects.create(
        station=station,
        sequence=sequence,
        number=f"{station.code}-H{sequence:05d}",
        cabinet=cabinet,
        shelf=shelf if cabinet else None,
        made_by=by,
        made_at=clock.now(),
    )
    details = {"number": box.number, "cabinet": cabinet_id if cabinet else None, "shelf": box.shelf}
    trail.record("box.made", subject=box, by=by, office=station, details=details)
    return box


@trail.records_refusal("box.move", subject="volumes.box", key="box_id")
@transaction.atomic
def move_box(*, box_id: int, cabinet_id: int, shelf: int, reason: str, by: Officer) -> Box:
    """Put a box on another shelf. Its first place needs no reason. Raises NotPermitted, NotBoxed, BadEntry, ReasonNeeded."""
    box = Box.objects.select_for_update().filter(pk=box_id).first()
    if box is None:
        raise NotFound
    station = station_of(box.station_id)
    policies.require(by, "paper.arrange", station)
    cabinet = _cabinet(station, cabinet_id, shelf)
    reason = _reason(reason, needed=box.cabinet_id is not None)
    move = Move.objects.create(
        box=box,
        from_cabinet_id=box.cabinet_id,
        from_shelf=box.shelf,
        to_cabinet=cabinet,
        to_shelf=shelf,
        reason=reason,
        moved_by=by,
        moved_at=clock.now(),
    )
    box.cabinet, box.shelf = cabinet, shelf
    box.save(update_fields=["cabinet", "shelf"])
    trail.record(
        "box.moved",
        subject=box,
        by=by,
        office=station,
        details={
            "from": [move.from_cabinet_id, move.from_shelf],
            "to": [cabinet_id, shelf],
            "reason_sha256": canonical.sha256(reason.encode()),
        },
    )
    return box


@trail.records_refusal("volume.open", subject="accounts.office", key="station_id")
@transaction.atomic
def open_volume(
    *, station_id: int, year: int, retention: str, category: str, by: Officer, box_id: int | None = None
) -> Volume:
    """A new volume with the next number of its kind. Raises NotPermitted, BadEntry, NotBoxed."""
    station = station_of(station_id)
    policies.require(by, "paper.arrange", station)
    if not OLDEST <= year <= clock.today().year:
        raise BadEntry(field=year)
    if retention not in RETENTIONS:
        raise BadEntry(field=retention)
    if category not in {one.code for one in catalogue.categories()}:
        raise BadEntry(field=category)
    prefix = f"{numbers.archive_prefix(unit=station.code, year=year, retention=retention)}-{category}-J"
    sequence = next_sequence(prefix)
    volume = Volume.objects.create(
        station=station,
        year=year,
        retention=retention,
        category=category,
        sequence=sequence,
        number=f"{prefix}{sequence:04d}",
        box=None if box_id is None else _box(station, box_id),
        opened_by=by,
        opened_at=clock.now(),
    )
    trail.record("volume.opened", subject=volume, by=by, office=station, details={"number": volume.number})
    return volume


@trail.records_refusal("volume.move", subject="volumes.volume", key="volume_id")
@transaction.atomic
def move_volume(*, volume_id: int, box_id: int, reason: str, by: Officer) -> Volume:
    """Put a volume into another box; its first needs no reason. Raises NotPermitted, PaperOut, NotBoxed, ReasonNeeded."""
    volume = Volume.objects.lock(volume_id)
    policies.require(by, "paper.arrange", volume.station)
    out = Loan.objects.filter(volume=volume, state=Loan.State.OUT).first()
    if out is not None:
        raise PaperOut(to=out.handed_to, due=out.due_on)
    box = _box(volume.station, box_id)
    reason = _reason(reason, needed=volume.box_id is not None)
    Move.objects.create(
        volume=volume, from_box_id=volume.box_id, to_box=box, reason=reason, moved_by=by, moved_at=clock.now()
    )
    details = {"from": volume.box_id, "to": box.pk, "reason_sha256": canonical.sha256(reason.encode())}
    volume.box = box
    volume.save(update_fields=["box"])
    trail.record("volume.moved", subject=volume, by=by, office=volume.station, details=details)
    return volume


def _cabinet(station: Office, cabinet_id: int | None, shelf: int | None) -> Cabinet | None:
    if cabinet_id is None:
        return None
    cabinet = Cabinet.objects.filter(pk=cabinet_id, station=station).first()
    if cabinet is None:
        raise NotBoxed
    if shelf is None or not 1 <= shelf <= cabinet.shelves:
        raise BadEntry(field=shelf)
    return cabinet


def _box(station: Office, box_id: int) -> Box:
    box = Box.objects.filter(pk=box_id, station=station).first()
    if box is None:
        raise NotBoxed
    return box


def _reason(reason: str, *, needed: bool) -> str:
    reason = " ".join(reason.split())[:200]
    if needed and not reason:
        raise ReasonNeeded
    return reason
