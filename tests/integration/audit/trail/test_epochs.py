"""A trail that was restored into a new cluster goes on, though transactions are counted from the beginning again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from audit.trail import actions as trail
from audit.trail import epochs, publication, verifier
from audit.trail.models import Event, Leaf
from hukou.accounts.models import Officer
from tests.support import append_only

pytestmark = pytest.mark.django_db(transaction=True)

LATER = 10**9
"""How much higher the transactions of the old cluster were counted."""


@pytest.fixture
def restored(data_dir: Path, clerk: Officer) -> Iterator[None]:
    """Three events in the log and one not yet, as a dump of a cluster that lived longer brings them."""
    for _ in range(3):
        trail.record("paper.laid", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    trail.record("paper.laid", subject="cases.case:2", by=clerk)
    with append_only.as_superuser() as cursor:
        for table in ("trail_event", "trail_leaf"):
            cursor.execute(f"update {table} set txid = (txid::text::bigint + {LATER})::text::xid8")
    yield
    with append_only.maintenance() as cursor:
        cursor.execute(
            "create or replace function trail_base() returns bigint language sql stable as 'select 0::bigint'"
        )


def test_nothing_is_done_while_numbers_rise(data_dir: Path, clerk: Officer) -> None:
    assert not epochs.begin()
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    assert epochs.begun_anew() == 0
    assert not epochs.begin()


def test_a_restored_trail_goes_on_in_order(restored: None, clerk: Officer) -> None:
    assert epochs.begun_anew() > LATER
    call_command("migrate", verbosity=0)
    assert epochs.begun_anew() == 0
    trail.record("paper.turned", subject="cases.case:1", by=clerk)

    assert trail.sequence(patience=30).tree_size == Event.objects.count()
    publication.publish()

    in_order = [Event.objects.get(pk=leaf.event_id) for leaf in Leaf.objects.all()]
    assert [event.action for event in in_order[:5]] == ["paper.laid"] * 4 + ["trail.epoch_begun"]
    assert in_order[-1].action == "paper.turned"
    report = verifier.verify()
    assert report.held, report.findings


def test_it_is_done_once(restored: None, clerk: Officer) -> None:
    assert epochs.begin()
    assert not epochs.begin()
    with connection.cursor() as cursor:
        cursor.execute("select trail_base()")
        assert cursor.fetchone()[0] > LATER
