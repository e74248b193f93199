"""Whose turn it is at an invented case: the flow that waits, what is being asked, and the clocks that run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from viewflow.workflow.models import Process, Task

from hukou.calendar import queries as calendar
from workflows.approvals.chain import ANSWERING
from workflows.approvals.flows import ENQUIRE, CaseFlow
from workflows.approvals.models import CaseProcess, Enquiry
from workflows.approvals.steps import STEPS
from workflows.cases import budgets
from workflows.cases.models import Case, StepClock, Suspension

from .lives import SEALING, Life
from .subjects import Subject
from .tables import NULL, Sheet, keys

S = Case.Status
QUESTIONS: dict[str, str] = {
    Enquiry.Kind.INVESTIGATION: "请核实申请人现居住情况及申请事由",
    Enquiry.Kind.COSIGN: "请核实迁出地登记情况并会签",
    Enquiry.Kind.PUBLIC_NOTICE: "公示",
}
NOTICE = timedelta(days=7)
"""So long a public notice hangs."""
NODES = {S.IN_REVIEW: CaseFlow.decide, S.RETURNED: CaseFlow.supplement, S.SUSPENDED: CaseFlow.enquire}
"""Where the flow waits; of a closed case it has come to its end, and nobody asks for it any more."""


class Turns:
    """The sheets of what is under way, and of the clocks."""

    def __init__(self) -> None:
        flow = Process._meta.get_field("flow_class").get_prep_value(CaseFlow)
        self.processes = Sheet(Process, "id", "created", flow_class=flow)
        self.chains = Sheet(CaseProcess, "process_ptr_id", "case_id", "level", "outcome", revision=1)
        self.tasks = Sheet(Task, "process_id", "flow_task", "flow_task_type", "created")
        self.enquiries = Sheet(
            Enquiry,
            "case_id",
            "kind",
            "level",
            "office_id",
            "question",
            "asked_by_id",
            "asked_at",
            "posted_on",
            "ends_on",
        )
        self.clocks = Sheet(StepClock, "case_id", "level", "begun_at", "ended_at", "budget_minutes")
        self.pauses = Sheet(Suspension, "case_id", "kind", "level", "begun_at")
        self.sheets = (self.processes, self.chains, self.tasks, self.enquiries, self.clocks, self.pauses)
        self._nodes = {status: _node(node) for status, node in NODES.items()}
        self._processes: Iterator[int] = keys(Process)
        self._working = calendar.working_time()

    def awaited(self, subject: Subject) -> dict[str, Any]:
        """Columns of the case that say whose turn it is, and when it is due."""
        life, team = subject.life, subject.team
        turn: dict[str, Any] = dict.fromkeys(
            ("awaiting_office_id", "awaiting_since", "claimed_by_id", "claimed_at", *budgets.PROJECTED), NULL
        )
        turn["awaiting_role"] = ""
        if life.status == S.IN_REVIEW:
            step = subject.kind.spec.chain[life.level - 1]
            turn |= {"awaiting_role": STEPS[step].role, "awaiting_office_id": team.offices[step].pk}
            if life.claimed_at is not None:
                turn |= {"claimed_by_id": team.officers[step][subject.turn].pk, "claimed_at": life.claimed_at}
        elif life.enquiry:
            turn |= {"awaiting_role": ANSWERING[life.enquiry], "awaiting_office_id": subject.asked.pk}
        if life.awaiting_since is not None:
            turn["awaiting_since"] = life.awaiting_since
        if life.accepted_at is not None and life.closed_at is None:
            turn |= self._dues(subject)
        return turn

    def add(self, subject: Subject, case: int) -> None:
        """What the flow waits for, and every clock that ran."""
        life = subject.life
        if life.acts and life.closed_at is None:
            self._flow(life, case)
        if life.enquiry:
            self._asked(subject, case)
        if life.accepted_at is not None:
            for level, begun, ended in _steps(life):
                self.clocks.add(
                    case_id=case,
                    level=level,
                    begun_at=begun,
                    ended_at=ended or NULL,
                    budget_minutes=self._budget(subject, level),
                )
        for kind, level, begun in _paused(life):
            self.pauses.add(case_id=case, kind=kind, level=level, begun_at=begun)

    def _flow(self, life: Life, case: int) -> None:
        process, at = next(self._processes), life.awaiting_since or life.acts[-1].at
        node, kind = self._nodes[S(life.status)]
        self.processes.add(id=process, created=life.acts[0].at)
        outcome = ENQUIRE if life.enquiry else life.acts[-1].outcome
        self.chains.add(process_ptr_id=process, case_id=case, level=life.level, outcome=outcome)
        self.tasks.add(process_id=process, flow_task=node, flow_task_type=kind, created=at)

    def _asked(self, subject: Subject, case: int) -> None:
        life = subject.life
        asked_at = life.awaiting_since
        assert asked_at is not None
        step = subject.kind.spec.chain[max(life.level, 1) - 1]
        posted = life.enquiry == Enquiry.Kind.PUBLIC_NOTICE
        self.enquiries.add(
            case_id=case,
            kind=life.enquiry,
            level=life.level,
            office_id=subject.asked.pk,
            question=QUESTIONS[life.enquiry],
            asked_by_id=subject.team.officers[step][subject.turn].pk,
            asked_at=asked_at,
            posted_on=asked_at.date() if posted else NULL,
            ends_on=asked_at.date() + NOTICE if posted else NULL,
        )

    def _budget(self, subject: Subject, level: int) -> int:
        spec = subject.kind.spec
        return spec.limit_working_days.get(spec.chain[level - 1], 0) * self._working.day // budgets.MINUTE

    def _dues(self, subject: Subject) -> dict[str, Any]:
        """As the rule of the cases themselves has it."""
        life = subject.life
        running = [(level, begun) for level, begun, ended in _steps(life) if ended is None]
        clocks = [StepClock(begun_at=begun, budget_minutes=self._budget(subject, level)) for level, begun in running]
        sheet = budgets.Sheet([(begun, None) for _kind, _level, begun in _paused(life)], clocks[0] if clocks else None)
        assert life.accepted_at is not None
        due = budgets.dues(subject.kind.accepted(life.accepted_at), sheet, self._working)
        return {"due_at": due.case or NULL, "step_due_at": due.step or NULL, "step_soon_at": due.step_soon or NULL}


def _steps(life: Life) -> Iterator[tuple[int, datetime, datetime | None]]:
    """Level, begin and end of each turn there was: the next one's begins when the seal is on."""
    assert life.accepted_at is not None
    begun = life.accepted_at
    for act in life.acts:
        yield act.level, begun, act.at
        begun = act.at + SEALING
    if not life.acts:
        yield 1, begun, life.closed_at
    elif life.closed_at is None and life.status != S.RETURNED:
        yield life.level, begun, None


def _paused(life: Life) -> Iterator[tuple[str, int, datetime]]:
    """Kind, level and begin of what the clock stands still for."""
    if life.status == S.RETURNED:
        yield Suspension.Kind.SUPPLEMENT, life.level, life.acts[-1].at
    elif life.enquiry:
        assert life.awaiting_since is not None
        yield life.enquiry, life.level, life.awaiting_since


def _node(node: Any) -> tuple[str, str]:
    return Task._meta.get_field("flow_task").get_prep_value(node), node.task_type
