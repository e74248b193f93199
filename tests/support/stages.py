"""Cases in every state, each brought there by the real verbs at a small bureau where everybody has a seal."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob

from capture.pipeline import run, specimens
from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from hukou.catalogue import actions as catalogue
from workflows.approvals import actions as approvals
from workflows.approvals import claims, enquiries, notices
from workflows.approvals.models import Decision, Enquiry, Urging
from workflows.approvals.under_way import look
from workflows.archive import actions as archive
from workflows.archive import late
from workflows.archive.models import ArchiveVersion
from workflows.cases import actions, doubts, folders, letters, pages
from workflows.cases.models import Case, Letter, MaterialPage
from workflows.seals import actions as seals
from workflows.seals import queries as seal_queries
from workflows.seals.consent import Pin

from . import cases
from . import catalogue as shipped

PIN = "246810"
BY_DEPTH = {1: "0101", 2: "0103", 3: "1102", 4: "1105"}
"""Chain depth → a sub-type with a chain of that depth."""

SMALL, LARGE = (1632, 1224), (2448, 3264)
"""Pixels of a photograph; the larger shows an A4 sheet with 240 dpi."""


@functools.cache
def picture(code: str, copy: int = 0) -> bytes:
    """A photograph for a slot; every slot and copy has one of its own, the same in every test."""
    seed = zlib.crc32(f"{code}/{copy}".encode()) % 10_000
    if code == folders.PORTRAIT:
        return specimens.portrait(seed)
    size = LARGE if code in _sized() else SMALL
    return specimens.photograph(specimens.sheet(seed), seed, size=size)


@functools.cache
def _sized() -> frozenset[str]:
    """Materials on paper of a known size: their resolution is checked, so the picture must have one."""
    lines = [line for subtype in shipped.shipped().subtypes for line in subtype.materials]
    return frozenset(line.code for line in lines if line.capture.paper)


@functools.cache
def _pipeline() -> Any:
    """The pipeline gives the same for the same picture, so each picture goes through it once in a test run."""
    return functools.cache(run.process)


class Bureau:
    """A station with its branch and city, and the acts its people do to a case."""

    def __init__(self, station: Office, clerk: Officer, leader: Officer, branch: Officer, city: Officer) -> None:
        self.station, self.clerk, self.leader = station, clerk, leader
        self._holders = {
            "station_accept": clerk,
            "station_review": leader,
            "station_approve": leader,
            "branch_review": branch,
            "branch_approve": branch,
            "city_approve": city,
        }
        for officer in (clerk, leader, branch, city):
            seals.issue_personal_seal(officer=officer, pin=PIN)

    def holder(self, case: Case, level: int) -> Officer:
        """Who decides `level` of the case."""
        return self._holders[case.chain[level - 1]]

    # Acts

    def capture(self, case: Case, code: str, copy: int = 0, *, by: Officer | None = None) -> MaterialPage:
        """Put a picture into a slot."""
        data = picture(code, copy)
        captured = pages.capture_pages(
            case_id=case.pk, material_code=code, data=data, claimed_sha256=None, by=by or self.clerk
        )
        assert not captured.held, [doubts.codes(held) for held in captured.held]
        return captured.placed[0]

    def fill(self, case: Case, *stages: str) -> Case:
        """Lay pages that never saw a camera until nothing of `stages` is missing."""
        cases.fill(case, self.clerk, *stages)
        return fresh(case)

    def update(self, case: Case, *, by: Officer | None = None, **form: str) -> Case:
        """Correct what was typed."""
        return actions.update_case(
            case_id=case.pk, form=demo.application() | form, facts=set(), judged=set(), by=by or self.clerk
        )

    def accept(self, case: Case, *, by: Officer | None = None, deferred_reason: str = "") -> Case:
        """Accept the case."""
        return actions.accept_case(case_id=case.pk, by=by or self.clerk, deferred_reason=deferred_reason)

    def hand_up(self, case: Case, *, by: Officer | None = None, pin: str = PIN, seen: str | None = None) -> Case:
        """Hand the case up, having seen what is there now."""
        seen = look(fresh(case)) if seen is None else seen
        return approvals.hand_up(case_id=case.pk, by=by or self.clerk, consent=Pin(pin), seen=seen)

    def decide(
        self,
        case: Case,
        level: int,
        outcome: str = "approve",
        *,
        by: Officer | None = None,
        pin: str = PIN,
        seen: str | None = None,
        opinion: str = "情况属实",
        legal_basis: str = "公通字〔2021〕12号第五十七条",
        missing: Sequence[str] = (),
    ) -> Decision:
        """Decide a level, having seen what is there now."""
        case = fresh(case)
        return approvals.decide(
            case_id=case.pk,
            level=level,
            outcome=outcome,
            by=by or self.holder(case, level),
            seen=look(case) if seen is None else seen,
            consent=Pin(pin),
            opinion=opinion,
            legal_basis=legal_basis,
            missing=missing,
        )

    def withdraw(self, case: Case, *, by: Officer | None = None, reason: str = "申请人撤回") -> Case:
        """The applicant takes the request back."""
        return approvals.withdraw(case_id=case.pk, by=by or self.clerk, reason=reason)

    def turn_away(self, case: Case, *, by: Officer | None = None, reason: str = "不属于本所管辖") -> Case:
        """Refuse to accept the request."""
        return actions.turn_away(
            case_id=case.pk, by=by or self.clerk, reason=reason, legal_basis="公通字〔2021〕12号第八条"
        )

    def ask(self, case: Case, kind: str = "investigation", *, by: Officer | None = None, **more: Any) -> Enquiry:
        """Ask before anything is decided."""
        level = fresh(case).level
        asker = by or (self.holder(case, level) if level else self.clerk)
        return enquiries.ask(case_id=case.pk, kind=kind, by=asker, **{"question": "请核实居住情况", **more})

    def answer(self, case: Case, result: str = "positive", *, by: Officer | None = None, pin: str = PIN) -> Enquiry:
        """Answer what was asked."""
        return enquiries.answer(
            case_id=case.pk,
            by=by or self.clerk,
            seen=look(fresh(case)),
            result=result,
            words="已上门核实",
            consent=Pin(pin),
        )

    def claim(self, case: Case, *, by: Officer | None = None) -> Case:
        """Take the case."""
        return claims.claim(case_id=case.pk, by=by or self.leader)

    def release(self, case: Case, *, by: Officer | None = None) -> Case:
        """Give the case back."""
        return claims.release(case_id=case.pk, by=by or self.leader)

    def reassign(self, case: Case, to: Officer, *, by: Officer | None = None) -> Case:
        """Give the case to a colleague."""
        return claims.reassign(case_id=case.pk, by=by or self.leader, to=to, reason="经办人休假")

    def urge(self, case: Case, *, by: Officer | None = None) -> Urging:
        """Ask for haste."""
        return claims.urge(case_id=case.pk, by=by or self.clerk, reason="申请人急用")

    def recall(self, case: Case, *, by: Officer | None = None) -> Decision:
        """Call the case back."""
        return claims.recall(case_id=case.pk, by=by or self.leader, seen=look(fresh(case)), reason="发现受理有误")

    def enter(self, case: Case, *, by: Officer | None = None) -> Case:
        """Note that the result is in the population system."""
        return archive.complete_case(case_id=case.pk, by=by or self.clerk, number="RK-0001")

    def file(self, case: Case, *, by: Officer | None = None) -> Case:
        """Close the case into the archive."""
        archive.file_case(case_id=case.pk, by=by or self.clerk)
        return fresh(case)

    def begin_late_capture(self, case: Case, *, by: Officer | None = None, reason: str = "补采户口簿增页") -> Case:
        """Open a filed case for more pages."""
        late.begin_late_capture(case_id=case.pk, reason=reason, by=by or self.clerk)
        return fresh(case)

    def conclude_late_capture(self, case: Case, *, by: Officer | None = None) -> ArchiveVersion:
        """Make the next version of a filed case."""
        return late.conclude_late_capture(case_id=case.pk, by=by or self.clerk)

    def abandon_late_capture(self, case: Case, *, by: Officer | None = None, reason: str = "不是本案材料") -> Case:
        """Leave a filed case as it was filed."""
        late.abandon_late_capture(case_id=case.pk, reason=reason, by=by or self.clerk)
        return fresh(case)

    # States

    def draft(self, subtype: str = "0103") -> Case:
        """Just opened, nothing captured."""
        application = demo.application()
        case = actions.open_case(
            station=self.station, subtype_code=subtype, form=application, facts=set(), by=self.clerk
        )
        return fresh(case)

    def complete(self, subtype: str = "0103") -> Case:
        """A draft with every paper that is due before the case is handed up."""
        return self.fill(self.draft(subtype), "acceptance", "investigation")

    def accepted(self, subtype: str = "0103") -> Case:
        """Accepted and complete."""
        return fresh(self.accept(self.complete(subtype)))

    def handed_up(self, subtype: str = "0103") -> Case:
        """Handed up; the first seal is signed and not on yet."""
        return fresh(self.hand_up(self.accepted(subtype)))

    def at_level(self, level: int, subtype: str = "0103") -> Case:
        """In the inbox of the officer who decides `level` (2 and up)."""
        case = put_on_seals(self.handed_up(subtype))
        for below in range(2, level):
            self.decide(case, below)
            case = put_on_seals(case)
        assert case.level == level
        return case

    def returned(self, level: int = 2, subtype: str = "0103") -> Case:
        """Sent back by `level`."""
        case = self.at_level(level, subtype)
        self.decide(case, level, "return")
        return fresh(case)

    def refused(self, subtype: str = "0103") -> Case:
        """Refused at level 2; its notice is issued."""
        case = self.at_level(2, subtype)
        self.decide(case, 2, "refuse")
        return self._with_notice(case)

    def approved(self, subtype: str = "0103") -> Case:
        """Approved by every level; its notice is issued."""
        case = put_on_seals(self.handed_up(subtype))
        for level in range(2, len(case.chain) + 1):
            self.decide(case, level)
            case = put_on_seals(case)
        return self._with_notice(case)

    def filed(self, subtype: str = "0103") -> Case:
        """In the archive."""
        return self.file(self.fill(self.completed(subtype), "completion"))

    def completed(self, subtype: str = "0103") -> Case:
        """Approved, and its result is in the population system."""
        return fresh(self.enter(self.approved(subtype)))

    def suspended(self, subtype: str = "0103") -> Case:
        """Under investigation for level 2."""
        case = self.at_level(2, subtype)
        self.ask(case)
        return fresh(case)

    def not_accepted(self, subtype: str = "0103") -> Case:
        """Turned away at the window."""
        return fresh(self.turn_away(self.draft(subtype)))

    def late_with_a_page(self, subtype: str = "0103") -> Case:
        """In the archive, open for more pages, one laid in."""
        return self.late_of(self.filed(subtype))

    def late_of(self, case: Case, code: str = "M_HUKOU_BOOK") -> Case:
        """A filed case, open for more pages, one laid in."""
        case = self.begin_late_capture(case)
        self.capture(case, code, 8)
        return fresh(case)

    def withdrawn(self, subtype: str = "0103") -> Case:
        """Taken back by the applicant while level 2 had it."""
        return fresh(self.withdraw(self.at_level(2, subtype)))

    def _with_notice(self, case: Case) -> Case:
        case = put_on_seals(case)
        notices.issue(case_id=case.pk)
        return fresh(case)


def fresh(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.with_context().get(pk=case.pk)


def put_on_seals(case: Case) -> Case:
    """Do the sealing jobs that wait for the case."""
    for application in seal_queries.unfinished(case.pk):
        seals.apply_seal(application.pk)
    return fresh(case)


def write_letters(case: Case) -> list[Letter]:
    """Do the letter jobs that wait, as the worker would; all letters of the case."""
    for job in ProcrastinateJob.objects.filter(task_name__startswith="letter.", status="todo").order_by("pk"):
        jobs.tasks[job.task_name].func(**job.args)
    return letters.of(case)


@pytest.fixture(scope="session")
def one_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the run: pictures and documents are named by content, keys by serial number."""
    return tmp_path_factory.mktemp("bureau")


@pytest.fixture
def bureau(
    db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    one_data_dir: Path,
    station: Office,
    clerk: Officer,
    leader: Officer,
    branch_officer: Officer,
    city_officer: Officer,
) -> Bureau:
    """The bureau with the shipped catalogue in force."""
    settings.HUKOU_DATA_DIR = one_data_dir
    monkeypatch.setattr(run, "process", _pipeline())
    catalogue.load(shipped.shipped_bytes())
    return Bureau(station, clerk, leader, branch_officer, city_officer)
