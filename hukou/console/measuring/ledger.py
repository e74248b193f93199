"""Writes invented cases down, a batch at a time, in the same rows the verbs would leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from hukou.catalogue.types import SubTypeSpec
from hukou.registry.models import Person
from workflows.cases import deadlines, searching
from workflows.cases.models import Case, SearchEntry

from .counted import Counted, Facts
from .decided import Decided
from .folders import Folders
from .specimens import CaseFiles, SpecimenPage
from .subjects import Subject
from .tables import NULL, Load, Sheet, as_json, keys
from .turns import Turns

S = Case.Status
REASONS = ("本人申请", "家庭住址变动", "按规定申报", "原登记与证明不符", "因工作需要", "投靠亲属共同生活")
TURNED_AWAY, FORBIDDEN_BY = "申请事项不属于本所管辖", "《中华人民共和国户口登记条例》第三条"
WITHDRAWN = "申请人撤回申请"
NAMES = 65_536
"""Of so many names the words are kept."""


@dataclass(frozen=True)
class Batch:
    """All rows of some cases."""

    cases: int
    loads: list[Load]
    facts: Facts


class Ledger:
    """The sheets of one batch."""

    def __init__(self, specimen: SpecimenPage, files: CaseFiles, now: datetime) -> None:
        self.people = Sheet(Person, "id", "id_number", "name", "sex", "born_on")
        self.cases = Sheet(
            Case,
            *(
                "id",
                "number",
                "station_id",
                "subtype_id",
                "status",
                "applicant_id",
                "applicant_name",
                "applicant_phone",
            ),
            *("form", "session_id", "opened_by_id", "opened_at", "accepted_by_id", "accepted_at", "capture_due_at"),
            *("page_count", "captured_at"),
            *("due_at", "step_due_at", "step_soon_at", "catalogue_version", "chain", "level", "revision"),
            *("awaiting_role", "awaiting_office_id", "awaiting_since", "claimed_by_id", "claimed_at"),
            *("closed_at", "closing_reason", "closing_basis", "completed_by_id", "completed_at", "filed_at"),
        )
        self.entries = Sheet(SearchEntry, "case_id", "words", "names", "secret")
        self._folders, self._turns, self._decided = Folders(specimen), Turns(), Decided(files)
        self._counted = Counted(now)
        self.sheets = (
            *(self.people, self.cases, self.entries),
            *self._folders.sheets,
            *self._decided.sheets,
            *self._turns.sheets,
        )
        self._people: Iterator[int] = keys(Person)
        self._cases: Iterator[int] = keys(Case)
        self._chains: dict[str, str] = {}
        self._offices: dict[int, frozenset[str]] = {}

    def compose(self, subjects: list[Subject]) -> Batch:
        """All rows of these cases, ready to be written."""
        people: dict[int, int] = {}
        for subject in subjects:
            self._add(subject, people)
        return Batch(len(subjects), [sheet.take() for sheet in self.sheets], self._counted.take())

    def _add(self, subject: Subject, people: dict[int, int]) -> None:
        case = next(self._cases)
        session = self._folders.session(subject)
        form = {"subject_name": subject.citizen.name, "address": subject.citizen.address}
        form["reason"] = REASONS[subject.place % len(REASONS)]
        self._case(subject, case, session, self._person(subject, people), form)
        self._entry(subject, case)
        self._folders.add(subject, case, session)
        if subject.life.acts:
            self._decided.add(subject, case, self._folders.content(subject, form))
        self._turns.add(subject, case)
        self._counted.add(subject, case)

    def _person(self, subject: Subject, people: dict[int, int]) -> int:
        if subject.known_as is not None:
            return people[subject.known_as]
        key = people[subject.place] = next(self._people)
        who = subject.citizen
        self.people.add(id=key, id_number=who.id_number, name=who.name, sex=who.sex, born_on=who.born_on)
        return key

    def _case(self, subject: Subject, case: int, session: int, person: int, form: dict[str, str]) -> None:
        life, team, kind = subject.life, subject.team, subject.kind
        clerk, accepted = team.clerks[subject.turn].pk, life.accepted_at
        turned_away = life.status == S.NOT_ACCEPTED
        self.cases.add(
            id=case,
            number=subject.number or NULL,
            station_id=team.station.pk,
            subtype_id=kind.row.pk,
            status=life.status,
            applicant_id=person,
            applicant_name=subject.citizen.name,
            applicant_phone=subject.citizen.phone,
            form=as_json(form),
            session_id=session,
            opened_by_id=clerk,
            opened_at=life.opened_at,
            accepted_by_id=clerk if accepted else NULL,
            accepted_at=accepted or NULL,
            capture_due_at=deadlines.capture_due(kind.spec, accepted) if accepted else NULL,
            page_count=subject.pages,
            captured_at=accepted or NULL,
            catalogue_version=kind.row.catalogue.version if accepted else "",
            chain=self._chain(kind.spec) if accepted else "[]",
            level=life.level,
            revision=1 if life.acts else 0,
            **self._turns.awaited(subject),
            closed_at=life.closed_at or NULL,
            closing_reason=TURNED_AWAY if turned_away else WITHDRAWN if life.status == S.WITHDRAWN else "",
            closing_basis=FORBIDDEN_BY if turned_away else "",
            completed_by_id=clerk if life.completed_at else NULL,
            completed_at=life.completed_at or NULL,
            filed_at=life.filed_at or NULL,
        )

    def _entry(self, subject: Subject, case: int) -> None:
        if subject.kind.secret:
            self.entries.add(case_id=case, words="{}", names="", secret=True)
            return
        name, station = _name(subject.citizen.name), subject.team.station
        if station.pk not in self._offices:
            self._offices[station.pk] = frozenset(searching.office_words(station))
        words = [name[1], *self._offices[station.pk], *searching.number_words(subject.number or "")]
        self.entries.add(case_id=case, words=f"{{{','.join(words)}}}", names=name[0], secret=False)

    def _chain(self, spec: SubTypeSpec) -> str:
        if spec.code not in self._chains:
            self._chains[spec.code] = as_json(list(spec.chain))
        return self._chains[spec.code]


@lru_cache(maxsize=NAMES)
def _name(name: str) -> tuple[str, str]:
    """A name as search compares it, and the words it is found by, as they stand in a row."""
    cleaned = searching.clean(name)
    return cleaned, ",".join(sorted(searching.words_of(cleaned)))
