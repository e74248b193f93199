"""One whole case in the demo city, with the same verbs the screens use: from the window to the archive."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audit.trail import actions as trail_actions
from audit.trail import queries as trail
from capture.sessions import errors as capture_errors
from capture.sessions.models import Page
from hukou.accounts import demo
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from workflows.approvals import actions as approvals
from workflows.approvals import enquiries, notices, under_way
from workflows.approvals.steps import office_of
from workflows.archive import actions as archive
from workflows.archive import shelf, verify
from workflows.archive.models import ArchiveRecord
from workflows.cases import actions as cases
from workflows.cases import doubts, folders, pages
from workflows.cases import errors as case_errors
from workflows.cases.models import Case
from workflows.cases.types import Slot
from workflows.seals import actions as seals
from workflows.seals import queries as seal_queries
from workflows.seals.consent import Pin

from . import demo_seals, papers
from .scripts import BEFORE, SCRIPTS, SECOND, Walk

Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One thing somebody did."""

    step: str
    level: int
    officer: str
    """Name and police number."""
    office: str
    at: datetime
    outcome: str


@dataclass
class Story:
    """What a walkthrough leaves behind."""

    case: Case
    steps: list[Step] = field(default_factory=list)
    refused_photos: list[str] = field(default_factory=list)
    """Photographs the quality check did not take: "name: code"."""
    photos_used: int = 0
    say: Say = field(default=lambda line: None)

    def note(self, step: str, level: int, officer: Officer, office: Office, outcome: str) -> None:
        """Remember and tell one step."""
        self.steps.append(Step(step, level, f"{officer.name} {officer.number}", office.name, clock.now(), outcome))
        self.say(f"{step:<16} {office.short_name}  {officer.name} {officer.number}  {outcome}")

    def to_dict(self) -> dict[str, Any]:
        """For --json: the contract of issue checks."""
        report = verify.verify_case(self.case)
        record = ArchiveRecord.objects.filter(case=self.case).first()
        events = list(trail.timeline(self.case.pk))
        checkpoint = trail.newest_checkpoint()
        return {
            "case_number": self.case.number,
            "archive_number": record.number if record else "",
            "status": self.case.status,
            "steps": [vars(step) | {"at": step.at.astimezone(clock.CITY_TIME).isoformat()} for step in self.steps],
            "seals": [seal.to_dict() for document in report.documents.values() for seal in document.seals],
            "files": [str(path) for path in shelf.lay_out(record)] if record else [],
            "photos": {"used": self.photos_used, "refused": self.refused_photos},
            "trail": {"events": len(events), "tree_size": checkpoint.tree_size if checkpoint else 0},
            "verified": report.outcome,
            "findings": [vars(finding) for finding in report.findings],
        }


def tell(*, subtype: str, photos: Path | None, say: Say, script: str = "") -> Story:
    """Carry one case of `subtype` through its whole chain, with the turns of `script` (see `scripts`).

    Raises DomainError when a step is refused.
    """
    station = Office.objects.filter(level=Office.Level.STATION).order_by("code").first()
    assert station is not None, "seed_city makes stations"
    clerk, pin = _holder(Duty.Role.DESK_OFFICER, station), demo.pin()
    demo_seals.issue()
    case = cases.open_case(station=station, subtype_code=subtype, form=demo.application(), facts=set(), by=clerk)
    story, supply, taken = Story(case, say=say), papers.Supply(photos, whose=case.pk), {clerk.id_number}
    walk = Walk(
        case_id=case.pk,
        clerk=clerk,
        pin=pin,
        note=story.note,
        capture=lambda code: _capture_one(story, clerk, supply, code),
        seal=lambda: _put_on_seal(case),
        holder=lambda role, office: _holder(role, office, without=taken),
    )
    _fill(story, clerk, supply, ("acceptance", "investigation"))
    cases.accept_case(case_id=case.pk, by=clerk)
    story.note("accept", 0, clerk, station, "accepted")
    _publish(case, clerk, pin)
    _turn(script, BEFORE, walk)
    case = walk.case
    approvals.hand_up(case_id=case.pk, by=clerk, consent=Pin(pin), seen=walk.seen)
    story.note(case.chain[0], 1, clerk, station, "handed_up")
    _put_on_seal(case)
    if len(case.chain) > 1:
        _turn(script, SECOND, walk)
    while walk.case.status == Case.Status.IN_REVIEW:
        level = walk.case.level
        officer = walk.whose_turn()
        taken.add(officer.id_number)
        approvals.decide(case_id=case.pk, level=level, outcome="approve", by=officer, seen=walk.seen, consent=Pin(pin))
        story.note(case.chain[level - 1], level, officer, office_of(case.chain[level - 1], station), "approve")
        _put_on_seal(case)
    if walk.case.status != Case.Status.WITHDRAWN:
        _conclude(story, clerk, supply)
    story.case = walk.case
    story.refused_photos, story.photos_used = supply.refused, supply.used
    trail_actions.sequence(patience=120)  # somebody's open transaction elsewhere may hold the log back
    return story


def _turn(script: str, moment: str, walk: Walk) -> None:
    when, act = SCRIPTS.get(script, ("", None))
    if act is not None and when == moment:
        act(walk)


def _conclude(story: Story, clerk: Officer, supply: papers.Supply) -> None:
    """Read the notice, complete what was approved, and file."""
    case = Case.objects.with_context().get(pk=story.case.pk)
    issued = notices.issue(case_id=case.pk)
    notices.read(case_id=case.pk, by=clerk)
    story.note("notice", len(case.chain), clerk, case.station, issued.number)
    if case.status == Case.Status.APPROVED:
        story.case = case
        _fill(story, clerk, supply, ("completion",))
        archive.complete_case(case_id=case.pk, by=clerk)
        story.note("complete", len(case.chain), clerk, case.station, "completed")
    record = archive.file_case(case_id=case.pk, by=clerk)
    story.note("file", len(case.chain), clerk, case.station, record.number)


def _look(case: Case) -> str:
    return under_way.look(Case.objects.with_context().get(pk=case.pk))


def _publish(case: Case, clerk: Officer, pin: str) -> None:
    """Note the public notice a sub-type asks for; the invented one was put up in time."""
    days = enquiries.public_notice_days(case)
    if days:
        posted_on = clock.today() - timedelta(days=days + 1)
        enquiries.ask(case_id=case.pk, kind="public_notice", by=clerk, question="社区公示栏公示", posted_on=posted_on)
        seen = _look(case)
        enquiries.answer(
            case_id=case.pk, by=clerk, seen=seen, result="positive", words="公示期满，无人提出异议", consent=Pin(pin)
        )


def _holder(role: str, office: Office, without: set[str] | None = None) -> Officer:
    """Somebody who holds `role` at `office` today and is not among the persons `without`."""
    duties = Duty.objects.in_force(clock.today()).filter(office=office, role=role).select_related("officer")
    return next(d.officer for d in duties.order_by("officer__number") if d.officer.id_number not in (without or set()))


def _fill(story: Story, clerk: Officer, supply: papers.Supply, stages: tuple[str, ...]) -> None:
    """Capture until nothing of `stages` is missing; a photograph the check refuses is set aside, as a clerk would."""
    for attempt in itertools.count():
        missing = folders.of(story.case).missing_of(*stages)
        if not missing:
            return
        _capture(story, clerk, supply, missing[0], attempt)


def _capture_one(story: Story, clerk: Officer, supply: papers.Supply, code: str) -> None:
    """One more page in a slot."""
    slot = next(slot for slot in folders.of(story.case).slots if slot.spec.code == code)
    for attempt in itertools.count(40 + len(slot.pages)):
        if _capture(story, clerk, supply, slot, attempt):
            return


def _capture(story: Story, clerk: Officer, supply: papers.Supply, slot: Slot, attempt: int) -> bool:
    """Offer the next picture to a slot; answers whether it became a page."""
    data, device = supply.next_for(slot, attempt)
    try:
        captured = pages.capture_pages(
            case_id=story.case.pk,
            material_code=slot.spec.code,
            data=data,
            claimed_sha256=None,
            by=clerk,
            device=device,
        )
    except (capture_errors.CaptureError, case_errors.PageInOtherSlot) as refused:
        supply.set_aside(refused.code)
        return False
    for held in captured.held:
        supply.set_aside(", ".join(doubts.codes(held)))
        pages.drop_page(case_id=story.case.pk, held_id=held.pk, by=clerk)
    for placed in captured.placed:
        supply.took()
        verdict = Page.Verdict(placed.page.verdict).label
        story.say(f"  {slot.spec.name_zh}  {placed.page.width}×{placed.page.height}  {verdict}")
    return bool(captured.placed)


def _put_on_seal(case: Case) -> None:
    """Do the sealing job now; the worker, should it come later, finds it done."""
    for application in seal_queries.unfinished(case.pk):
        seals.apply_seal(application.pk)
