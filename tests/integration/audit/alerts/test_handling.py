"""What officers do with an alert, with its rule and with the silence of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit.alerts import actions, again, queries, rules, terms
from audit.alerts.errors import (
    AlertClosedAlready,
    BadMute,
    BadTerms,
    ExplanationMissing,
    MuteEndedAlready,
    ReasonMissing,
)
from audit.alerts.models import Alert, Mute, RuleTerms, Timer
from audit.trail import facts
from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support.people import make_officer

pytestmark = pytest.mark.django_db
LATE, TOLD = "paper.late", "paper.found"
DUE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # Monday, 09:00 in the city
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rules: one armed, one told."""
    monkeypatch.setattr(rules, "_rules", {})
    rules.register(rules.AlertRule(LATE, "Paper is late", kind=rules.Kind.LATE, params={"hours": 4}))
    rules.register(rules.AlertRule(TOLD, "Paper was found", kind=rules.Kind.ADDED))


@pytest.fixture
def leader(station: Office) -> Officer:
    return make_officer("领导", "station_leader", station)


@pytest.fixture
def city_officer(station: Office) -> Officer:
    assert station.parent is not None
    assert station.parent.parent is not None
    return make_officer("市局", "city_officer", station.parent.parent)


@pytest.fixture
def branch_officer(station: Office) -> Officer:
    assert station.parent is not None
    return make_officer("分局", "branch_officer", station.parent)


def sweep(days: float) -> int:
    with clock.frozen(DUE + timedelta(days=days)):
        return actions.sweep().raised


@pytest.fixture
def alert(station: Office) -> Alert:
    """Raised to the station at its first rung."""
    actions.arm(LATE, "cases.case:7", office_id=station.pk, due_at=DUE)
    sweep(0)
    return Alert.objects.get()


def acts(case: int = 7) -> list[str]:
    return [entry.action for entry in trail.timeline(case)]


def test_taking_note_keeps_who_was_first(alert: Alert, clerk: Officer, leader: Officer) -> None:
    actions.acknowledge(alert_id=alert.pk, by=clerk)
    again_ = actions.acknowledge(alert_id=alert.pk, by=leader)
    assert again_.acknowledged_by == clerk
    assert acts() == ["alert.raised", "alert.acknowledged"]


def test_explanations_are_added_and_the_trail_has_their_digest_only(alert: Alert, clerk: Officer) -> None:
    actions.explain(alert_id=alert.pk, by=clerk, text=" 高拍仪故障 ")
    actions.explain(alert_id=alert.pk, by=clerk, text="已报修")
    assert [note.text for note in alert.notes.all()] == ["高拍仪故障", "已报修"]
    with pytest.raises(ExplanationMissing):
        actions.explain(alert_id=alert.pk, by=clerk, text=" ")
    assert not any("故障" in str(entry.details) for entry in trail.timeline(7))


def test_what_is_done_is_told_to_the_open_screens_of_the_office_and_of_those_above(
    alert: Alert, clerk: Officer, station: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(push, "announce_each", lambda each: told.append(tuple(one["group"] for one in each)))
    actions.acknowledge(alert_id=alert.pk, by=clerk)
    actions.acknowledge(alert_id=alert.pk, by=clerk)  # nothing changes
    actions.explain(alert_id=alert.pk, by=clerk, text="高拍仪故障")
    actions.close_alert(alert_id=alert.pk, by=clerk, record="已补齐")
    line = [station, station.parent, station.at_level(Office.Level.CITY)]
    assert told == 3 * [tuple(f"office-{office.pk}" for office in sorted(line, key=lambda one: one.pk))]


def test_a_closed_alert_takes_nothing_more(alert: Alert, clerk: Officer) -> None:
    actions.close_alert(alert_id=alert.pk, by=clerk, record="已补齐")
    for act in (
        lambda: actions.acknowledge(alert_id=alert.pk, by=clerk),
        lambda: actions.explain(alert_id=alert.pk, by=clerk, text="晚了"),
    ):
        with pytest.raises(AlertClosedAlready):
            act()


def test_closing_does_not_stop_what_still_is(alert: Alert, clerk: Officer) -> None:
    actions.close_alert(alert_id=alert.pk, by=clerk, record="正在补")
    assert sweep(1) == 1


def test_closing_stops_what_happened(station: Office, clerk: Officer, leader: Officer) -> None:
    with clock.frozen(DUE):
        actions.tell(TOLD, "cases.materialpage:3", office_id=station.pk)
    assert sweep(1) == 1
    told = Alert.objects.order_by("rung")
    actions.close_alert(alert_id=told[0].pk, by=clerk, record="已核对")
    assert sweep(30) == 0
    assert not Timer.objects.exists()


def test_what_is_told_to_the_leader_is_closed_by_the_leader(
    alert: Alert, clerk: Officer, leader: Officer, auxiliary_of: Officer
) -> None:
    sweep(1)
    second = Alert.objects.get(rung=2)
    for other in (clerk, auxiliary_of):
        with pytest.raises(NotPermitted):
            actions.close_alert(alert_id=second.pk, by=other, record="已处理")
    actions.explain(alert_id=second.pk, by=clerk, text="申请人未到")
    actions.close_alert(alert_id=second.pk, by=leader, record="已督办")


@pytest.fixture
def auxiliary_of(station: Office) -> Officer:
    return make_officer("辅警", "auxiliary", station, kind="auxiliary")


def test_a_mute_keeps_silent_and_loses_nothing(station: Office, branch_officer: Officer) -> None:
    actions.arm(LATE, "cases.case:7", office_id=station.pk, due_at=DUE)
    assert station.parent is not None
    with clock.frozen(DUE - DAY):
        actions.mute(rule=LATE, office=station.parent, until=DUE + 2 * DAY, reason="停电检修", by=branch_officer)
    assert sweep(0) == sweep(1.99) == 0
    assert Timer.objects.get().state == Timer.State.HELD
    assert sweep(2) == 2, "both rungs that came due in the silence"


def test_what_is_over_when_a_mute_ends_is_not_raised(station: Office, branch_officer: Officer) -> None:
    actions.arm(LATE, "cases.case:7", office_id=station.pk, due_at=DUE)
    with clock.frozen(DUE - DAY):
        actions.mute(rule=LATE, office=station, until=DUE + DAY, reason="停电检修", by=branch_officer)
    sweep(0.5)
    actions.disarm(LATE, "cases.case:7")
    assert sweep(2) == 0


def test_a_mute_of_one_subject_leaves_the_others_alone(station: Office, city_officer: Officer) -> None:
    for case in (7, 8):
        actions.arm(LATE, f"cases.case:{case}", office_id=station.pk, due_at=DUE)
    with clock.frozen(DUE - DAY):
        actions.mute(
            rule=LATE, office=station, subject="cases.case:7", until=DUE + DAY, reason="等法院", by=city_officer
        )
    assert sweep(0) == 1
    assert "alert.muted" in acts()


def test_a_mute_ended_early_raises_what_waited(station: Office, branch_officer: Officer) -> None:
    actions.arm(LATE, "cases.case:7", office_id=station.pk, due_at=DUE)
    with clock.frozen(DUE - DAY):
        muted = actions.mute(rule=LATE, office=station, until=DUE + 9 * DAY, reason="停电检修", by=branch_officer)
    sweep(0)
    with clock.frozen(DUE + 0.1 * DAY):
        actions.unmute(mute_id=muted.pk, by=branch_officer)
        with pytest.raises(MuteEndedAlready):
            actions.unmute(mute_id=muted.pk, by=branch_officer)
    again.go_on(rule=LATE, since=None, after=0)
    assert sweep(0.2) == 1


def test_a_mute_and_its_end_are_told_to_the_open_screens_it_reaches(
    station: Office, branch_officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[set[object]] = []
    monkeypatch.setattr(push, "announce_each", lambda each: told.append({one["group"] for one in each}))
    assert station.parent is not None
    until = clock.now() + DAY
    muted = actions.mute(rule=LATE, office=station.parent, until=until, reason="停电检修", by=branch_officer)
    actions.unmute(mute_id=muted.pk, by=branch_officer)
    reached = [station, station.parent, station.at_level(Office.Level.CITY)]
    assert told == 2 * [{f"office-{office.pk}" for office in reached}]


def test_a_mute_needs_a_bureau_a_reason_and_an_end(
    station: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    def mute(by: Officer, days: int = 1, reason: str = "停电", rule: str = LATE) -> Mute:
        return actions.mute(rule=rule, office=station, until=clock.now() + days * DAY, reason=reason, by=by)

    for by in (clerk, leader):
        with pytest.raises(NotPermitted):
            mute(by)
    for days in (0, -1, 31):
        with pytest.raises(BadMute):
            mute(branch_officer, days)
    with pytest.raises(ReasonMissing):
        mute(branch_officer, reason=" ")
    with pytest.raises(NotFound):
        mute(branch_officer, rule="paper.unknown")
    assert mute(branch_officer, 30).reason == "停电"


def test_terms_hold_from_their_moment_and_stay_on_record(alert: Alert, city_officer: Officer, station: Office) -> None:
    with clock.frozen(DUE + DAY / 2):
        actions.set_terms(rule=LATE, by=city_officer, reason="通知3号", ladder=[(0, "office"), (3, "city")])
        assert terms.of(LATE).ladder == (rules.Rung(1, 0, "office"), rules.Rung(2, 3, "city"))
    again.go_on(rule=LATE, since=None, after=0)
    assert sweep(2.9) == 0
    assert sweep(3) == 1
    assert Alert.objects.get(rung=2).office.level == "city"
    assert terms.of(LATE, DUE).version == 0
    assert [one.version for one in terms.history(LATE)] == [1]


def test_a_longer_ladder_reaches_what_was_at_the_top(alert: Alert, city_officer: Officer) -> None:
    with clock.frozen(DUE + DAY / 2):
        actions.set_terms(rule=LATE, by=city_officer, reason="试行", ladder=[(0, "office")])
    again.go_on(rule=LATE, since=None, after=0)
    assert sweep(0.6) == 0
    assert Timer.objects.get().state == Timer.State.TOP
    with clock.frozen(DUE + DAY):
        since = DUE + 2 * DAY
        actions.set_terms(
            rule=LATE, by=city_officer, reason="恢复", ladder=[(0, "office"), (1, "branch")], effective_from=since
        )
    again.go_on(rule=LATE, since=since, after=0)
    assert sweep(1.9) == 0
    assert sweep(2) == 1


def test_a_rule_switched_off_is_silent_and_told_when_switched_on_again(station: Office, city_officer: Officer) -> None:
    actions.arm(LATE, "cases.case:7", office_id=station.pk, due_at=DUE)
    with clock.frozen(DUE - DAY):
        actions.set_terms(rule=LATE, by=city_officer, reason="停用", on=False)
    assert sweep(1) == 0
    with clock.frozen(DUE + 2 * DAY):
        actions.set_terms(rule=LATE, by=city_officer, reason="启用", on=True)
    again.go_on(rule=LATE, since=DUE + 2 * DAY, after=0)
    assert sweep(2) == 2


def test_thresholds_are_data(station: Office, city_officer: Officer) -> None:
    assert terms.of(LATE).params["hours"] == 4
    with pytest.raises(BadTerms):
        actions.set_terms(rule=LATE, by=city_officer, reason="错", params={"minutes": 4})
    actions.set_terms(rule=LATE, by=city_officer, reason="通知5号", params={"hours": 8})
    assert terms.of(LATE).params["hours"] == 8
    RuleTerms.objects.all().delete()
    assert terms.of(LATE).params["hours"] == 4


def test_only_the_city_says_what_holds_for_a_rule(branch_officer: Officer, city_officer: Officer) -> None:
    with pytest.raises(NotPermitted):
        actions.set_terms(rule=LATE, by=branch_officer, reason="试", on=False)
    with pytest.raises(ReasonMissing):
        actions.set_terms(rule=LATE, by=city_officer, reason=" ", on=False)
    for ladder in ([], [(1, "office"), (0, "city")], [(0, "moon")]):
        with pytest.raises(BadTerms):
            actions.set_terms(rule=LATE, by=city_officer, reason="试", ladder=ladder)


def test_whatever_was_raised_closed_muted_or_set_is_on_record(
    alert: Alert, clerk: Officer, city_officer: Officer, station: Office
) -> None:
    actions.close_alert(alert_id=alert.pk, by=clerk, record="已补齐")
    actions.mute(rule=LATE, office=station, until=clock.now() + DAY, reason="停电", by=city_officer)
    actions.set_terms(rule=LATE, by=city_officer, reason="通知", params={"hours": 8})
    assert list(facts.without_event()) == []
    Alert.objects.create(rule=LATE, subject="cases.case:9", office=station, due_at=DUE, rung=1, raised_at=DUE)
    assert [action for _subject, action in facts.without_event()] == ["alert.raised"]


def test_a_backlog_is_raised_in_sets_and_stands_in_the_timeline_of_each_case(station: Office) -> None:
    for case in range(700):
        actions.arm(LATE, f"cases.case:{case}", office_id=station.pk, due_at=DUE)
    assert sweep(0) == 700
    (entry,) = trail.timeline(7)
    assert (entry.action, entry.details["alerts"], entry.text) == ("alert.raised_together", 300, "Paper is late：300条")
    (of_rule,) = entry.details["raised"]
    (mine,) = (line for line in of_rule["alerts"] if " cases.case:7 " in line)
    assert mine == f"{Alert.objects.get(case_id=7).pk} cases.case:7 2026-11-16T01:00:00.000000Z 1 {station.pk}"
    assert list(facts.without_event()) == []
    assert queries.open_counts([station]) == {LATE: 700}


def test_figures_are_of_the_office_that_had_to_act(alert: Alert, clerk: Officer, station: Office) -> None:
    sweep(3)
    Alert.objects.update(raised_at=DUE)
    with clock.frozen(DUE + timedelta(hours=3)):
        actions.close_alert(alert_id=alert.pk, by=clerk, record="已补齐")
    assert station.parent is not None
    (row,) = queries.figures([station.parent], DUE - DAY, DUE + DAY)
    assert (row.month, row.office_id, row.rule) == ("2026-11", station.pk, LATE)
    assert (row.matters, row.raised, row.closed, row.median_to_close) == (1, 3, 1, timedelta(hours=3))
    assert queries.figures([station], DUE + DAY, DUE + 2 * DAY) == []
