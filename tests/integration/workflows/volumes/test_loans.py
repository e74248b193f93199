"""Paper that is called up: who may, in which state, what is counted, and what is late raises an alert."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from tests.support import cases, paper
from workflows.cases.models import Case
from workflows.volumes import actions, errors, paper_alerts, queries
from workflows.volumes.models import Difference, Loan
from workflows.volumes.types import Where

pytestmark = pytest.mark.django_db

REF = "inspection.sample:17"


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


@pytest.fixture
def case(station: Office, clerk: Officer) -> Case:
    """A filed case."""
    return paper.filed(station, clerk)


@pytest.fixture
def asked(case: Case, branch_officer: Officer) -> Loan:
    """Its paper, called up by the branch's inspection."""
    return actions.request_paper(case_id=case.pk, purpose="inspection", ref=REF, by=branch_officer)


def out(loan: Loan, by: Officer, pages: int = 5, days: int = 10) -> Loan:
    due = clock.today() + timedelta(days=days)
    return actions.hand_over(loan_id=loan.pk, handed_to="云东分局 杨思琪", pages=pages, due_on=due, by=by)


def in_state(state: str, loan: Loan, clerk: Officer, leader: Officer, asker: Officer) -> Loan:
    if state == "refused":
        return actions.refuse(loan_id=loan.pk, reason="正在修裱", by=leader)
    if state == "withdrawn":
        return actions.withdraw(loan_id=loan.pk, reason="已看清电子件", by=asker)
    if state in ("out", "returned"):
        loan = out(loan, clerk)
    if state == "returned":
        loan = actions.take_back(loan_id=loan.pk, pages=5, condition="good", by=clerk)
    return loan


POSSIBLE = {
    "asked": {"hand_over", "refuse", "withdraw"},
    "out": {"take_back", "extend"},
    "returned": set(),
    "refused": set(),
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", POSSIBLE)
def test_which_verb_is_possible_in_which_state(
    state: str, asked: Loan, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    loan = in_state(state, asked, clerk, leader, branch_officer)
    assert loan.state == state
    possible = set()
    for name, act in verbs(loan, clerk, leader, branch_officer).items():
        point = transaction.savepoint()
        try:
            act()
            possible.add(name)
        except errors.LoanOver:
            pass
        transaction.savepoint_rollback(point)
    assert possible == POSSIBLE[state]
    if not POSSIBLE[state]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.filter(pk=loan.pk).update(remark="改写")


def verbs(loan: Loan, clerk: Officer, leader: Officer, asker: Officer) -> dict[str, Callable[[], object]]:
    later = clock.today() + timedelta(days=30)
    return {
        "hand_over": lambda: out(loan, clerk),
        "take_back": lambda: actions.take_back(loan_id=loan.pk, pages=5, condition="good", by=clerk),
        "extend": lambda: actions.extend(loan_id=loan.pk, due_on=later, reason="复查未完", by=clerk),
        "refuse": lambda: actions.refuse(loan_id=loan.pk, reason="正在修裱", by=leader),
        "withdraw": lambda: actions.withdraw(loan_id=loan.pk, reason="不需要了", by=asker),
    }


WHO = ("auxiliary", "clerk", "community_officer", "leader", "other_clerk", "branch_officer", "city_officer", "overseer")
MAY = {
    "request": {"clerk", "leader", "branch_officer", "city_officer", "overseer"},
    "hand_over": {"clerk", "leader"},
    "take_back": {"clerk", "leader"},
    "extend": {"clerk", "leader"},
    "refuse": {"leader"},
    "withdraw": {"branch_officer"},
}


@pytest.mark.parametrize("who", WHO)
def test_who_may_ask_hand_over_and_take_back(
    who: str, request: pytest.FixtureRequest, case: Case, asked: Loan, station: Office, clerk: Officer
) -> None:
    by: Officer = request.getfixturevalue(who)
    away = actions.request_paper(case_id=paper.filed(station, clerk).pk, purpose="repair", by=clerk)
    out(away, clerk)
    done = verbs(asked, by, by, by) | {
        "request": lambda: actions.request_paper(case_id=case.pk, purpose="court", basis="(2026)鄂01民初3号", by=by)
    }
    later = verbs(away, by, by, by)
    done |= {"take_back": later["take_back"], "extend": later["extend"]}
    allowed = set()
    for name, act in done.items():
        point = transaction.savepoint()
        try:
            act()
            allowed.add(name)
        except NotPermitted:
            pass
        transaction.savepoint_rollback(point)
    assert allowed == {name for name, roles in MAY.items() if who in roles}


def test_what_is_asked_for_handed_over_and_returned_is_counted_told_and_kept(
    asked: Loan, case: Case, clerk: Officer, branch_officer: Officer
) -> None:
    with pytest.raises(errors.AlreadyAsked):
        actions.request_paper(case_id=case.pk, purpose="inspection", ref=REF, by=branch_officer)
    assert queries.loans_for(REF) == [asked]
    assert asked.office == branch_officer.duties.get().office
    out(asked, clerk)
    place = queries.place_of(case)
    assert (place.where, place.loan) == (Where.OUT, asked)
    with pytest.raises(errors.PaperOut):
        paper.put_in(case, paper.volume(case, clerk), clerk)
    back = actions.take_back(loan_id=asked.pk, pages=5, condition="good", by=clerk)
    assert (back.taken_by, back.pages_back, queries.place_of(case).where) == (clerk, 5, Where.TRAY)
    told = list(Event.objects.filter(case_id=case.pk, action__startswith="paper.").order_by("pk").values_list("action"))
    assert [action for (action,) in told if not action.endswith("refused")] == [
        "paper.requested",
        "paper.handed_over",
        "paper.returned",
    ]
    assert not Difference.objects.exists()


@pytest.mark.parametrize(("pages", "condition", "kind"), [(4, "incomplete", "count"), (5, "damaged", "damaged")])
def test_what_comes_back_otherwise_than_it_went_is_a_difference(
    asked: Loan, clerk: Officer, pages: int, condition: str, kind: str
) -> None:
    out(asked, clerk)
    with pytest.raises(errors.ReasonNeeded):
        actions.take_back(loan_id=asked.pk, pages=pages, condition=condition, by=clerk)
    actions.take_back(loan_id=asked.pk, pages=pages, condition=condition, remark="第 3 页不见了", by=clerk)
    found = Difference.objects.get(loan=asked)
    assert (found.kind, found.found, found.counted, found.expected) == (kind, "return", pages, 5)


def test_paper_that_is_not_back_raises_an_alert_that_its_return_settles(
    asked: Loan, clerk: Officer, case: Case
) -> None:
    out(asked, clerk, days=2)
    late = paper_alerts.end_of(clock.today() + timedelta(days=2))
    with clock.frozen(late - timedelta(seconds=1)):
        alerts.sweep()
    assert not Alert.objects.filter(rule=paper_alerts.NOT_RETURNED).exists()
    with clock.frozen(late + timedelta(seconds=1)):
        alerts.sweep()
        alerts.sweep()
    (alert,) = Alert.objects.filter(rule=paper_alerts.NOT_RETURNED)
    assert (alert.subject, alert.office, alert.rung) == (f"volumes.loan:{asked.pk}", case.station, 1)
    with clock.frozen(late + timedelta(days=1)):
        actions.extend(loan_id=asked.pk, due_on=clock.today() + timedelta(days=30), reason="复查未完", by=clerk)
        alerts.sweep()
    assert Alert.objects.filter(rule=paper_alerts.NOT_RETURNED).count() == 1
    actions.take_back(loan_id=asked.pk, pages=5, condition="good", by=clerk)
    with clock.frozen(late + timedelta(days=90)):
        alerts.sweep()
    assert Alert.objects.filter(rule=paper_alerts.NOT_RETURNED).count() == 1
    alert.refresh_from_db()
    assert alert.settled_at is not None


@pytest.mark.parametrize("answer", ["", "hand_over", "refuse", "withdraw"])
def test_a_request_nobody_answers_raises_an_alert(
    asked: Loan, answer: str, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    if answer:
        verbs(asked, clerk, leader, branch_officer)[answer]()
    with clock.frozen(clock.now() + timedelta(days=20)):
        alerts.sweep()
    assert Alert.objects.filter(rule=paper_alerts.NOT_HANDED_OVER).exists() == (answer == "")


def test_out_of_a_bound_volume_the_whole_volume_goes(
    station: Office, clerk: Officer, branch_officer: Officer, city_officer: Officer
) -> None:
    first, second = paper.filed(station, clerk), paper.filed(station, clerk)
    volume = paper.volume(first, clerk)
    paper.put_in(first, volume, clerk)
    item = paper.put_in(second, volume, clerk)
    actions.bind(volume_id=volume.pk, last_page=item.page_to, by=clerk)
    loan = out(actions.request_paper(case_id=first.pk, purpose="inspection", by=branch_officer), clerk)
    assert loan.volume == volume
    assert {queries.place_of(case).where for case in (first, second)} == {Where.OUT}
    for other in (
        actions.request_paper(case_id=second.pk, purpose="inspection", by=city_officer),
        actions.request_volume(volume_id=volume.pk, purpose="audit", basis="审计通知书 12 号", by=city_officer),
    ):
        with pytest.raises(errors.PaperOut):
            out(other, clerk)
    box = actions.make_box(station_id=station.pk, by=clerk)
    with pytest.raises(errors.PaperOut):
        actions.move_volume(volume_id=volume.pk, box_id=box.pk, reason="", by=clerk)
    actions.take_back(loan_id=loan.pk, pages=4, condition="incomplete", remark="缺一页", by=clerk)
    found = Difference.objects.get()
    assert (found.case, found.volume, found.loan) == (None, volume, loan)
    assert out(other, clerk).state == "out"


def test_a_volume_is_not_bound_while_some_of_its_paper_is_out(station: Office, clerk: Officer) -> None:
    case = paper.filed(station, clerk)
    volume = paper.volume(case, clerk)
    item = paper.put_in(case, volume, clerk)
    away = out(actions.request_paper(case_id=case.pk, purpose="repair", by=clerk), clerk)
    assert away.volume is None
    for act in (
        lambda: actions.bind(volume_id=volume.pk, last_page=item.page_to, by=clerk),
        lambda: actions.take_out(item_id=item.pk, reason="放错", by=clerk),
    ):
        with pytest.raises(errors.PaperOut):
            act()


def test_a_request_says_what_it_needs(case: Case, clerk: Officer, station: Office, city_officer: Officer) -> None:
    refused: list[tuple[Callable[[], object], type[DomainError]]] = [
        (lambda: actions.request_paper(case_id=case.pk, purpose="court", by=clerk), errors.ReasonNeeded),
        (lambda: actions.request_paper(case_id=case.pk, purpose="fun", by=clerk), errors.BadEntry),
        (lambda: actions.request_paper(case_id=0, purpose="repair", by=clerk), NotFound),
        (lambda: actions.request_volume(volume_id=0, purpose="repair", by=clerk), NotFound),
        (lambda: actions.hand_over(loan_id=0, handed_to="某", pages=1, due_on=clock.today(), by=clerk), NotFound),
    ]
    for act, error in refused:
        with pytest.raises(error):
            act()
    actions.set_track(
        subtype="0101", track="single", starts_on=clock.today(), legal_basis="试点批复", reason="试点", by=city_officer
    )
    with pytest.raises(errors.NoPaper):
        actions.request_paper(case_id=paper.filed(station, clerk, "0101").pk, purpose="repair", by=clerk)
