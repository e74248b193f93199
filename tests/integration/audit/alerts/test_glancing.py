"""A glance at all watched facts: what it does not see is not asked for, and a glance that fails hides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.alerts import actions, rules
from audit.alerts.models import Timer
from hukou.accounts.models import Office
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
Watched = Callable[..., list[datetime]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, station: Office) -> Watched:
    """Registers a fact that is true, with this glance; gives the moments at which it was asked for."""
    monkeypatch.setattr(rules, "_rules", {})

    def register(name: str, glance: rules.Glance | None, **params: int) -> list[datetime]:
        asked: list[datetime] = []

        def find(now: datetime) -> list[rules.Due]:
            asked.append(now)
            return [rules.Due(f"{name}:1", station.pk, now.replace(year=2020))]

        rules.register(rules.AlertRule(name, name, find, glance=glance, params=params))
        return asked

    return register


def test_a_fact_is_asked_for_where_the_glance_sees_something(watched: Watched) -> None:
    dark, bright, without = (
        watched(name, glance)
        for name, glance in (("a.dark", rules.Glance("false")), ("a.bright", rules.Glance("true")), ("a.none", None))
    )
    actions.sweep()
    assert [bool(asked) for asked in (dark, bright, without)] == [False, True, True]
    assert set(Timer.objects.values_list("rule", flat=True)) == {"a.bright", "a.none"}


def test_a_glance_knows_the_moment_the_thresholds_in_force_and_what_it_is_given(watched: Watched) -> None:
    moment = clock.now()
    soon = rules.Glance(
        "{now}::timestamptz + make_interval(mins => {minutes}) >= {then}",
        lambda now: {"then": now + timedelta(hours=1)},
    )
    short, long = watched("a.short", soon, minutes=59), watched("a.long", soon, minutes=60)
    actions.sweep(moment)
    assert (bool(short), bool(long)) == (False, True)


@pytest.mark.parametrize("sees", ["1 / 0 = 1", "exists (select from no_such_table)", "no sql", "{unknown} = 1"])
def test_a_glance_that_fails_hides_nothing(watched: Watched, sees: str, caplog: pytest.LogCaptureFixture) -> None:
    good, bad = watched("a.good", rules.Glance("true")), watched("a.bad", rules.Glance(sees))
    assert actions.sweep().failed == ()
    assert good
    assert bad
    assert "glance" in caplog.text


def test_what_stands_is_asked_for_until_it_is_over(watched: Watched) -> None:
    rules_before = watched("a.over", rules.Glance("true"))
    actions.sweep()
    assert rules_before
    rules._rules.clear()
    rules.register(rules.AlertRule("a.over", "Over", lambda _now: [], glance=rules.Glance("false")))
    assert Timer.objects.exists()
    actions.sweep()
    assert not Timer.objects.exists()


def test_only_a_watched_fact_has_a_glance() -> None:
    with pytest.raises(ValueError, match="watched"):
        rules.AlertRule("a.armed", "Armed", standing=lambda: iter(()), glance=rules.Glance("true"))


def test_an_ordinary_minute_asks_six_questions(station: Office) -> None:
    """Terms, what stands, the glance, and the claim of timers with the savepoints of a test."""
    actions.sweep()
    with CaptureQueriesContext(connection) as asked:
        assert actions.sweep().failed == ()
    questions = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(questions) <= 5, questions
