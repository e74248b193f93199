"""Rules of unusual use against histories: what stands out is found once, what is usual is not found at all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from audit.trail import vocabulary
from audit.trail.unusual import registry, rules
from audit.trail.unusual.registry import Finding, Surroundings, Thresholds, Use
from audit.trail.vocabulary import Kind, Words
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar
from hukou.kernel.working_time import WorkingTime

STATION, BRANCH, ELSEWHERE = 10, 1, 20
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CITY_TIME)
NATIONAL_DAY = date(2026, 10, 1)
MOST = Thresholds(margin_minutes=60, cases_an_hour=3, pages_an_hour=20, searches_a_day=2, refusals_an_hour=3)
AROUND = Surroundings(
    MOST, WorkingTime(WorkingCalendar(frozenset({NATIONAL_DAY}))), {7: frozenset({STATION, BRANCH}), 8: frozenset({ELSEWHERE})}
)  # fmt: skip
_keys = itertools.count(1)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names this layer does not own, whoever registers them."""
    names = dict(vocabulary._words)
    names["case.viewed"] = names["person.searched"] = Words("Looked", "", Kind.VIEW)
    names["case.accept.refused"] = Words("Refused", "", Kind.REFUSAL)
    monkeypatch.setattr(vocabulary, "_words", names)


def use(
    minutes: float = 0,
    action: str = "case.viewed",
    *,
    at: datetime = MONDAY,
    case: int | None = 7,
    office: int | None = STATION,
    machine: str = "w1",
    pages: int = 0,
) -> Use:
    return Use(next(_keys), at + timedelta(minutes=minutes), action, 1, office, case, machine, pages)


def found(rule: str, *uses: Use) -> list[Finding]:
    return list(registry.registered()[rule].find(uses, AROUND))


def keys(uses: Sequence[Use]) -> tuple[int, ...]:
    return tuple(each.event_id for each in uses)


def test_a_case_of_another_office_is_found_and_ones_own_is_not() -> None:
    own, foreign = use(), use(1, case=8)
    (finding,) = found("foreign_cases", own, foreign, use(2, case=None), use(3, case=99))
    assert (finding.events, finding.count) == (keys([foreign]), 1)


def test_a_refused_try_at_another_offices_case_is_found_too() -> None:
    assert len(found("foreign_cases", use(action="case.update.refused", case=8))) == 1


def test_the_branch_above_has_business_with_the_case() -> None:
    assert found("foreign_cases", use(office=BRANCH)) == []


@pytest.mark.parametrize(
    ("at", "unusual"),
    [
        ("2026-11-23T08:00", False),
        ("2026-11-23T07:59", True),
        ("2026-11-23T12:45", False),  # the noon break
        ("2026-11-23T18:30", False),
        ("2026-11-23T18:31", True),
        ("2026-11-21T10:00", True),  # a Saturday
        ("2026-10-01T10:00", True),
    ],
)
def test_night_and_free_days_begin_beyond_the_margin(at: str, unusual: bool) -> None:
    assert bool(found("off_hours", use(at=datetime.fromisoformat(f"{at}+08:00")))) is unusual


def test_each_night_is_a_finding_of_its_own() -> None:
    night = MONDAY.replace(hour=22)
    first, second = [use(at=night), use(1, at=night)], [use(at=night + timedelta(days=1))]
    assert [finding.events for finding in found("off_hours", *first, *second)] == [keys(first), keys(second)]


def test_many_different_cases_within_an_hour_are_found_once() -> None:
    looks = [use(n * 10, case=100 + n) for n in range(6)]
    (finding,) = found("bulk_viewing", *looks)
    assert (finding.events, finding.count) == (keys(looks), 6)


def test_the_same_case_looked_at_again_and_again_is_work() -> None:
    assert found("bulk_viewing", *[use(n) for n in range(30)]) == []


def test_as_many_cases_spread_over_the_day_are_work() -> None:
    assert found("bulk_viewing", *[use(n * 25, case=100 + n) for n in range(12)]) == []


def test_many_pages_of_few_cases_are_found_by_the_pages() -> None:
    assert len(found("bulk_viewing", use(pages=15), use(5, case=8, pages=15))) == 1


def test_two_stretches_of_a_day_are_two_findings() -> None:
    morning = [use(n, case=100 + n) for n in range(5)]
    evening = [use(300 + n, case=200 + n) for n in range(5)]
    assert [finding.events for finding in found("bulk_viewing", *morning, *evening)] == [keys(morning), keys(evening)]


def test_acts_are_no_looks() -> None:
    assert found("bulk_viewing", *[use(n, "case.accepted", case=100 + n) for n in range(9)]) == []


def test_searches_that_open_nothing_are_counted_and_those_that_do_are_not() -> None:
    idle = [use(n * 20, "person.searched", case=None) for n in range(3)]
    led = [use(100, "person.searched", case=None), use(105)]
    (finding,) = found("unopened_searches", *idle, *led)
    assert finding.events == keys(idle)
    assert found("unopened_searches", *idle[:2], *led) == []


def test_words_typed_one_after_the_other_are_one_search() -> None:
    assert found("unopened_searches", *[use(n / 10, "person.searched", case=None) for n in range(30)]) == []


def test_many_refusals_within_an_hour_are_found() -> None:
    refused = [use(n * 10, "case.accept.refused") for n in range(4)]
    assert found("many_refusals", *refused[:3]) == []
    assert found("many_refusals", *refused)[0].events == keys(refused)


def test_a_decision_that_refuses_is_no_refused_request() -> None:
    assert found("many_refusals", *[use(n, "case.refused") for n in range(9)]) == []


def test_two_machines_at_once_are_found() -> None:
    there_and_back = [use(0, machine="w1"), use(3, machine="w2"), use(6, machine="w1")]
    (finding,) = found("several_workstations", *there_and_back)
    assert (finding.events, finding.count) == (keys(there_and_back), 2)


def test_who_changes_the_window_is_not_at_two_machines() -> None:
    assert found("several_workstations", use(0, machine="w1"), use(3, machine="w2"), use(9, machine="w2")) == []
    assert found("several_workstations", use(0, machine="w1"), use(3, machine="w2"), use(90, machine="w1")) == []
    assert found("several_workstations", use(0, machine="w1"), use(3, machine=""), use(6, machine="w1")) == []


@pytest.mark.parametrize("rule", ["foreign_cases", "off_hours", "bulk_viewing", "unopened_searches", "many_refusals"])
def test_an_empty_history_has_nothing_unusual(rule: str) -> None:
    assert found(rule) == []


def test_a_finding_has_the_same_key_however_often_it_is_found() -> None:
    night = use(at=MONDAY.replace(hour=22))
    once, again = found("off_hours", night), found("off_hours", night, use(5, at=MONDAY.replace(hour=22)))
    assert once[0].key == again[0].key


def test_every_rule_says_what_it_looks_for() -> None:
    assert [rule.name for rule in registry.registered().values() if not (str(rule.label) and rule.about(MOST))] == []


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        rules.register_all()
