"""The turns a walkthrough can take: return, refusal, withdrawal, co-signature, investigation, a deputy.

A script is one function called at its moment of the walk; it acts with the verbs the screens use and says what it did.
A new one is a function and a line in SCRIPTS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from workflows.approvals import actions as approvals
from workflows.approvals import deputies, enquiries, under_way
from workflows.approvals.steps import STEPS, office_of
from workflows.cases.models import Case
from workflows.seals.consent import Pin

Note = Callable[[str, int, Officer, Office, str], None]


@dataclass
class Walk:
    """Where a walkthrough stands, and what a script may do there."""

    case_id: int
    clerk: Officer
    pin: str
    note: Note
    capture: Callable[[str], None]
    """Put one more page into a slot."""
    seal: Callable[[], None]
    """Do the sealing jobs that wait."""
    holder: Callable[[str, Office], Officer]
    """Somebody of a role at an office who has not acted in the case."""

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return Case.objects.with_context().get(pk=self.case_id)

    @property
    def seen(self) -> str:
        """What a screen would show now."""
        return under_way.look(self.case)

    def whose_turn(self) -> Officer:
        """Who decides the level the case waits at."""
        case = self.case
        step = case.chain[case.level - 1]
        return self.holder(STEPS[step].role, office_of(step, case.station))


def _return(walk: Walk) -> None:
    case, officer = walk.case, walk.whose_turn()
    missing = [case.materials.all()[0].code]
    approvals.decide(
        case_id=case.pk,
        level=case.level,
        outcome="return",
        by=officer,
        seen=walk.seen,
        opinion="请一次性补正所列材料",
        missing=missing,
    )
    walk.note("return", case.level, officer, officer.duties_on()[0].office, missing[0])
    walk.capture(missing[0])
    approvals.hand_up(case_id=case.pk, by=walk.clerk, consent=Pin(walk.pin), seen=walk.seen, opinion="已按要求补正")
    walk.note("supplement", 1, walk.clerk, case.station, "handed_up")
    walk.seal()


def _refuse(walk: Walk) -> None:
    case, officer = walk.case, walk.whose_turn()
    approvals.decide(
        case_id=case.pk,
        level=case.level,
        outcome="refuse",
        by=officer,
        seen=walk.seen,
        consent=Pin(walk.pin),
        opinion="申请理由与调查结果不符",
        legal_basis="公通字〔2021〕12号第五十七条",
    )
    walk.note("refuse", case.level, officer, officer.duties_on()[0].office, "refused")
    walk.seal()


def _withdraw(walk: Walk) -> None:
    case = walk.case
    approvals.withdraw(case_id=case.pk, by=walk.clerk, reason="申请人自愿撤回")
    walk.note("withdraw", case.level, walk.clerk, case.station, "withdrawn")


def _cosign(walk: Walk) -> None:
    case = walk.case
    other = Office.objects.filter(level=Office.Level.STATION).exclude(pk=case.station_id).order_by("code")[0]
    enquiries.ask(case_id=case.pk, kind="cosign", by=walk.clerk, question="是否同意迁出并核实原住址", office=other)
    walk.note("cosign_asked", 0, walk.clerk, case.station, other.short_name)
    leader = walk.holder(Duty.Role.STATION_LEADER, other)
    enquiries.answer(
        case_id=case.pk, by=leader, seen=walk.seen, result="positive", words="经核实，同意迁出", consent=Pin(walk.pin)
    )
    walk.note("cosign_answered", 0, leader, other, "positive")


def _investigate(walk: Walk) -> None:
    case, officer = walk.case, walk.whose_turn()
    enquiries.ask(case_id=case.pk, kind="investigation", by=officer, question="请上门核实居住和申请事由")
    walk.note("investigation_asked", case.level, officer, officer.duties_on()[0].office, "suspended")
    walk.capture(case.materials.all()[0].code)
    enquiries.answer(
        case_id=case.pk,
        by=walk.clerk,
        seen=walk.seen,
        result="positive",
        words="已上门核实，情况属实",
        consent=Pin(walk.pin),
    )
    walk.note("investigation_answered", case.level, walk.clerk, case.station, "positive")
    walk.seal()


def _deputy(walk: Walk) -> None:
    case = walk.case
    step = case.chain[case.level - 1]
    office = office_of(step, case.station)
    leader = walk.whose_turn()
    deputy = walk.holder(Duty.Role.COMMUNITY_OFFICER, office)
    duty = leader.duties_on().filter(office=office, role=STEPS[step].role)[0]
    today = clock.today()
    deputies.deputise(
        duty_id=duty.pk, deputy=deputy, starts_on=today, ends_on=today, by=leader, reason="外出培训，指定代行"
    )
    walk.note("deputy", case.level, leader, office, deputy.number)
    approvals.decide(
        case_id=case.pk,
        level=case.level,
        outcome="approve",
        by=deputy,
        seen=walk.seen,
        consent=Pin(walk.pin),
        opinion="同意",
    )
    walk.note(step, case.level, deputy, office, "approve")
    walk.seal()


BEFORE, SECOND = "before it is handed up", "at its second level"
SCRIPTS: dict[str, tuple[str, Callable[[Walk], None]]] = {
    "return": (SECOND, _return),
    "refuse": (SECOND, _refuse),
    "withdraw": (SECOND, _withdraw),
    "cosign": (BEFORE, _cosign),
    "investigate": (SECOND, _investigate),
    "deputy": (SECOND, _deputy),
}
"""Script → when it acts, and how."""
