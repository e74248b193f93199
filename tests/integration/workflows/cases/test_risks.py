"""The risk screen at acceptance: told to the branch once, for the person concerned only, and not for what came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.alerts import terms
from audit.alerts.models import Alert
from audit.trail import persons
from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, id_numbers
from tests.support import cases
from workflows.approvals import actions as approvals
from workflows.cases import actions, errors, risks
from workflows.cases.models import Case, CaseParty

pytestmark = pytest.mark.django_db
Accept = Callable[..., Case]
BEGAN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def loaded(db: None) -> None:
    cases.load_catalogue()


def number(n: int) -> str:
    body = f"{demo.AREA}{date(1970, 1, 1) + timedelta(days=n):%Y%m%d}{n:03}"
    return body + id_numbers.check_character(body)


@pytest.fixture
def accept(station: Office, clerk: Officer) -> Accept:
    """Accepts a case of a sub-type for the citizen `who`, so many days after the first."""

    def accepted(subtype: str, *, who: int = 1, days: int = 0, **form: str) -> Case:
        with clock.frozen(BEGAN + timedelta(days=days)):
            said = demo.application() | {"applicant_id_number": number(who)} | form
            case = actions.open_case(station=station, subtype_code=subtype, form=said, facts=set(), by=clerk)
            return actions.accept_case(case_id=case.pk, by=clerk, deferred_reason="停电")

    return accepted


def told(rule: str) -> list[tuple[int | None, list[int]]]:
    return [(alert.case_id, alert.details["with"]) for alert in Alert.objects.filter(rule=rule).order_by("pk")]


def test_a_second_change_of_a_main_item_is_told_to_the_branch(accept: Accept, branch: Office) -> None:
    first, other = accept("1102"), accept("1102", who=2)
    accept("1107", days=5)  # no main item
    assert told(risks.MAIN_CHANGES) == []
    second = accept("1105", days=700)
    assert told(risks.MAIN_CHANGES) == [(second.pk, [first.pk])]
    assert Alert.objects.get().office == branch
    accept("1105", who=2, days=800)  # beyond two years
    assert len(told(risks.MAIN_CHANGES)) == 1
    assert other.pk not in told(risks.MAIN_CHANGES)[0][1]


def test_the_person_concerned_counts_and_not_who_applies_for_several(accept: Accept) -> None:
    accept("1101", subject_name="林小雨", subject_id_number=number(11))
    accept("1101", subject_name="林小雪", subject_id_number=number(12), days=1)
    assert told(risks.MAIN_CHANGES) == []
    third = accept("1103", who=11, days=2)  # the first child, by itself
    assert [key for key, _with in told(risks.MAIN_CHANGES)] == [third.pk]


def test_what_came_to_nothing_does_not_count(accept: Accept, clerk: Officer) -> None:
    approvals.withdraw(case_id=accept("1102").pk, by=clerk, reason="申请人撤回")
    accept("1102", days=9)
    assert told(risks.MAIN_CHANGES) == []


def test_a_move_out_after_a_change_or_a_late_entry_is_told(accept: Accept, city_officer: Officer) -> None:
    changed, entered = accept("1106"), accept("0401", who=2)
    accept("0702", who=3, days=30)
    accept("0701", who=2, days=400)
    assert told(risks.CHANGED_THEN_OUT) == told(risks.ENTERED_THEN_OUT) == []
    moved, left = accept("0701", days=200), accept("0702", who=2, days=300)
    assert told(risks.CHANGED_THEN_OUT) == [(moved.pk, [changed.pk])]
    assert told(risks.ENTERED_THEN_OUT) == [(left.pk, [entered.pk])]


def test_one_proxy_or_witness_in_three_late_entries_is_told(accept: Accept, city_officer: Officer) -> None:
    witness = {"witness_name": "周某", "witness_id_number": number(77)}
    entries = [accept("0401", who=n, days=n, **witness) for n in (1, 2)]
    accept("0401", who=5, days=5, proxy_name="周某", proxy_id_number=number(78))
    accept("0101", who=6, days=6, **witness)
    assert told(risks.ONE_HELPER) == []
    third = accept("0402", who=3, days=20, proxy_name="周某", proxy_id_number=number(77))
    assert told(risks.ONE_HELPER) == [(third.pk, [case.pk for case in entries])]
    accept("0401", who=9, days=200, **witness)
    assert len(told(risks.ONE_HELPER)) == 1


def test_a_threshold_is_data_and_a_correction_is_screened_too(
    accept: Accept, clerk: Officer, city_officer: Officer
) -> None:
    first, second = accept("1102"), accept("1102", who=2, days=1)
    terms.set_terms(rule=risks.MAIN_CHANGES, params={"changes": 3}, reason="先看多次变更", by=city_officer)
    said = demo.application() | {"applicant_id_number": number(1)}
    for _twice in range(2):
        actions.update_case(case_id=second.pk, form=said, facts=set(), judged=set(), by=clerk)
    assert told(risks.MAIN_CHANGES) == []
    terms.set_terms(rule=risks.MAIN_CHANGES, params={"changes": 2}, reason="恢复两次", by=city_officer)
    for reason in ("再核", "三核"):
        actions.update_case(case_id=second.pk, form=said | {"reason": reason}, facts=set(), judged=set(), by=clerk)
    assert told(risks.MAIN_CHANGES) == [(second.pk, [first.pk])]


def test_people_beside_the_applicant_are_read_from_the_form_and_named_only_as_digests(
    accept: Accept, clerk: Officer
) -> None:
    case = accept("0101", proxy_name="周某", proxy_id_number=number(77).lower())
    assert case.form["proxy_id_number"] == number(77)
    assert CaseParty.objects.get(case=case).person.id_number == number(77)
    assert {event.case_id for event in persons.events_about(number(77))} == {case.pk}
    actions.update_case(case_id=case.pk, form=demo.application(), facts=set(), judged=set(), by=clerk)
    assert not CaseParty.objects.exists()
    with pytest.raises(errors.BadForm) as bad:
        accept("0101", witness_id_number=number(5), proxy_name="周某", proxy_id_number="123")
    assert set(bad.value.data["problems"]) == {"witness_name", "proxy_id_number"}


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [("2026-03-31", 1, "2026-02-28"), ("2026-01-15", 12, "2025-01-15"), ("2026-01-31", 24, "2024-01-31")],
)
def test_months_are_months_of_the_calendar(moment: str, months: int, before: str) -> None:
    assert risks.months_before(datetime.fromisoformat(moment), months) == datetime.fromisoformat(before)
