"""Filing: close a decided case into the archive. Adding to a filed case: see `late`."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock, numbers, push
from workflows.cases import folders, transitions
from workflows.cases.models import Case
from workflows.cases.numbers import next_sequence
from workflows.cases.transitions import Verb
from workflows.seals import queries as seals

from . import manifests, risks, shelf, signals
from .errors import NoticeNotReady
from .models import ArchiveRecord
from .tasks import lay_out_shelf


@trail.records_refusal("case.complete", subject="cases.case", key="case_id")
@transaction.atomic
def complete_case(*, case_id: int, by: Officer, number: str = "") -> Case:
    """Note that the result of an approved case is in the population system (办结).

    `number`: of the entry there, where it has one. Raises NotPermitted, WrongState, NoticeNotReady.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.complete", case)
    transitions.require(case, Verb.COMPLETE)
    if seals.latest_document(case.pk, "notice") is None:
        raise NoticeNotReady
    case.status, case.completed_by, case.completed_at = Case.Status.COMPLETED, by, clock.now()
    case.completion_number = number.strip()[:40]
    case.save(update_fields=["status", "completed_by", "completed_at", "completion_number"])
    trail.record("case.completed", subject=case, by=by, details={"entry": bool(case.completion_number)})
    risks.completed(case)
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return case


@trail.records_refusal("case.file", subject="cases.case", key="case_id")
@transaction.atomic
def file_case(*, case_id: int, by: Officer) -> ArchiveRecord:
    """File a completed or refused case under an archive number. A completed one needs its completion papers first.

    Raises NotPermitted, WrongState, MaterialsMissing, NoticeNotReady.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.file", case)
    transitions.require(case, Verb.FILE)
    if case.status == Case.Status.COMPLETED:
        missing = folders.of(case).missing_of("completion")
        if missing:
            raise folders.missing_error(missing)
    if seals.latest_document(case.pk, "notice") is None:
        raise NoticeNotReady
    now = clock.now()
    year = now.astimezone(clock.CITY_TIME).year
    retention = catalogue.spec_of(case.subtype).retention
    prefix = numbers.archive_prefix(unit=case.station.code, year=year, retention=retention)
    number = numbers.archive_number(
        unit=case.station.code, year=year, retention=retention, sequence=next_sequence(prefix)
    )
    record = ArchiveRecord.objects.create(case=case, number=number, year=year, retention=retention)
    version = manifests.make(case, record, by=by)
    case.status, case.filed_at = Case.Status.FILED, now
    case.save(update_fields=["status", "filed_at"])
    trail.record(
        "case.filed",
        subject=case,
        by=by,
        details={
            "archive_number": number,
            "manifest": version.manifest_sha256,
            "files": len(version.manifest["files"]),
        },
    )
    signals.case_filed.send(ArchiveRecord, record=record)
    lay_out(record)
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return record


def lay_out(record: ArchiveRecord) -> None:
    """Put the files on the shelf once this transaction has committed."""
    # At once, so that nobody sees a filed case without its files; and as a job, should this process die first.
    transaction.on_commit(partial(shelf.lay_out, record), robust=True)
    lay_out_shelf.defer(record_id=record.pk)
