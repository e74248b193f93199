"""One whole case in the demo city, with the same verbs the screens use: from the window to the archive."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
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
from workflows.approvals import notices
from workflows.approvals.steps import STEPS, office_of
from workflows.archive import actions as archive
from workflows.archive import shelf, verify
from workflows.cases import actions as cases
from workflows.cases import doubts, folders, pages
from workflows.cases import errors as case_errors
from workflows.cases.models import Case
from workflows.seals import actions as seals
from workflows.seals import queries as seal_queries

from . import demo_seals, papers

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
        record = self.case.archive_record
        events = list(trail.timeline(self.case.pk))
        checkpoint = trail.newest_checkpoint()
        return {
            "case_number": self.case.number,
            "archive_number": record.number,
            "status": self.case.status,
            "steps": [vars(step) | {"at": step.at.astimezone(clock.CITY_TIME).isoformat()} for step in self.steps],
            "seals": [seal.to_dict() for document in report.documents.values() for seal in document.seals],
            "files": [str(path) for path in shelf.lay_out(record)],
            "photos": {"used": self.photos_used, "refused": self.refused_photos},
            "trail": {"events": len(events), "tree_size": checkpoint.tree_size if checkpoint else 0},
            "verified": report.outcome,
            "findings": [vars(finding) for finding in report.findings],
        }


def tell(*, subtype: str, photos: Path | None, say: Say) -> Story:
    """Carry one case of `subtype` through its whole chain. Raises DomainError when a step is refused."""
    station = Office.objects.filter(level=Office.Level.STATION).order_by("code").first()
    assert station is not None, "seed_city makes stations"
    clerk = _holder(Duty.Role.DESK_OFFICER, station)
    pin = demo.pin()
    demo_seals.issue()
    case = cases.open_case(station=station, subtype_code=subtype, form=demo.application(), facts=set(), by=clerk)
    story = Story(case, say=say)
    supply = papers.Supply(photos=photos)
    _fill(story, clerk, supply, ("acceptance", "investigation"))
    case = cases.accept_case(case_id=case.pk, by=clerk)
    story.note("accept", 0, clerk, station, "accepted")
    content = folders.content_digest(Case.objects.get(pk=case.pk))
    approvals.hand_up(case_id=case.pk, by=clerk, pin=pin, seen=content)
    story.note(case.chain[0], 1, clerk, station, "handed_up")
    _put_on_seal(case)
    taken = {clerk.id_number}
    for level, name in enumerate(case.chain[1:], 2):
        office = office_of(name, station)
        officer = _holder(STEPS[name].role, office, without=taken)
        taken.add(officer.id_number)
        content = folders.content_digest(Case.objects.get(pk=case.pk))
        approvals.decide(case_id=case.pk, level=level, outcome="approve", by=officer, seen=content, pin=pin)
        story.note(name, level, officer, office, "approve")
        _put_on_seal(case)
    issued = notices.issue(case_id=case.pk)
    notices.read(case_id=case.pk, by=clerk)
    story.note("notice", len(case.chain), clerk, station, issued.number)
    story.case = Case.objects.with_context().get(pk=case.pk)
    _fill(story, clerk, supply, ("completion",))
    record = archive.file_case(case_id=case.pk, by=clerk)
    story.note("file", len(case.chain), clerk, station, record.number)
    story.case = Case.objects.with_context().get(pk=case.pk)
    story.refused_photos, story.photos_used = supply.refused, supply.used
    trail_actions.sequence(patience=120)  # somebody's open transaction elsewhere may hold the log back
    return story


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
        slot = missing[0]
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
            continue
        for held in captured.held:
            supply.set_aside(", ".join(doubts.codes(held)))
            pages.drop_page(case_id=story.case.pk, held_id=held.pk, by=clerk)
        for placed in captured.placed:
            supply.took()
            verdict = Page.Verdict(placed.page.verdict).label
            story.say(f"  {slot.spec.name_zh}  {placed.page.width}×{placed.page.height}  {verdict}")


def _put_on_seal(case: Case) -> None:
    """Do the sealing job now; the worker, should it come later, finds it done."""
    for application in seal_queries.unfinished(case.pk):
        seals.apply_seal(application.pk)
