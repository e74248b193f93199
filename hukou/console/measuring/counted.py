"""What is counted of an invented case: its fact, and the tallies with it, as the projector would have made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

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


@dataclass(frozen=True)
class Facts:
    """The facts of one batch, composed and not yet written."""

    load: Load
    keys: list[int]
    """Whose they are."""


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
        self._known: dict[tuple[int, str, str], str] = {}

    def add(self, subject: Subject, case: int) -> None:
        """The fact of a case, once it is numbered or turned away."""
        life, accepted = subject.life, subject.life.accepted_at
        if accepted is None and life.status != S.NOT_ACCEPTED:
            return
        pages = subject.pages if subject.with_pages else 0
        due = deadlines.capture_due(subject.kind.spec, accepted) if accepted else None
        minutes, late = self._time(subject)
        values = {
            "case_id": case,
            "accepted_at": accepted or NULL,
            "accepted_on": _day_of(accepted),
            "capture_due_at": due or NULL,
            "fell_due": due is not None and due <= self._now,
            "first_page_at": (accepted or life.opened_at) if pages else NULL,
            "complete_at": accepted or NULL,
            "pages": pages,
            "returns": int(life.status == S.RETURNED),
            "closed_at": life.closed_at or NULL,
            "closed_on": _day_of(life.closed_at),
            "outcome": _outcome(life),
            "turnaround": NULL if minutes is None else minutes,
            "late": late,
            "filed_at": life.filed_at or NULL,
            "filed_on": _day_of(life.filed_at),
        }
        self.facts.rows.append(self._line(subject) % values)
        self._keys.append(case)

    def take(self) -> Facts:
        """All facts so far; the sheet is empty then."""
        facts, self._keys = Facts(self.facts.take(), self._keys), []
        return facts

    def _line(self, subject: Subject) -> str:
        """What all facts of a sub-type at a station say alike."""
        spec, team, asked = subject.kind.spec, subject.team, subject.life.enquiry
        key = (team.station.pk, spec.code, asked)
        if key not in self._known:
            self._known[key] = self.facts.line(
                station_id=team.station.pk,
                branch_id=team.offices["branch_approve"].pk,
                category=spec.category,
                subtype=spec.code,
                key_business=spec.key_business,
                secret=subject.kind.secret,
                on_the_spot=spec.on_the_spot,
                chain_length=len(spec.chain),
                deciding_level=spec.decision_level,
                **{column: int(asked == kind) for kind, column in ENQUIRIES.items()},
            )
        return self._known[key]

    def _time(self, subject: Subject) -> tuple[int | None, bool]:
        """Working minutes to the decision, None where there was none, and whether it came late."""
        life = subject.life
        if life.accepted_at is None or life.closed_at is None:
            return None, False
        late = life.closed_at - life.accepted_at >= subject.kind.in_time and budgets.used_up(
            subject.kind.accepted(life.accepted_at), (), self._working, life.closed_at
        )
        if life.status == S.WITHDRAWN:
            return None, late
        return self._working.minutes(life.accepted_at, life.closed_at), late


@transaction.atomic
def write(lots: list[Facts]) -> None:
    """Write the facts of some batches and count them together: the tallies are gone through once, not for every batch."""
    for facts in lots:
        facts.load.write()
    projection.count([key for facts in lots for key in facts.keys])


def catch_up() -> int:
    """Facts for cases whose run ended too suddenly to write them, made by the projector; returns how many."""
    return projection.project_all(projection.forgotten().order_by("pk").values_list("pk", flat=True))


def _day_of(moment: datetime | None) -> str:
    day = reading.day_of(moment)
    return NULL if day is None else str(day)


def _outcome(life: Life) -> str:
    if life.closed_at is None:
        return ""
    return str(ENDED.get(S(life.status), Outcome.REFUSED if life.refused else Outcome.APPROVED))
