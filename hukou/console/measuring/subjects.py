"""An invented case before it is written down: of which kind, what happened to it, to whom and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from hukou.accounts.models import Office
from hukou.catalogue import requirements
from hukou.catalogue.models import SubType
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import numbers
from workflows.cases import searching
from workflows.cases.models import Case

from .cast import Team
from .citizens import Citizen
from .lives import Life

S = Case.Status
BLOCK = numbers.MOST
"""So many cases share one unit code, so that a running number within it fits its five digits."""
Papers = tuple[tuple[str, int], ...]
"""Material code and number of pages."""


@dataclass(frozen=True)
class Kind:
    """A sub-type as it is needed here, row after row."""

    row: SubType
    spec: SubTypeSpec
    papers: dict[str, Papers]
    """Status → materials and their numbers of pages that a case of that status has."""
    secret: bool
    counts: dict[str, int]
    """Status → how many pages these are."""
    sample: Case
    """A case of the sub-type that is never saved: the rules are asked about it."""
    in_time: timedelta
    """What was decided sooner after its acceptance is in time, whatever days off lay between."""

    @classmethod
    def of(cls, row: SubType) -> Kind:
        """From a row of the catalogue."""
        offered, decided, filed = (
            _papers(row.spec, stages)
            for stages in (
                ("acceptance",),
                ("acceptance", "investigation"),
                ("acceptance", "investigation", "completion"),
            )
        )
        early = {S.DRAFT: offered, S.NOT_ACCEPTED: offered, S.FILED: filed, S.WITHDRAWN: filed}
        papers: dict[str, Papers] = {status: early.get(status, decided) for status in S}
        counts = {status: sum(number for _code, number in held) for status, held in papers.items()}
        limits = row.spec.limit_working_days["total"], row.spec.limit_calendar_days
        in_time = timedelta(days=min((days for days in limits if days), default=0))
        return cls(row, row.spec, papers, searching.is_secret(row), counts, Case(subtype=row), in_time)

    def accepted(self, at: datetime) -> Case:
        """The sample as if it had been accepted then, until the next is asked for: a new one costs more than its row."""
        self.sample.accepted_at = at
        return self.sample


@dataclass(frozen=True)
class Subject:
    """An invented case."""

    place: int
    """Running number among all that were ever made for measuring, from 0."""
    kind: Kind
    life: Life
    citizen: Citizen
    known_as: int | None
    """Place of the case of the same batch that has met the citizen already."""
    team: Team
    asked: Office
    """Who answers what is being asked."""
    turn: int
    with_pages: bool

    @property
    def papers(self) -> Papers:
        """What lies in its slots."""
        return self.kind.papers[self.life.status] if self.with_pages else ()

    @property
    def pages(self) -> int:
        """How many pages its row tells of: those of cases long over are left out of the tables, not out of the count."""
        return self.kind.counts[self.life.status]

    @property
    def unit(self) -> str:
        """The unit code it is numbered under: of no police unit, but with the digits that tell its station."""
        return f"{numbers.MEASURING}{self.team.station.code[4:8]}{self.place // BLOCK:04d}"

    @cached_property
    def number(self) -> str | None:
        """Its case number, once accepted."""
        accepted = self.life.accepted_at
        if accepted is None:
            return None
        sequence = self.place % BLOCK + 1
        return numbers.case_number(unit=self.unit, day=accepted.date(), subtype=self.kind.spec.code, sequence=sequence)


def _papers(spec: SubTypeSpec, stages: tuple[str, ...]) -> Papers:
    """Materials and pages with which nothing of `stages` is missing, when no fact holds."""
    held: dict[str, int] = {}
    while True:
        state = requirements.completeness(spec, facts=frozenset(), judged=frozenset(), pages=held, stages=stages)
        if not state.missing:
            return tuple(held.items())
        code = state.missing[0].codes[0]
        held[code] = spec.material(code).min_pages
