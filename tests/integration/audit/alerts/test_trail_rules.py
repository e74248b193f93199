"""The trail watches over itself: whoever answers for it is told when it waits, breaks, or nobody outside vouches for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from audit.alerts import actions
from audit.alerts.models import Alert
from audit.trail import actions as trail
from audit.trail import stamping, verifications, witnesses
from audit.trail.models import Checkpoint
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support.append_only import as_superuser
from tests.support.witnesses import key_of

pytestmark = pytest.mark.django_db(transaction=True)


def record(clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk, details={"pages": 1})


def raised(hours: float) -> dict[str, Any]:
    """Rule → details of what is raised that many hours from now."""
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        actions.sweep()
    return {alert.rule: alert.details for alert in Alert.objects.filter(rule__startswith="trail.")}


def test_a_quiet_system_raises_nothing(data_dir: Path, station: Office) -> None:
    assert raised(100) == {}


def test_a_sound_log_raises_nothing(data_dir: Path, clerk: Officer) -> None:
    record(clerk)
    trail.sequence(patience=30)
    stamping.stamp_newest()
    verifications.verify()
    assert raised(0.05) == {}


def test_an_event_that_waits_is_told_with_the_process_that_holds_it_back(data_dir: Path, clerk: Officer) -> None:
    info = connection.connection.info
    with psycopg.connect(info.dsn, password=info.password, application_name="long import") as writer:
        writer.execute("select pg_current_xact_id()")
        record(clerk)
        trail.sequence()
        details = raised(0.1)["trail.lagging"]
        assert (details["pid"], details["application"]) == (writer.info.backend_pid, "long import")
    (alert,) = Alert.objects.filter(rule="trail.lagging")
    assert alert.office.level == Office.Level.CITY
    raised(0.2)
    assert Alert.objects.filter(rule="trail.lagging").count() == 1


def test_a_finding_is_told_once_and_without_what_it_says(data_dir: Path, clerk: Officer) -> None:
    record(clerk)
    trail.sequence(patience=30)
    with as_superuser() as sql:
        sql.execute("update trail_event set officer_number = '999999'")
    verifications.verify()
    assert raised(0.01)["trail.broken"] == {"findings": 1, "kinds": ["columns_differ"]}


def test_a_day_and_a_half_without_a_full_verification_is_told(data_dir: Path, clerk: Officer) -> None:
    record(clerk)
    trail.sequence(patience=30)
    assert "trail.unverified" not in raised(35)
    assert "trail.unverified" in raised(37)


def test_an_hour_without_a_stamp_that_was_due_is_told(data_dir: Path, clerk: Officer) -> None:
    record(clerk)
    trail.sequence(patience=30)
    assert "trail.unstamped" not in raised(1.1)
    assert raised(1.2)["trail.unstamped"] == {"size": 1}


def test_a_witness_that_is_silent_and_one_that_objects_are_told(
    data_dir: Path, clerk: Officer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUKOU_WITNESSES = f"{key_of('second machine')}@http://127.0.0.1:1"
    record(clerk)
    trail.sequence(patience=30)
    assert "trail.witness_silent" not in raised(0.9)
    assert raised(1.1)["trail.witness_silent"] == {"witness": "second-machine"}
    for _ in range(2):
        witnesses.note_objection("second-machine", 1)
    assert raised(0.01)["trail.witness_objects"] == {"witness": "second-machine", "size": 1}
    assert Checkpoint.objects.count() == 1
