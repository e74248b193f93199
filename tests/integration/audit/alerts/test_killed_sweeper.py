"""A sweeper that is killed (SIGKILL) at any moment, in the middle of a batch: no alert is lost, none is raised twice."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from audit.alerts import actions, firing, rules
from audit.alerts.models import Alert, Timer
from audit.trail import facts
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.kernel import clock
from tests.support.deaths import KILLED, SWEPT, Mortal
from tests.support.site import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def mortal(data_dir: Path) -> Iterator[Mortal]:
    processes = Mortal({"DATABASE_URL": database_url(), "HUKOU_DATA_DIR": str(settings.HUKOU_DATA_DIR)})
    yield processes
    processes.end()


@pytest.mark.parametrize("times", [4, pytest.param(100, marks=[pytest.mark.nightly, pytest.mark.timeout(3600)])])
def test_none_is_lost_and_none_is_doubled(
    mortal: Mortal, station: Office, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_rules", {SWEPT.name: SWEPT})
    seed = int(os.environ.get("KILL_SEED", "1"))
    chance, due = random.Random(seed), dict[str, datetime]()
    for round_ in range(times):
        fresh = [
            rules.Due(f"cases.case:{round_ * 1000 + n}", station.pk, FRIDAY + timedelta(hours=chance.randrange(200)))
            for n in range(chance.randrange(1, 200))
        ]
        actions.arm_each(SWEPT.name, fresh)
        due |= {one.subject: one.due_at for one in fresh}
        now = FRIDAY + timedelta(hours=chance.randrange(300))
        moment = chance.uniform(0.005, 0.25)
        batch = chance.randrange(1, 80)
        assert mortal.do("sweep", die_after=moment, batch=batch, now=now.isoformat()) == KILLED
    end = FRIDAY + timedelta(hours=300)
    firing.fire(end)

    raised = Counter(Alert.objects.values_list("subject", "rung"))
    assert set(raised.values()) == {1}, seed
    assert set(raised) == {(subject, rung) for subject, at in due.items() for rung in _reached(at, end)}, seed
    told = Counter(Event.objects.filter(action="alert.raised").values_list("subject", flat=True))
    for event in Event.objects.filter(action="alert.raised_together"):
        lines = (line for one in event.details["raised"] for line in one["alerts"])
        told.update(f"alerts.alert:{line.partition(' ')[0]}" for line in lines)
    assert told == Counter(f"alerts.alert:{key}" for key in Alert.objects.values_list("pk", flat=True)), seed
    assert list(facts.without_event()) == []
    assert not Timer.objects.filter(fire_at__lte=end).exists()


def _reached(due: datetime, end: datetime) -> list[int]:
    """The rungs of `SWEPT` that are due: at once and a working day later; no holidays here."""
    after = due.astimezone(clock.CITY_TIME) + timedelta(days=1)
    while after.weekday() > 4:
        after += timedelta(days=1)
    return [rung for rung, at in ((1, due), (2, after)) if at <= end]
