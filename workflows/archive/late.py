"""The verbs of late capture (补充采录): open a filed case for more pages, then make a new version of it or leave it be."""

from __future__ import annotations

from django.db import transaction

from audit.trail import actions as trail
from capture.sessions import actions as sessions
from capture.sessions.models import CaptureSession
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock, push
from workflows.cases import errors as case_errors
from workflows.cases import folders, lacking, late, transitions
from workflows.cases import pages as case_pages
from workflows.cases.models import Case, MaterialPage
from workflows.cases.transitions import Verb

from . import late_alerts, manifests, signals
from .actions import lay_out
from .errors import NothingCaptured, PagesWaiting
from .models import ArchiveRecord, ArchiveVersion, LateCapture

SUBJECT = "cases.case"


@trail.records_refusal("case.begin_late_capture", subject=SUBJECT, key="case_id")
@transaction.atomic
def begin_late_capture(*, case_id: int, reason: str, by: Officer) -> LateCapture:
    """Open a filed case for more pages. What was filed and sealed stays as it is; new pages go to a sitting of their own.

    Raises NotPermitted, WrongState, ReasonNeeded.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.begin_late_capture", case)
    transitions.require(case, Verb.BEGIN_LATE_CAPTURE)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise case_errors.ReasonNeeded
    before = case.session
    session = sessions.open_session(office=case.station, by=by, mode=CaptureSession.Mode.LATE, reason=reason)
    _continue_in(case, session)
    begun = LateCapture.objects.create(
        record=ArchiveRecord.objects.get(case=case), session=session, session_before=before
    )
    trail.record(
        "case.late_capture_begun",
        subject=case,
        by=by,
        # Free text may name people; the trail proves it by its digest.
        details={"session": session.pk, "reason_sha256": canonical.sha256(reason.encode())},
    )
    late_alerts.begun(begun, case)
    _tell(case)
    return begun


@trail.records_refusal("case.conclude_late_capture", subject=SUBJECT, key="case_id")
@transaction.atomic
def conclude_late_capture(*, case_id: int, by: Officer) -> ArchiveVersion:
    """Make the next version of a filed case from what the late capture added and took out.

    The versions before stay, with their manifests and their files. Raises NotPermitted, WrongState, PagesWaiting,
    NothingCaptured.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.conclude_late_capture", case)
    transitions.require(case, Verb.CONCLUDE_LATE_CAPTURE)
    waiting = len(folders.held_pages(case))
    if waiting:
        raise PagesWaiting(count=waiting)
    filed = folders.content_digest(case)
    ended = _end(case, by=by)
    if folders.content_digest(case) == filed:
        raise NothingCaptured
    before = ended.record.newest
    version = manifests.make(case, ended.record, by=by, late_capture=ended)
    added, taken_out = manifests.changes(version, before)
    trail.record(
        "case.late_capture_concluded",
        subject=case,
        by=by,
        details={
            "version": version.number,
            "manifest": version.manifest_sha256,
            "previous": before.manifest_sha256,
            "added": added,
            "taken_out": taken_out,
        },
    )
    late_alerts.concluded(version, case, added=len(added), taken_out=len(taken_out))
    signals.version_made.send(ArchiveVersion, version=version)
    lay_out(ended.record)
    _tell(case)
    return version


@trail.records_refusal("case.abandon_late_capture", subject=SUBJECT, key="case_id")
@transaction.atomic
def abandon_late_capture(*, case_id: int, reason: str, by: Officer) -> LateCapture:
    """End a late capture without a new version: its pages are superseded, what it took out is laid in again.

    Raises NotPermitted, WrongState, ReasonNeeded.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.abandon_late_capture", case)
    transitions.require(case, Verb.ABANDON_LATE_CAPTURE)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise case_errors.ReasonNeeded
    for held in folders.held_pages(case):
        case_pages.drop_page(case_id=case.pk, held_id=held.pk, by=by)
    mine = MaterialPage.objects.filter(material__case=case).select_related("material", "page", "held")
    put_back = list(mine.filter(late.taken_out(case)))
    for placed in mine.filter(late.added(case)):
        case_pages.take_out(case, placed, reason=reason, by=by)
    for placed in put_back:
        case_pages.put_back(case, placed, by=by)
    lacking.keep(case)
    ended = _end(case, by=by, abandoned_because=reason)
    trail.record("case.late_capture_abandoned", subject=case, by=by, details={"session": ended.session_id})
    _tell(case)
    return ended


def _end(case: Case, *, by: Officer, abandoned_because: str = "") -> LateCapture:
    """Close the open late capture; from here on what lies in the slots is the content of the case again."""
    ended = LateCapture.objects.select_related("record", "session", "session_before").get(
        record__case=case, ended_at=None
    )
    ended.ended_at, ended.ended_by, ended.abandoned_because = clock.now(), by, abandoned_because
    ended.save(update_fields=["ended_at", "ended_by", "abandoned_because"])
    _continue_in(case, ended.session_before)
    late_alerts.ended(case)
    return ended


def _continue_in(case: Case, session: CaptureSession) -> None:
    case.session = session
    case.save(update_fields=["session"])


def _tell(case: Case) -> None:
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
