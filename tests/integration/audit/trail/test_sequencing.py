"""Events get their place in the log in commit order, none is lost, and each growth is signed."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from audit.trail import actions as trail
from audit.trail import merkle, notes, queries, sequencer
from audit.trail.models import Checkpoint, Event, Leaf
from hukou.accounts.models import Officer

pytestmark = pytest.mark.django_db(transaction=True)


_PLACE = ("dbname", "user", "password", "host", "port")


def lay(clerk: Officer, times: int = 1, case: int = 1) -> None:
    for _ in range(times):
        trail.record("paper.laid", subject=f"cases.case:{case}", by=clerk)


def test_an_empty_trail_has_no_checkpoint(data_dir: Path) -> None:
    assert trail.sequence().tree_size == 0
    assert not Checkpoint.objects.exists()


def test_every_event_becomes_a_leaf_in_order_and_the_head_is_signed(data_dir: Path, clerk: Officer) -> None:
    lay(clerk, 5)
    report = trail.sequence(patience=30)
    assert (report.sequenced, report.tree_size) == (5, 5)
    assert list(Leaf.objects.values_list("event_id", flat=True)) == list(Event.objects.values_list("pk", flat=True))
    head = merkle.root(merkle.leaf_hash(bytes(event.leaf)) for event in Event.objects.all())
    assert report.root == head.hex()
    signer = notes.log_signer(data_dir)
    assert signer.verifier.open(Checkpoint.objects.get().note) == notes.checkpoint_text(signer.name, 5, head)


def test_a_second_run_adds_only_what_is_new(data_dir: Path, clerk: Officer) -> None:
    lay(clerk, 3)
    trail.sequence(patience=30)
    assert trail.sequence().sequenced == 0
    lay(clerk, 2)
    assert trail.sequence(patience=30).sequenced == 2
    assert list(Checkpoint.objects.values_list("tree_size", flat=True)) == [3, 5]
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.all()]
    assert bytes(Checkpoint.objects.get(tree_size=5).root) == merkle.root(leaves)


def test_small_batches_give_the_same_log(data_dir: Path, clerk: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 2)
    lay(clerk, 5)
    assert trail.sequence(patience=30).sequenced == 5
    assert [leaf.leaf_index for leaf in Leaf.objects.all()] == [0, 1, 2, 3, 4]


def test_a_run_that_died_before_signing_is_finished_by_the_next(data_dir: Path, clerk: Officer) -> None:
    lay(clerk, 2)
    while queries.waiting().exists():
        sequencer._place_batch()
    assert not Checkpoint.objects.exists()
    assert trail.sequence(patience=30).tree_size == 2


def test_an_event_whose_transaction_commits_late_is_not_lost(data_dir: Path, clerk: Officer) -> None:
    written, finish = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            lay(clerk, case=1)
            written.set()
            finish.wait(20)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert written.wait(20)
    lay(clerk, case=2)  # younger, committed at once
    early = trail.sequence()
    finish.set()
    writer.join()
    trail.sequence(patience=30)
    assert early.sequenced == 0
    assert [Event.objects.get(pk=leaf.event_id).case_id for leaf in Leaf.objects.all()] == [1, 2]


def test_what_is_written_in_another_database_is_not_waited_for(data_dir: Path, clerk: Officer) -> None:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**{name: parameters[name] for name in _PLACE if name in parameters}) as elsewhere:
        elsewhere.execute("select pg_current_xact_id()")
        lay(clerk)
        assert trail.sequence().sequenced == 1


def test_two_sequencers_at_once_make_one_log(data_dir: Path, clerk: Officer) -> None:
    lay(clerk, 30)

    def run() -> None:
        trail.sequence(patience=30)
        connection.close()

    runs = [threading.Thread(target=run) for _ in range(3)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert [leaf.leaf_index for leaf in Leaf.objects.all()] == list(range(30))
    assert Checkpoint.objects.get().tree_size == 30
