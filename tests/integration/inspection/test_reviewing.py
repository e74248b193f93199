"""Review, findings and rectification orders: who may do what in which state, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from audit.inspection import actions, errors, queries
from audit.inspection.models import Finding, InspectionDuty, Order, OrderTurn, Sample
from audit.trail import queries as trail
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotPermitted
from tests.support import cases
from tests.support.people import make_officer
from workflows.archive import late
from workflows.cases.models import Case

from .conftest import TEXT, Inspected, Life, the_monday_after

pytestmark = pytest.mark.django_db


def rows() -> list[Any]:
    """Every row of inspections."""
    models = (InspectionDuty, Sample, Finding, Order, OrderTurn)
    return [list(model.objects.order_by("pk").values()) for model in models]


def acts_of(subject: Any) -> list[str]:
    return [event.action for event in trail.events_of(subject).order_by("subject_seq")]


# ---- who -------------------------------------------------------------------------------------


def test_nobody_inspects_their_own_work_and_the_person_counts_not_the_account(
    inspected: Inspected, branch: Office, branch_officer: Officer
) -> None:
    other = make_officer("另一账号", Duty.Role.BRANCH_OFFICER, branch, id_number=branch_officer.id_number)
    for who in (branch_officer, other):
        with pytest.raises(NotPermitted) as refused:
            actions.review(sample_id=inspected.sample.pk, verdict="in_order", pages=0, seen=0, by=who)
        assert str(refused.value.data["reason"])
        assert acts_of(inspected.sample)[-1] == "inspection.review.refused"


ROLES = {  # who → which verbs they may do to the inspection of the branch, and to its order
    "inspector": {"find", "review", "issue", "accept", "send_back", "withdraw", "pick", "conclude"},
    "overseer": {"find", "review", "issue", "accept", "send_back", "withdraw", "pick", "conclude"},
    "branch_officer": {"pick", "conclude"},  # decided the case
    "city_officer": set(),
    "clerk": {"answer"},
    "leader": {"answer"},
    "other_clerk": set(),
    "auxiliary": set(),
    "system_admin": set(),
}
STAGES: dict[str, Callable[[Life], object]] = {
    "find": lambda life: None,
    "review": lambda life: life.finding(),
    "issue": lambda life: (life.finding(), life.review()),
    "answer": Life.ordered,
    "accept": Life.answered,
    "send_back": Life.answered,
    "withdraw": Life.answered,
    "pick": lambda life: None,
    "conclude": Life.ordered,
}
ACTS: dict[str, Callable[[Life, Officer], object]] = {
    "find": lambda life, by: actions.add_finding(
        sample_id=life.at.sample.pk, kind="late", severity=1, words="逾期", by=by
    ),
    "review": lambda life, by: actions.review(
        sample_id=life.at.sample.pk,
        verdict="findings" if Finding.objects.exists() else "in_order",
        pages=0,
        seen=0,
        by=by,
    ),
    "issue": lambda life, by: actions.issue(
        sample_id=life.at.sample.pk, findings=list(Finding.objects.values_list("pk", flat=True)), text=TEXT, by=by
    ),
    "answer": lambda life, by: actions.answer(order_id=_order(), words="已整改", by=by),
    "accept": lambda life, by: actions.accept(order_id=_order(), words="属实", by=by),
    "send_back": lambda life, by: actions.send_back(order_id=_order(), words="仍缺签名", by=by),
    "withdraw": lambda life, by: actions.withdraw(order_id=_order(), words="误发", by=by),
    "pick": lambda life, by: actions.pick(
        duty_id=life.at.duty.pk, subject=life.at.sample.subject, reason="群众反映", by=by
    ),
    "conclude": lambda life, by: actions.conclude(duty_id=life.at.duty.pk, record="发现问题 1 件", by=by),
}


def _order() -> int:
    return Order.objects.latest("pk").pk


def test_every_verb_is_done_by_those_the_table_names_and_refused_to_everybody_else(
    life: Life, request: pytest.FixtureRequest
) -> None:
    people = {name: request.getfixturevalue(name) for name in ROLES}
    for verb, act in ACTS.items():
        # Bare savepoints: inside an atomic block a refusal would go through a second connection and stay for ever.
        stage = transaction.savepoint()
        STAGES[verb](life)
        for name, officer in people.items():
            before = rows()
            savepoint = transaction.savepoint()
            code = _refusal(partial(act, life, officer))
            assert code in ("", "not_permitted"), (verb, name)
            allowed = not code
            assert allowed == (verb in ROLES[name]), (verb, name)
            assert allowed or rows() == before, (verb, name)
            transaction.savepoint_rollback(savepoint)
        transaction.savepoint_rollback(stage)


# ---- when ------------------------------------------------------------------------------------

STATES: dict[str, Callable[[Life], object]] = {
    "drawn": lambda life: None,
    "reviewed": lambda life: (life.finding(severity=1), life.review()),
    "open": Life.ordered,
    "answered": Life.answered,
    "accepted": Life.accepted,
    "withdrawn": Life.withdrawn,
    "concluded": lambda life: (
        life.accepted(),
        actions.conclude(duty_id=life.at.duty.pk, record="完", by=life.inspector),
    ),
}
POSSIBLE = {
    "drawn": {"find", "review", "pick"},
    "reviewed": {"issue", "pick", "conclude"},
    "open": {"answer", "withdraw", "pick", "conclude"},
    "answered": {"accept", "send_back", "withdraw", "pick", "conclude"},
    "accepted": {"pick", "conclude"},
    "withdrawn": {"issue", "pick"},  # a serious finding is to be sent down again before the conclusion
    "concluded": set(),
}
OF_AN_ORDER = {"answer", "accept", "send_back", "withdraw"}


@pytest.mark.parametrize("state", STATES)
def test_every_verb_in_every_state(life: Life, leader: Officer, state: str) -> None:
    STATES[state](life)
    for verb, act in ACTS.items():
        if verb in OF_AN_ORDER and not Order.objects.exists():
            continue
        before = rows()
        savepoint = transaction.savepoint()
        code = _refusal(partial(act, life, leader if verb == "answer" else life.inspector))
        assert (code == "") == (verb in POSSIBLE[state]), (state, verb, code)
        assert code in ("", "wrong_state", "sample_reviewed_already", "sample_not_reviewed", *FIRST), (state, verb)
        assert not code or rows() == before, (state, verb)
        transaction.savepoint_rollback(savepoint)


FIRST = ("order_without_findings", "order_missing")
"""Something else is to be done first."""


def _refusal(act: Callable[[], object]) -> str:
    """The code a verb is refused with; "" when it is done."""
    try:
        act()
    except DomainError as error:
        return error.code
    return ""


# ---- what ------------------------------------------------------------------------------------


def test_in_order_is_said_only_by_who_has_seen_every_page_and_found_nothing(life: Life) -> None:
    review = lambda verdict, seen: actions.review(  # noqa: E731
        sample_id=life.at.sample.pk, verdict=verdict, pages=3, seen=seen, by=life.inspector
    )
    with pytest.raises(errors.PagesUnseen):
        review("in_order", 2)
    with pytest.raises(errors.VerdictMissing):
        review("findings", 3)
    finding = life.finding()
    with pytest.raises(errors.VerdictMissing):
        review("in_order", 3)
    actions.drop_finding(finding_id=finding.pk, by=life.inspector)
    assert review("in_order", 3).verdict == "in_order"
    with pytest.raises(errors.ReviewedAlready):
        review("in_order", 3)
    assert queries.findings_of(life.at.sample)[0].dropped_by == life.inspector


def test_a_finding_names_its_place_and_who_answers_for_it(life: Life, clerk: Officer, branch_officer: Officer) -> None:
    assert life.finding().officer == clerk  # who accepted it
    assert life.finding(officer_id=branch_officer.pk, page="a" * 64).officer == branch_officer
    stranger = make_officer("路人", Duty.Role.DESK_OFFICER, life.at.sample.station)
    for wrong in ({"officer_id": stranger.pk}, {"page": "nonsense"}, {"severity": 4}):
        with pytest.raises(errors.NoSuchChoice):
            life.finding(**wrong)
    told = trail.events_of(Finding.objects.earliest("pk")).get()
    assert (told.case_id, "签名" in str(told.details)) == (life.at.case.pk, False)


def test_an_order_is_told_answered_sent_back_and_accepted_and_all_of_it_is_in_the_trail(
    life: Life, station: Office, branch: Office
) -> None:
    order = life.ordered()
    assert order.number == f"{branch.code}-HC-{clock.today().year}-0001"
    alerts.sweep()
    assert Alert.objects.get(rule="inspection.order_issued").office == station
    with clock.frozen(order.due_at + timedelta(minutes=1)):
        alerts.sweep()
        unanswered = Alert.objects.get(rule="inspection.order_unanswered", rung=1)
        assert (unanswered.office, unanswered.details) == (station, {"order": order.number})
        order = actions.answer(order_id=order.pk, words="已联系申请人补签", by=life.clerk)
        unanswered.refresh_from_db()
        assert unanswered.settled_at is not None
        order = actions.send_back(order_id=order.pk, words="签名仍缺", working_days=2, by=life.inspector)
        assert (order.state, order.round, order.due_at > clock.now()) == ("open", 2, True)
        order = actions.answer(order_id=order.pk, words="已补采", by=life.clerk)
    with clock.frozen(clock.now() + timedelta(days=40)):
        alerts.sweep()
        assert Alert.objects.get(rule="inspection.answer_waiting", rung=1).office == branch
        order = actions.accept(order_id=order.pk, words="复核无误", by=life.inspector)
    assert order.findings.get().rectified_at == order.closed_at
    assert acts_of(order) == [
        "order.issued",
        "order.answered",
        "order.sent_back",
        "order.answered",
        "order.accepted",
    ]
    assert [turn.round for turn in order.turns.all()] == [1, 1, 2, 2, 2]
    assert (
        not Alert.objects.filter(rule__startswith="inspection.", settled_at=None)
        .exclude(rule="inspection.not_done")
        .exists()
    )


def test_an_order_about_a_filed_case_is_answered_by_a_concluded_late_capture(
    filed: Case, branch: Office, clerk: Officer, inspector: Officer
) -> None:
    with the_monday_after() as monday:
        duty = InspectionDuty.objects.get(office=branch)
        order = Life(Inspected(duty, filed, duty.samples.get(), monday), inspector, clerk).ordered()
        late.begin_late_capture(case_id=filed.pk, reason=f"核查 {order.number}", by=clerk)
        with pytest.raises(errors.StillOpen):
            actions.answer(order_id=order.pk, words="已补采", by=clerk)
        cases.place(cases.again(filed), "M_APPLY_FORM", clerk)
        late.conclude_late_capture(case_id=filed.pk, by=clerk)
        assert actions.answer(order_id=order.pk, words="已补采", by=clerk).state == "answered"


def test_serious_findings_are_sent_down_before_the_inspection_is_concluded(life: Life) -> None:
    conclude = lambda: actions.conclude(duty_id=life.at.duty.pk, record="发现 1 件", by=life.inspector)  # noqa: E731
    with pytest.raises(errors.NotReviewedYet):
        conclude()
    finding = life.finding(severity=3)
    life.review()
    with pytest.raises(errors.OrderMissing):
        conclude()
    with pytest.raises(errors.NothingOrdered):
        actions.issue(sample_id=life.at.sample.pk, findings=[], text=TEXT, by=life.inspector)
    actions.issue(sample_id=life.at.sample.pk, findings=[finding.pk], text=TEXT, by=life.inspector)
    assert conclude().state == "done"


def test_a_case_is_chosen_by_hand_only_within_the_scope_and_with_a_reason(
    life: Life, other_station: Office, other_clerk: Officer
) -> None:
    pick = lambda subject, reason="群众反映": actions.pick(  # noqa: E731
        duty_id=life.at.duty.pk, subject=subject, reason=reason, by=life.inspector
    )
    for nothing in ("cases.case:0", "papers.paper:1", "cases.case:x"):
        with pytest.raises(errors.NotInPopulation):
            pick(nothing)
    with pytest.raises(errors.WordsMissing):
        pick("cases.case:0", " ")
    assert pick(life.at.sample.subject) == life.at.sample  # drawn already
