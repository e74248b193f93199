"""Paper and electronic file differ (不一致): recorded when found, settled with a record, an alert until then."""

from __future__ import annotations

from django.db import transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound
from workflows.archive.models import ArchiveVersion
from workflows.cases.models import Case

from . import counting, paper_alerts
from .errors import BadEntry, DifferenceSettled, ReasonNeeded
from .lending import Difference, Loan
from .models import Volume, VolumeItem


@trail.records_refusal("paper.record_difference", subject="cases.case", key="case_id")
@transaction.atomic
def record_difference(
    *,
    case_id: int,
    kind: str,
    found: str,
    note: str,
    by: Officer,
    counted: int | None = None,
    loan_id: int | None = None,
) -> Difference:
    """Put on record that paper and electronic file of a case differ. Raises NotFound, NotPermitted, BadEntry, ReasonNeeded."""
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    policies.require(by, "paper.record_difference", case.station)
    if kind not in Difference.Kind.values or found not in Difference.Found.values:
        raise BadEntry(field=kind)
    note = " ".join(note.split())[:200]
    if not note:
        raise ReasonNeeded
    item = VolumeItem.objects.filter(case=case, taken_out_at=None).select_related("volume").first()
    expected = counting.pages_with_paper(case) if kind == Difference.Kind.COUNT else None
    if kind == Difference.Kind.COUNT and counted is None:
        raise BadEntry(field="—")
    return note_difference(
        case.station,
        case=case,
        volume=item.volume if item else None,
        loan=Loan.objects.filter(pk=loan_id, station=case.station).first() if loan_id else None,
        kind=kind,
        found=found,
        counted=counted,
        expected=expected,
        note=note,
        by=by,
    )


@trail.records_refusal("paper.settle_difference", subject="volumes.difference", key="difference_id")
@transaction.atomic
def settle_difference(*, difference_id: int, how: str, note: str, by: Officer) -> Difference:
    """Say how a difference was settled. What was found stays. Raises NotFound, NotPermitted, DifferenceSettled, …"""
    found = Difference.objects.select_for_update().filter(pk=difference_id).first()
    if found is None:
        raise NotFound
    station = Office.objects.select_related("parent__parent").get(pk=found.station_id)
    policies.require(by, "paper.settle_difference", station)
    if found.settled_at is not None:
        raise DifferenceSettled
    if how not in Difference.Settled.values:
        raise BadEntry(field=how)
    note = " ".join(note.split())[:200]
    if not note:
        raise ReasonNeeded
    found.settled, found.settled_note, found.settled_by, found.settled_at = how, note, by, clock.now()
    found.save(update_fields=["settled", "settled_note", "settled_by", "settled_at"])
    trail.record(
        "paper.difference_settled",
        subject=found,
        by=by,
        office=station,
        case=found.case_id,
        details={"how": how, "note_sha256": canonical.sha256(note.encode())},
    )
    paper_alerts.difference_settled(found)
    return found


def note_count(
    case: Case, volume: Volume, *, found: str, counted: int, expected: int, note: str, by: Officer
) -> Difference:
    """Another number of pages on paper than in the file. Part of the verb that counted."""
    return note_difference(
        volume.station,
        case=case,
        volume=volume,
        loan=None,
        kind=Difference.Kind.COUNT,
        found=found,
        counted=counted,
        expected=expected,
        note=note,
        by=by,
    )


def note_difference(
    station: Office,
    *,
    case: Case | None,
    volume: Volume | None,
    loan: Loan | None,
    kind: str,
    found: str,
    counted: int | None,
    expected: int | None,
    note: str,
    by: Officer,
) -> Difference:
    """Write a difference, its event and its alert. Part of verbs that ask who may."""
    made = Difference.objects.create(
        station=station,
        case=case,
        volume=volume,
        loan=loan,
        kind=kind,
        found=found,
        counted=counted,
        expected=expected,
        note=note,
        found_by=by,
        found_at=clock.now(),
    )
    trail.record(
        "paper.difference_found",
        subject=made,
        by=by,
        office=station,
        case=case.pk if case else None,
        details={
            "kind": kind,
            "found": found,
            "counted": counted,
            "expected": expected,
            "volume": volume.number if volume else "",
            "note_sha256": canonical.sha256(note.encode()),
        },
    )
    paper_alerts.difference_found(made)
    return made


def after_late_capture(version: ArchiveVersion) -> Difference | None:
    """A filed case was added to: what was captured later has to lie in the volume too. Part of the late capture."""
    case = version.record.case
    item = VolumeItem.objects.filter(case=case, taken_out_at=None).select_related("volume__station").first()
    if item is None:
        return None
    counted, expected = item.pages - item.printed, counting.pages_with_paper(case)
    if counted == expected:
        return None
    said = Difference.objects.filter(case=case, kind=Difference.Kind.COUNT, expected=expected, counted=counted)
    if said.filter(settled_at=None).exists():
        return None
    return note_count(
        case,
        item.volume,
        found=Difference.Found.LATE_CAPTURE,
        counted=counted,
        expected=expected,
        note=f"v{version.number}",
        by=version.made_by,
    )
