"""Writes invented cases down, a batch at a time, in the same rows the verbs would leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from viewflow.workflow.models import Process, Task

from capture.sessions.models import CaptureSession, Page
from hukou.catalogue import requirements
from hukou.catalogue.models import SubType
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import canonical, numbers
from hukou.registry.models import Person
from workflows.approvals import notices
from workflows.approvals.flows import CaseFlow
from workflows.approvals.models import CaseProcess, Decision, NoticeIssue
from workflows.approvals.steps import STEPS
from workflows.archive.models import ArchiveRecord, ArchiveVersion
from workflows.cases import deadlines, folders
from workflows.cases.models import Case, Material, MaterialPage
from workflows.seals.models import SealApplication, SealedDocument

from . import MARK
from .cast import Team
from .citizens import Citizen
from .lives import Act, Life
from .specimens import OPINIONS, CaseFile, CaseFiles, SpecimenPage
from .tables import Sheet, keys

S, Outcome = Case.Status, Decision.Outcome
BLOCK = numbers.MOST
"""So many cases share one unit code, so that a running number within it fits its five digits."""
REFUSED_BECAUSE = "材料与登记不符，经核查不符合规定条件"
RETURNED_BECAUSE = "证明材料不清晰，请补充后重新上报"
LEGAL_BASIS = "《户口居民身份证管理工作规范（试行）》"
NO_FIELDS = "[]"
REASONS = ("本人申请", "家庭住址变动", "按规定申报", "原登记与证明不符", "因工作需要", "投靠亲属共同生活")


@dataclass(frozen=True)
class Kind:
    """A sub-type as it is needed here, row after row."""

    row: SubType
    spec: SubTypeSpec
    papers: dict[str, tuple[tuple[str, int], ...]]
    """Status → materials and their numbers of pages that a case of that status has."""

    @classmethod
    def of(cls, row: SubType) -> Kind:
        """From a row of the catalogue."""
        before, after = ("acceptance", "investigation"), ("acceptance", "investigation", "completion")
        due = {S.DRAFT: before[:1], S.ACCEPTED: before, S.IN_REVIEW: before, S.RETURNED: before, S.APPROVED: before}
        return cls(row, row.spec, {status: _papers(row.spec, due.get(status, after)) for status in S})


@dataclass(frozen=True)
class Subject:
    """An invented case before it is written: what happened to it, to whom and where."""

    place: int
    """Running number among all that were ever made for measuring, from 0."""
    life: Life
    citizen: Citizen
    known_as: int | None
    """Key of the person, when a case of the same batch has met them already."""
    team: Team
    turn: int
    with_pages: bool


class Ledger:
    """The sheets of one batch."""

    def __init__(self, kinds: list[Kind], specimen: SpecimenPage, files: CaseFiles) -> None:
        self._kinds, self._specimen, self._files = kinds, specimen, files
        self.people, self.sessions, self.cases = (Sheet(m, keyed=True) for m in (Person, CaptureSession, Case))
        self.materials, self.pages = Sheet(Material, keyed=True), Sheet(Page, keyed=True)
        self.placements = Sheet(MaterialPage)
        self.documents, self.seals = Sheet(SealedDocument, keyed=True), Sheet(SealApplication, keyed=True)
        self.decisions, self.notices = Sheet(Decision), Sheet(NoticeIssue)
        self.processes, self.chains, self.tasks = Sheet(Process, keyed=True), Sheet(CaseProcess), Sheet(Task)
        self.records, self.versions = Sheet(ArchiveRecord, keyed=True), Sheet(ArchiveVersion)
        self._page = self.pages.plain(**specimen.columns)
        self._nodes = {node.name: _node(node) for node in (CaseFlow.decide, CaseFlow.supplement)}
        self._flow = Process._meta.get_field("flow_class").get_prep_value(CaseFlow)
        self._keys: dict[Any, Iterator[int]] = {}

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All of them, in the order they are written."""
        return (
            *(self.people, self.sessions, self.cases, self.materials, self.pages, self.placements),
            *(self.documents, self.seals, self.decisions, self.notices),
            *(self.processes, self.chains, self.tasks, self.records, self.versions),
        )

    def write(self, subjects: list[Subject]) -> None:
        """Put the cases into the running transaction."""
        self._take_keys(subjects)
        people: dict[int, int] = {}
        for subject in subjects:
            self._case(subject, people)
        for sheet in self.sheets:
            sheet.copy()

    def _take_keys(self, subjects: list[Subject]) -> None:
        acts = sum(len(subject.life.acts) for subject in subjects)
        lines = sum(len(self._kinds[subject.life.subtype].spec.materials) for subject in subjects)
        papers = sum(pages for s in subjects if s.with_pages for _code, pages in self._papers(s))
        handed_up = sum(bool(subject.life.acts) for subject in subjects)
        closed = sum(subject.life.closed_at is not None for subject in subjects)
        wanted = {Person: len(subjects), CaptureSession: len(subjects), Case: len(subjects), Material: lines}
        wanted |= {Page: papers, SealedDocument: handed_up + closed, SealApplication: acts}
        wanted |= {Process: handed_up, ArchiveRecord: closed}
        self._keys = {model: keys(model, count) for model, count in wanted.items()}

    def _papers(self, subject: Subject) -> tuple[tuple[str, int], ...]:
        return self._kinds[subject.life.subtype].papers[subject.life.status]

    def _case(self, subject: Subject, people: dict[int, int]) -> None:
        life, team, kind = subject.life, subject.team, self._kinds[subject.life.subtype]
        clerk = team.clerks[subject.turn]
        case, session = next(self._keys[Case]), next(self._keys[CaptureSession])
        number = _number(subject, kind.spec.code)
        form = {"subject_name": subject.citizen.name, "address": subject.citizen.address}
        form["reason"] = REASONS[subject.place % len(REASONS)]
        self.sessions.add(
            id=session, office_id=team.station.pk, opened_by_id=clerk.pk, opened_at=life.opened_at, reason=MARK
        )
        waiting = kind.spec.chain[life.level - 1] if life.status == S.IN_REVIEW else ""
        self.cases.add(
            id=case,
            number=number,
            station_id=team.station.pk,
            subtype_id=kind.row.pk,
            status=life.status,
            applicant_id=self._person(subject, people),
            applicant_name=subject.citizen.name,
            applicant_phone=subject.citizen.phone,
            **self.cases.plain(form=form, facts=[], judged=[]),
            session_id=session,
            opened_by_id=clerk.pk,
            opened_at=life.opened_at,
            accepted_by_id=clerk.pk if life.accepted_at else None,
            accepted_at=life.accepted_at,
            capture_due_at=deadlines.capture_due(kind.spec, life.accepted_at) if life.accepted_at else None,
            catalogue_version=kind.row.catalogue.version if life.accepted_at else "",
            **self.cases.plain(chain=list(kind.spec.chain) if life.accepted_at else []),
            level=life.level,
            awaiting_role=STEPS[waiting].role if waiting else "",
            awaiting_office_id=team.offices[waiting].pk if waiting else None,
            awaiting_since=life.acts[-1].at if waiting else None,
            revision=1 if life.acts else 0,
            closed_at=life.closed_at,
            filed_at=life.filed_at,
        )
        self._folder(subject, case, session, clerk.pk)
        if life.acts:
            self._decided(subject, case, number or "", form)

    def _person(self, subject: Subject, people: dict[int, int]) -> int:
        if subject.known_as is not None:
            return people[subject.known_as]
        key = people[subject.place] = next(self._keys[Person])
        who = subject.citizen
        self.people.add(id=key, id_number=who.id_number, name=who.name, sex=who.sex, born_on=who.born_on)
        return key

    def _folder(self, subject: Subject, case: int, session: int, clerk: int) -> None:
        held = dict(self._papers(subject)) if subject.with_pages else {}
        at = subject.life.accepted_at or subject.life.opened_at
        for position, line in enumerate(self._kinds[subject.life.subtype].spec.materials, 1):
            material = next(self._keys[Material])
            self.materials.add(id=material, case_id=case, code=line.code, position=position)
            for place in range(1, held.get(line.code, 0) + 1):
                page = next(self._keys[Page])
                kind = "portrait" if line.code == folders.PORTRAIT else "page"
                self.pages.add(
                    **self._page,
                    id=page,
                    session_id=session,
                    kind=kind,
                    request=f"{line.code}/{place}",
                    captured_by_id=clerk,
                    captured_at=at,
                )
                self.placements.add(
                    material_id=material, page_id=page, position=place, placed_by_id=clerk, placed_at=at
                )

    def _decided(self, subject: Subject, case: int, number: str, form: dict[str, str]) -> None:
        life, team, chain = subject.life, subject.team, self._kinds[subject.life.subtype].spec.chain
        content = self._content(subject, number, form)
        file = self._files.empty(team, chain) if life.closed_at else self._files.signed(team, chain)
        document = self._case_file(case, file, life)
        for act in life.acts:
            step = chain[act.level - 1]
            officer, office = team.officers[step][subject.turn], team.offices[step]
            returned = act.outcome == Outcome.RETURN
            self.decisions.add(
                case_id=case,
                level=act.level,
                step=step,
                revision=1,
                officer_id=officer.pk,
                office_id=office.pk,
                officer_name=officer.name,
                office_name=office.name,
                outcome=act.outcome,
                opinion=_opinion(step, act),
                legal_basis=LEGAL_BASIS if act.outcome == Outcome.REFUSE else "",
                content_digest=content,
                application_id=None if returned else self._seal(subject, document, file, act, step),
                decided_at=act.at,
            )
        if life.closed_at is not None:
            self._closed(subject, case, number, content, file)
        else:
            self._chain(life, case)

    def _case_file(self, case: int, file: CaseFile, life: Life) -> int:
        key = next(self._keys[SealedDocument])
        stage = file.stages[-1 if life.closed_at else sum(act.outcome != Outcome.RETURN for act in life.acts)]
        self.documents.add(
            id=key,
            case_id=case,
            kind=SealedDocument.Kind.CASE_FILE,
            revision=1,
            sha256=stage.sha256,
            size=stage.size,
            fields=file.fields,
            created_at=life.acts[0].at,
        )
        return key

    def _seal(self, subject: Subject, document: int, file: CaseFile, act: Act, step: str) -> int:
        key = next(self._keys[SealApplication])
        last = act.level == len(self._kinds[subject.life.subtype].spec.chain)
        seal, unit_seal = self._files.seals(subject.team, subject.turn, step, last=last)
        officer = subject.team.officers[step][subject.turn]
        stages = [stage.sha256 for stage in file.stages]
        self.seals.add(
            id=key,
            document_id=document,
            level=act.level,
            step=step,
            seal_id=seal,
            unit_seal_id=unit_seal,
            signer_name=f"{officer.name} {officer.number}",
            field=f"level{act.level}_officer",
            state=SealApplication.State.APPLIED,
            prepared_sha256=stages[min(act.level, len(stages)) - 1],
            place_start=0,
            place_end=0,
            signature=b"",  # it stands in the shared file
            result_sha256=stages[min(act.level, len(stages) - 1)],
            attempts=1,
            signed_at=act.at,
            applied_at=act.at,
        )
        return key

    def _closed(self, subject: Subject, case: int, number: str, content: str, file: CaseFile) -> None:
        life, team, kind = subject.life, subject.team, self._kinds[subject.life.subtype]
        document = next(self._keys[SealedDocument])
        self.documents.add(
            id=document,
            case_id=case,
            kind=SealedDocument.Kind.NOTICE,
            revision=1,
            sha256=file.stages[0].sha256,
            size=file.stages[0].size,
            fields=NO_FIELDS,
            created_at=life.closed_at,
        )
        clerk = team.clerks[subject.turn].pk
        self.notices.add(
            case_id=case,
            number=f"TZ-{number}",
            check_code=notices.code_for(number),
            document_id=document,
            issued_at=life.closed_at,
            read_at=life.filed_at,
            read_by_id=clerk if life.filed_at else None,
        )
        if life.filed_at is None:
            return
        record, year = next(self._keys[ArchiveRecord]), life.filed_at.year
        shelf = numbers.archive_number(
            unit=unit_of(subject), year=year, retention=kind.spec.retention, sequence=subject.place % BLOCK + 1
        )
        self.records.add(id=record, case_id=case, number=shelf, year=year, retention=kind.spec.retention)
        manifest = {"archive_number": shelf, "case_number": number, "content": content, "version": 1, "files": []}
        self.versions.add(
            record_id=record,
            number=1,
            **self.versions.plain(manifest=manifest),
            manifest_sha256=canonical.digest(manifest),
            made_by_id=clerk,
            made_at=life.filed_at,
        )

    def _chain(self, life: Life, case: int) -> None:
        process, at = next(self._keys[Process]), life.acts[-1].at
        node, kind = self._nodes["supplement" if life.status == S.RETURNED else "decide"]
        self.processes.add(id=process, flow_class=self._flow, created=life.acts[0].at)
        self.chains.add(
            process_ptr_id=process, case_id=case, level=life.level, outcome=life.acts[-1].outcome, revision=1
        )
        self.tasks.add(process_id=process, flow_task=node, flow_task_type=kind, created=at)

    def _content(self, subject: Subject, number: str, form: dict[str, str]) -> str:
        """What `folders.content_digest` answers for the case once it is written."""
        kind, page = self._kinds[subject.life.subtype], self._specimen
        held = dict(self._papers(subject)) if subject.with_pages else {}
        return canonical.digest(
            {
                "case": number,
                "subtype": kind.spec.code,
                "catalogue": kind.row.catalogue.version,
                "applicant": [subject.citizen.name, subject.citizen.id_number],
                "form": form,
                "facts": [],
                "judged": [],
                "pages": [
                    [line.code, place, page.columns["sha256"], page.original_sha256]
                    for line in kind.spec.materials
                    for place in range(1, held.get(line.code, 0) + 1)
                ],
            }
        )


def unit_of(subject: Subject) -> str:
    """The unit code a case is numbered under: of no police unit, but with the digits that tell its station."""
    return f"{numbers.MEASURING}{subject.team.station.code[4:8]}{subject.place // BLOCK:04d}"


def _number(subject: Subject, code: str) -> str | None:
    accepted = subject.life.accepted_at
    if accepted is None:
        return None
    return numbers.case_number(
        unit=unit_of(subject), day=accepted.date(), subtype=code, sequence=subject.place % BLOCK + 1
    )


def _opinion(step: str, act: Act) -> str:
    if act.outcome == Outcome.APPROVE:
        return OPINIONS[step.partition("_")[2]]
    return RETURNED_BECAUSE if act.outcome == Outcome.RETURN else REFUSED_BECAUSE


def _papers(spec: SubTypeSpec, stages: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Materials and pages with which nothing of `stages` is missing, when no fact holds."""
    held: dict[str, int] = {}
    while True:
        state = requirements.completeness(spec, facts=frozenset(), judged=frozenset(), pages=held, stages=stages)
        if not state.missing:
            return tuple(held.items())
        code = state.missing[0].codes[0]
        held[code] = spec.material(code).min_pages


def _node(node: Any) -> tuple[str, str]:
    return Task._meta.get_field("flow_task").get_prep_value(node), node.task_type
