"""The application may add to the trail and read it, and nothing else; the owner may not change it by accident either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.timezone import localtime

from audit.trail import actions as trail
from audit.trail import guards, months
from audit.trail.models import Event
from hukou.accounts.models import Officer
from hukou.embedded.server import APPLICATION
from hukou.kernel import clock
from tests.support import append_only
from tests.support.append_only import acting_as

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = "trail_event_other"
"""A partition; the month's own is another every month."""


@contextmanager
def tried_as(role: str) -> Iterator[None]:
    """The same, and nothing of it stays."""
    with transaction.atomic():
        with acting_as(role):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def written(data_dir: Path, clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk)


def test_the_application_can_do_its_work(data_dir: Path, clerk: Officer) -> None:
    with acting_as(APPLICATION):
        trail.record("paper.laid", subject="cases.case:1", by=clerk)
        trail.record("paper.laid", subject="cases.case:1", by=clerk)
        assert trail.sequence(patience=60).tree_size == 2
        assert guards.excess() == []


@pytest.mark.parametrize(
    "attempt",
    [
        "update trail_event set details = '{}'",
        "delete from trail_event",
        "truncate trail_event",
        f"truncate {MONTH}",
        f"delete from {MONTH}",
        f"insert into {MONTH} select * from trail_event",
        "alter table trail_event disable trigger all",
        f"alter table trail_event detach partition {MONTH}",
        f"drop table {MONTH}",
        "insert into trail_event (id, at, action, subject, subject_seq, details, leaf) "
        "values (7, now(), 'paper.laid', 'cases.case:1', 2, '{}', '')",
        "insert into trail_event (txid, at, action, subject, subject_seq, details, leaf) "
        "values ('7', now(), 'paper.laid', 'cases.case:1', 2, '{}', '')",
        "update trail_leaf set hash = ''",
        "update trail_checkpoint set note = ''",
        "delete from trail_tally",
        "update trail_tally set subject = 'cases.case:2'",
        "set session_replication_role = replica",
        "delete from django_migrations",
        "create or replace function trail_refuse_change() returns trigger language plpgsql as 'begin return new; end'",
    ],
)
def test_the_application_has_no_right_to(written: None, attempt: str) -> None:
    with (
        append_only.truncate_guards_on(),
        acting_as(APPLICATION),
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


@pytest.mark.parametrize("attempt", ["truncate trail_event", f"truncate {MONTH}", "delete from trail_event"])
def test_the_owner_changes_nothing_by_accident(written: None, attempt: str) -> None:
    with (
        append_only.truncate_guards_on(),
        acting_as(guards.OWNER),
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


@pytest.mark.parametrize("role", [guards.OWNER, "current_user"])
@pytest.mark.parametrize(
    "attempt",
    [
        "alter table trail_event disable trigger all",
        f"alter table trail_event detach partition {MONTH}",
        f"drop table {MONTH}",
        "drop table trail_event cascade",
        "alter table trail_event drop column leaf",
        "drop trigger trail_event_no_change on trail_event",
        "create rule quiet as on insert to trail_event do instead nothing",
        "create trigger trail_event_a before insert on trail_event for each row execute function trail_count_upward()",
        "create or replace function trail_refuse_change() returns trigger language plpgsql as 'begin return new; end'",
        "drop function trail_refuse_change() cascade",
    ],
)
def test_nobody_changes_the_shape_of_the_trail_by_accident(written: None, attempt: str, role: str) -> None:
    """Not the owner, and not a superuser: event triggers ask for `trail.maintenance`."""
    with (
        acting_as(role if role != "current_user" else connection.settings_dict["USER"]),
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_an_event_takes_the_next_number_of_its_subject(written: None) -> None:
    copied = [field.column for field in Event._meta.fields if field.column not in ("id", "txid", "subject_seq")]
    with pytest.raises(IntegrityError, match="event_has_the_number_just_taken"), connection.cursor() as cursor:
        cursor.execute(
            f"insert into trail_event (subject_seq, {', '.join(copied)}) select 2, {', '.join(copied)} from trail_event"
        )


def test_all_guards_stand() -> None:
    with append_only.truncate_guards_on():
        assert guards.missing() == []


@pytest.mark.parametrize(
    ("attack", "lack"),
    [
        ("alter table trail_event disable trigger all", "trigger trail_refuse_change of trail_event is off"),
        ("alter table trail_event enable trigger trail_event_no_change", "trigger trail_refuse_change of trail_event"),
        (f"alter table {MONTH} disable trigger {MONTH}_no_truncate", f"trigger trail_refuse_change of {MONTH} is off"),
        ("drop trigger trail_tally_upward on trail_tally", "trigger trail_count_upward of trail_tally is off"),
        ("alter event trigger trail_no_drop disable", "event trigger trail_no_drop is off"),
        ("drop event trigger trail_no_ddl", "event trigger trail_no_ddl is off"),
        (
            "create or replace function trail_refuse_change() returns trigger language plpgsql as 'begin return new; end'",
            "function trail_refuse_change was changed",
        ),
    ],
)
def test_a_guard_that_is_off_is_noticed(attack: str, lack: str) -> None:
    with append_only.truncate_guards_on(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local trail.maintenance = 'on'")
        cursor.execute(attack)
        assert any(lack in found for found in guards.missing())
        transaction.set_rollback(True)


def test_a_superuser_and_an_owner_are_more_than_the_application_needs() -> None:
    assert guards.excess() == ["the application is connected as a superuser"]
    with acting_as(guards.OWNER):
        assert guards.excess() == [f"the application may change {table}" for table in guards.FROZEN]


def test_migrating_again_keeps_everything(written: None) -> None:
    call_command("migrate", verbosity=0)
    assert Event.objects.count() == 1
    with append_only.truncate_guards_on():
        assert guards.missing() == []


def test_every_month_has_a_table_of_its_own_made_ahead(clerk: Officer, data_dir: Path) -> None:
    with append_only.truncate_guards_on(), tried_as(APPLICATION):
        made = months.make()
        assert made == [f"trail_event_{month}" for month in _coming(months.AHEAD + 1)]
        assert months.make() == made
        assert months.missing() == ""
        assert guards.missing() == []


def test_what_came_while_its_month_was_missing_stays_where_it_is(data_dir: Path, clerk: Officer) -> None:
    """Nothing is moved, for moving means deleting."""
    coming = clock.now() + timedelta(days=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: coming)
        trail.record("paper.laid", subject="cases.case:1", by=clerk)
    with tried_as(APPLICATION):
        assert f"trail_event_{localtime(coming):%Y_%m}" not in months.make()
        assert Event.objects.count() == 1


def _coming(many: int) -> list[str]:
    year, month = clock.today().year, clock.today().month - 1
    return [f"{year + (month + n) // 12}_{(month + n) % 12 + 1:02}" for n in range(many)]
