"""Filed cases whose paper waits to be bound: filed by the shortest way, with the row every filing makes."""

from __future__ import annotations

from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock, numbers
from workflows.archive import manifests
from workflows.archive.models import ArchiveRecord
from workflows.cases import actions
from workflows.cases.models import Case
from workflows.cases.numbers import next_sequence
from workflows.volumes import actions as verbs
from workflows.volumes import counting, tracks
from workflows.volumes.models import Volume, VolumeItem

from . import cases


def filed(station: Office, clerk: Officer, subtype: str = "1107", *, year: int | None = None, pages: int = 2) -> Case:
    """A filed case with `pages` pages of the confirmation sheet; the rest is left out, for it takes time."""
    case = cases.drafted(station, clerk, subtype)
    for _page in range(pages):
        cases.place(case, "M_CONFIRM_SHEET", clerk)
    case = actions.accept_case(case_id=case.pk, by=clerk, deferred_reason="高峰时段")
    now = clock.now()
    year = year or now.astimezone(clock.CITY_TIME).year
    retention = catalogue.spec_of(case.subtype).retention
    sequence = next_sequence(numbers.archive_prefix(unit=station.code, year=year, retention=retention))
    number = numbers.archive_number(unit=station.code, year=year, retention=retention, sequence=sequence)
    Case.objects.filter(pk=case.pk).update(status=Case.Status.FILED, filed_at=now)
    record = ArchiveRecord.objects.create(case=case, number=number, year=year, retention=retention)
    manifests.make(cases.again(case), record, by=clerk)
    tracks.take_down(record)
    return cases.again(case)


def volume(case: Case, by: Officer) -> Volume:
    """An open volume that takes the paper of `case`."""
    record = case.archive_record
    return verbs.open_volume(
        station_id=case.station_id,
        year=record.year,
        retention=record.retention,
        category=case.subtype.category_code,
        by=by,
    )


def put_in(case: Case, into: Volume, by: Officer) -> VolumeItem:
    """The paper of `case` in a volume, as many pages as were captured."""
    return verbs.put_in(volume_id=into.pk, case_id=case.pk, pages=counting.pages_with_paper(case), by=by)


def bound(case: Case, by: Officer) -> Volume:
    """The paper of `case` alone in a bound volume."""
    made = volume(case, by)
    item = put_in(case, made, by)
    return verbs.bind(volume_id=made.pk, last_page=item.page_to, by=by)
