"""What is counted of an invented case: its fact, and the tallies with it, as the projector would have made them."""

from __future__ import annotations

from datetime import datetime

from hukou.calendar import queries as calendar
from workflows.cases import budgets, deadlines
from workflows.cases.models import Case
from workflows.figures import projection, reading
from workflows.figures.models import CaseFact

from .lives import Life
from .subjects import Subject
from .tables import NULL, Load, Sheet

S, Outcome = Case.Status, CaseFact.Outcome
ENDED = {S.WITHDRAWN: Outcome.WITHDRAWN, S.NOT_ACCEPTED: Outcome.NOT_ACCEPTED}
ENQUIRIES = {"investigation": "investigations", "cosign": "cosigns", "public_notice": "public_notices"}


class Counted:
    """The sheet of facts."""

    def __init__(self, now: datetime) -> None:
        self._now, self._working = now, calendar.working_time()
        self.facts = Sheet(
            CaseFact,
            *("case_id", "station_id", "branch_id", "category", "subtype", "key_business", "secret", "on_the_spot"),
            *("chain_length", "deciding_level", "accepted_at", "accepted_on", "capture_due_at", "fell_due"),
            *("first_page_at", "complete_at", "pages", "returns", *ENQUIRIES.values()),
            *("closed_at", "closed_on", "outcome", "turnaround", "late", "filed_at", "filed_on"),
        )
        self._keys: list[int] = []

    def add(self, subject: Subject, case: int) -> None:
        """The fact of a case, once it is numbered or turned away."""
        life, spec, team = subject.life, subject.kind.spec, subject.team
        if life.accepted_at is None and life.status != S.NOT_ACCEPTED:
            return
        pages = sum(number for _code, number in subject.papers)
        due = deadlines.capture_due(spec, life.accepted_at) if life.accepted_at else None
        minutes, late = self._time(subject)
        self.facts.add(
            case_id=case,
            station_id=team.station.pk,
            branch_id=team.offices["branch_approve"].pk,
            category=spec.category,
            subtype=spec.code,
            key_business=spec.key_business,
            secret=subject.kind.secret,
            on_the_spot=spec.on_the_spot,
            chain_length=len(spec.chain),
            deciding_level=spec.decision_level,
            accepted_at=life.accepted_at or NULL,
            accepted_on=reading.day_of(life.accepted_at) or NULL,
            capture_due_at=due or NULL,
            fell_due=due is not None and due <= self._now,
            first_page_at=(life.accepted_at or life.opened_at) if pages else NULL,
            complete_at=life.accepted_at or NULL,
            pages=pages,
            returns=int(life.status == S.RETURNED),
            **{column: int(life.enquiry == kind) for kind, column in ENQUIRIES.items()},
            closed_at=life.closed_at or NULL,
            closed_on=reading.day_of(life.closed_at) or NULL,
            outcome=_outcome(life),
            turnaround=NULL if minutes is None else minutes,
            late=late,
            filed_at=life.filed_at or NULL,
            filed_on=reading.day_of(life.filed_at) or NULL,
        )
        self._keys.append(case)

    def take(self) -> Load:
        """All facts so far; writing them counts them too."""
        load, self._keys = _Counting(self.facts.take(), self._keys), []
        return load

    def _time(self, subject: Subject) -> tuple[int | None, bool]:
        """Working minutes to the decision, None where there was none, and whether it came late."""
        life = subject.life
        if life.accepted_at is None or life.closed_at is None:
            return None, False
        case = Case(subtype=subject.kind.row, accepted_at=life.accepted_at, closed_at=life.closed_at)
        budget = budgets.stands(case, budgets.Sheet(), self._working, life.closed_at)
        late = budget is not None and budget.state == "late"
        if life.status == S.WITHDRAWN:
            return None, late
        return self._working.minutes(life.accepted_at, life.closed_at), late


class _Counting(Load):
    """Facts that are added to the tallies once they are written."""

    def __init__(self, load: Load, keys: list[int]) -> None:
        self._load, self._keys = load, keys

    def write(self) -> None:
        """Into the running transaction."""
        self._load.write()
        projection.count(self._keys)


def _outcome(life: Life) -> str:
    if life.closed_at is None:
        return ""
    return str(ENDED.get(S(life.status), Outcome.REFUSED if life.refused else Outcome.APPROVED))
