"""The database itself refuses changes of the trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from audit.trail import actions as trail
from audit.trail.models import Checkpoint, Cosignature, Event, Leaf, Stamp, Tally, Verification
from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support import append_only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written(data_dir: Path, clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    Cosignature.objects.create(tree_size=1, witness="somebody", line="— somebody AAAA", seen_at=clock.now())
    Stamp.objects.create(tree_size=1, authority="own", token=b"0", stamped_at=clock.now())
    Verification.objects.create(at=clock.now(), since=0, tree_size=1, findings=0)


@pytest.mark.parametrize("model", [Event, Leaf, Checkpoint, Tally, Cosignature, Stamp, Verification])
def test_no_row_can_be_deleted(written: None, model: type) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        model.objects.all().delete()
    assert model.objects.count() == 1


@pytest.mark.parametrize("table", append_only.GUARDED)
def test_switching_triggers_off_for_the_session_does_not_help(written: None, table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute(f"delete from {table}")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Event, {"action": "paper.turned"}),
        (Leaf, {"event_id": 9}),
        (Checkpoint, {"note": ""}),
        (Cosignature, {"line": ""}),
        (Tally, {"count": 0}),
        (Tally, {"count": 3}),
    ],
)
def test_no_row_can_be_changed(written: None, model: type, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        model.objects.update(**change)


@pytest.mark.parametrize("table", append_only.GUARDED)
def test_no_table_can_be_truncated(written: None, table: str) -> None:
    with (
        append_only.truncate_guards_on(),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="append-only"),
    ):
        cursor.execute(f"truncate {table}")
