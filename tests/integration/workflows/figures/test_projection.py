"""Facts and tallies follow the trail, whatever happens in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.alerts import telling
from audit.alerts.models import Alert
from audit.alerts.sweep import sweep
from audit.trail import sequencer
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases, facts
from workflows.approvals import actions as approvals
from workflows.approvals import enquiries
from workflows.archive import late
from workflows.cases import actions
from workflows.cases.models import Case
from workflows.figures import counting, nightly, projection, reading, recount, retelling
from workflows.figures.models import Base, CaseFact, DayTally, Followed, MonthTally, Spread
from workflows.seals.consent import Pin


def keep_up() -> int:
    sequencer.sequence()
    return projection.keep_up()


def tallies_differ_from_facts() -> bool:
    found = recount._Found()
    for base in Base:
        recount._months_against_facts(base, None, found)
        recount._days_against_facts(base, None, found)
    recount._spread_against_facts(None, found)
    return bool(found.differences())


@pytest.mark.django_db(transaction=True)
def test_a_case_is_counted_from_acceptance_to_archive(
    station: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.accepted(station, clerk)
    assert keep_up() == 1
    assert CaseFact.objects.get().outcome == ""

    case = cases.decided(cases.decided(cases.sent_up(case, clerk), leader), branch_officer)
    cases.filed(case, clerk)
    assert keep_up() == 1

    fact = CaseFact.objects.get()
    assert (fact.outcome, fact.chain_length, fact.deciding_level) == ("approved", 3, "branch")
    assert (fact.station_id, fact.branch_id) == (station.pk, station.parent_id)
    assert fact.filed_on == fact.closed_on == fact.accepted_on == clock.today()
    assert dict(MonthTally.objects.filter(cases=1).values_list("base", "approved")) == dict.fromkeys(Base.values, 1)
    assert keep_up() == 0
    assert recount.recount().held


@pytest.mark.django_db(transaction=True)
def test_a_projector_killed_between_facts_and_tallies_loses_nothing_and_doubles_nothing(
    station: Office, clerk: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.load_catalogue()
    for _n in range(3):
        cases.accepted(station, clerk, "0101")
    sequencer.sequence()
    merge, calls = counting._merge, []

    def dies(*args: object, **kwargs: object) -> None:
        calls.append(1)
        if len(calls) == 10:
            raise SystemExit
        merge(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(counting, "_merge", dies)
    with pytest.raises(SystemExit):
        projection.keep_up()
    assert not CaseFact.objects.exists()
    assert Followed.objects.filter(leaf__gt=0).count() == 0

    assert projection.keep_up() == 3
    assert not tallies_differ_from_facts()
    Followed.objects.update(leaf=0)  # a backup of the cursor, put back: everything is read once more
    assert projection.keep_up() == 0
    assert not tallies_differ_from_facts()


@pytest.mark.django_db
def test_the_deadline_of_a_deferred_case_falls_due_by_itself(station: Office, clerk: Officer) -> None:
    cases.load_catalogue()
    draft = cases.drafted(station, clerk)
    case = actions.accept_case(case_id=draft.pk, by=clerk, deferred_reason="高拍仪故障")
    projection.project([case.pk])
    fact = CaseFact.objects.get()
    assert (fact.deferred, fact.fell_due, fact.complete_at) == (True, False, None)

    assert case.capture_due_at is not None
    with clock.frozen(case.capture_due_at + timedelta(minutes=1)):
        assert projection.keep_up() == 1
    tally = MonthTally.objects.get(base="accepted", due=1)
    assert (tally.cases, tally.due_on_time, tally.deferred_cases) == (1, 0, 1)

    with clock.frozen(case.capture_due_at + timedelta(hours=1)):
        cases.fill(case, clerk, "acceptance")
        projection.project([case.pk])
    fact.refresh_from_db()
    assert fact.pages == fact.pages_late > 0
    assert MonthTally.objects.get(base="accepted", due=1).due_complete == 1


days = st.integers(0, 90).map(lambda n: date(2026, 8, 1) + timedelta(days=n))
states = st.fixed_dictionaries(
    {
        "day": days,
        "closes": st.none() | st.integers(0, 60),
        "outcome": st.sampled_from(["approved", "refused", "withdrawn"]),
        "turnaround": st.integers(0, 30_000),
        "returns": st.integers(0, 2),
        "late": st.booleans(),
        "pages_late": st.integers(0, 3),
        "fell_due": st.booleans(),
    }
)


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), states), min_size=1, max_size=8))
def test_whatever_becomes_of_cases_the_tallies_are_what_counting_the_facts_gives(
    station: Office, clerk: Officer, history: list[tuple[int, dict[str, object]]]
) -> None:
    for model in (CaseFact, MonthTally, DayTally, Spread):
        model.objects.all().delete()
    cases.load_catalogue()
    four = [
        facts.fact(station, clerk, accepted_on=date(2026, 8, 1), subtype=code)
        for code in ("1102", "0301", "0101", "1105")
    ]
    for place, state in history:
        fact = four[place]
        fact.accepted_on, fact.accepted_at = state["day"], facts.noon(state["day"])  # type: ignore[assignment, arg-type]
        fact.returns, fact.late, fact.pages_late = state["returns"], state["late"], state["pages_late"]  # type: ignore[assignment]
        fact.fell_due = state["fell_due"]  # type: ignore[assignment]
        fact.closed_on = fact.closed_at = fact.turnaround = None
        fact.outcome = ""
        if state["closes"] is not None:
            fact.closed_on = state["day"] + timedelta(days=state["closes"])  # type: ignore[operator, arg-type]
            fact.closed_at, fact.outcome = facts.noon(fact.closed_on), state["outcome"]  # type: ignore[assignment]
            fact.turnaround = None if fact.outcome == "withdrawn" else state["turnaround"]  # type: ignore[assignment]
        projection.replace([fact])
    assert not tallies_differ_from_facts()


@pytest.mark.django_db
def test_facts_read_from_the_tables_are_those_the_trail_tells(
    station: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    withdrawn, refused, returned = (cases.handed_up(station, clerk) for _n in range(3))
    approvals.withdraw(case_id=withdrawn.pk, by=clerk, reason="申请人撤回")
    cases.decided(refused, leader, "refuse")
    returned = cases.decided(returned, leader, "return")
    cases.place(returned, "M_HUKOU_BOOK", clerk)
    cases.sent_up(returned, clerk)
    asked = cases.accepted(station, clerk)
    enquiries.ask(case_id=asked.pk, kind="investigation", by=clerk, question="请核实")
    consent = Pin(cases.PIN)
    enquiries.answer(
        case_id=asked.pk, by=clerk, seen=cases.seen(asked), result="positive", words="已核实", consent=consent
    )
    away = actions.turn_away(case_id=cases.drafted(station, clerk).pk, by=clerk, reason="管辖", legal_basis="第八条")
    filed = cases.filed(cases.handed_up(station, clerk, "0101"), clerk)
    late.begin_late_capture(case_id=filed.pk, reason="补采", by=clerk)
    cases.place(cases.again(filed), "M_HUKOU_BOOK", clerk)
    late.conclude_late_capture(case_id=filed.pk, by=clerk)
    keys = [case.pk for case in (withdrawn, refused, returned, asked, away, filed)]

    facts_now = {fact.pk: fact for fact in reading.facts_of(keys, clock.now())}
    told = retelling.Retelling().facts(retelling.stories(keys), clock.now())

    assert {key: retelling.differences(facts_now[key], told[key]) for key in keys} == {key: {} for key in keys}
    assert [facts_now[key].outcome for key in keys] == ["withdrawn", "refused", "", "", "not_accepted", "approved"]
    assert (facts_now[returned.pk].returns, facts_now[asked.pk].investigations, facts_now[filed.pk].versions) == (
        1,
        1,
        1,
    )


@pytest.mark.django_db
def test_a_capture_deadline_the_catalogue_does_not_allow_is_a_difference(
    station: Office, clerk: Officer, settings: LazySettings
) -> None:
    cases.load_catalogue()
    settings.HUKOU_LONGEST_DEFERRAL_HOURS = 2
    case = cases.accepted(station, clerk)
    settings.HUKOU_LONGEST_DEFERRAL_HOURS = 72  # what is allowed later changes nothing of it

    def differing() -> dict[str, tuple[int, int]]:
        told = retelling.Retelling().facts(retelling.stories([case.pk]), clock.now())
        return retelling.differences(reading.facts_of([case.pk], clock.now())[0], told[case.pk])

    assert differing() == {}
    Case.objects.filter(pk=case.pk).update(capture_due_at=F("capture_due_at") + timedelta(hours=1))
    assert differing() == {"capture_due_at": (1, 0)}


@pytest.mark.django_db(transaction=True)
def test_a_figure_that_was_changed_by_hand_is_found_told_to_the_city_and_mended(
    station: Office, clerk: Officer, city: Office
) -> None:
    cases.load_catalogue()
    case = cases.accepted(station, clerk, "0101")
    keep_up()
    assert nightly.check().held
    CaseFact.objects.update(pages=99)
    DayTally.objects.update(late_cases=4)

    report = nightly.check()

    found = {(each.measure, each.office, each.against) for each in report.differences}
    assert ("pages", station.code, "trail") in found
    assert ("late_cases", station.code, "facts") in found
    assert f"cases.case:{case.pk}" in {subject for each in report.differences for subject in each.subjects}
    sweep()
    alert = Alert.objects.get(rule="statistics.differs")
    assert alert.office == city
    assert alert.details["found"][0].keys() >= {"measure", "office", "month"}
    assert nightly.check().held


@pytest.mark.django_db(transaction=True)
def test_alerts_raised_together_are_followed_and_retold(
    station: Office, clerk: Officer, city: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.load_catalogue()
    case = cases.accepted(station, clerk)
    keep_up()
    monkeypatch.setattr(telling, "SINGLY", 0)
    assert case.due_at is not None
    with clock.frozen(case.due_at + timedelta(minutes=1)):
        sweep()
        keep_up()
        assert CaseFact.objects.get().alerts == Alert.objects.filter(case_id=case.pk, batch__isnull=False).count() > 0
        assert recount.recount().held


@pytest.mark.django_db
def test_figures_are_right_after_a_correction(station: Office, clerk: Officer) -> None:
    """users-complaints 13: statistics wrong after a correction."""
    cases.load_catalogue()
    cases.give_seals(clerk)
    case = cases.filed(cases.handed_up(station, clerk, "0101"), clerk)
    projection.project([case.pk])
    assert MonthTally.objects.get(base="filed", cases=1).added_cases == 0
    late.begin_late_capture(case_id=case.pk, reason="补采", by=clerk)
    cases.place(cases.again(case), "M_HUKOU_BOOK", clerk)
    late.conclude_late_capture(case_id=case.pk, by=clerk)
    projection.project([case.pk])

    assert MonthTally.objects.filter(base="filed").get(cases=1).added_cases == 1
    assert MonthTally.objects.filter(base="accepted").get(cases=1).late_page_cases == 0  # added later, not late
    assert not tallies_differ_from_facts()
