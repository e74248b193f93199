"""What somebody can do to the trail who is a superuser of the database, holds the log's key, or turns the clock; and what notices it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit.trail import actions as trail
from audit.trail import facts, guards, merkle, notes, publication, stamping, verifications, verifier
from audit.trail.models import Checkpoint, Cosignature, Event, Leaf, Verification
from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support.append_only import as_superuser, maintenance
from tests.support.tampering import attack
from tests.support.witnesses import key_of

pytestmark = pytest.mark.django_db(transaction=True)

ALTER = (
    "update trail_event set officer_number = '999999', leaf = convert_to(replace(convert_from(leaf, 'UTF8'),"
    " '010203', '999999'), 'UTF8') where id = %s"
)
REHASH = "update trail_leaf set hash = sha256('\\x00'::bytea || e.leaf) from trail_event e where e.id = event_id"


def grow(clerk: Officer) -> None:
    for case in (1, 2, 1, 2):
        trail.record("paper.laid", subject=f"cases.case:{case}", by=clerk, details={"pages": case})
    trail.sequence(patience=30)


@pytest.fixture
def log(data_dir: Path, clerk: Officer) -> list[Event]:
    """Two checkpoints over eight events of two cases, stamped and published."""
    for _ in range(2):
        grow(clerk)
        stamping.stamp_newest()
        publication.publish()
    assert verifier.verify().held
    return list(Event.objects.all())


def found(*, since: int = 0, jobs: int = 1) -> Collection[str]:
    return {finding.kind for finding in verifier.verify(since=since, jobs=jobs).findings}


def do(statement: str, *values: Any) -> None:
    with as_superuser() as sql:
        sql.execute(statement, values)


def rebuilt(data_dir: Path) -> None:
    """Hash the events anew and sign every checkpoint anew, with the log's own key."""
    do(REHASH)
    signer, tree = notes.log_signer(data_dir), merkle.Frontier()
    leaves = [bytes(leaf) for leaf in Leaf.objects.values_list("hash", flat=True)]
    for size in Checkpoint.objects.values_list("tree_size", flat=True):
        tree.extend(leaves[tree.size : size])
        note = signer.sign(notes.checkpoint_text(signer.name, size, tree.root()))
        do(
            "update trail_checkpoint set root = %s, frontier = %s, note = %s where tree_size = %s",
            tree.root(), tree.to_bytes(), note, size,
        )  # fmt: skip


@attack("changes a column of an event", found_by="columns_differ")
def test_a_column(log: list[Event]) -> Collection[str]:
    do("update trail_event set officer_number = '999999' where id = %s", log[2].pk)
    return found()


@attack("changes the details of an event to another number of the same worth", found_by="columns_differ")
def test_details(log: list[Event]) -> Collection[str]:
    do("update trail_event set details = '{\"pages\": 1.0}' where id = %s", log[2].pk)
    return found()


@attack("changes an event, columns and bytes alike", found_by="event_altered")
def test_an_event(log: list[Event]) -> Collection[str]:
    do(ALTER, log[2].pk)
    return found()


@attack("makes the bytes of an event something that is no text at all", found_by="event_altered")
def test_rubbish(log: list[Event]) -> Collection[str]:
    do("update trail_event set leaf = set_byte(leaf, length(leaf) / 2, 255) where id = %s", log[2].pk)
    return found()


@attack("changes an event and its leaf hash", found_by="root_differs")
def test_an_event_and_its_hash(log: list[Event]) -> Collection[str]:
    do(ALTER, log[2].pk)
    do(REHASH)
    return found()


@attack(
    "changes an event, builds the whole tree anew and signs it with the stolen key of the log", found_by="stamp_forged"
)
def test_a_rebuilt_tree_against_the_stamps(log: list[Event], data_dir: Path) -> Collection[str]:
    do(ALTER, log[2].pk)
    rebuilt(data_dir)
    shutil.rmtree(publication.folder())
    publication.publish()
    return found()


@attack("the same, but cannot write to the published files", found_by="tile_differs")
def test_a_rebuilt_tree_against_the_files(log: list[Event], data_dir: Path) -> Collection[str]:
    do(ALTER, log[2].pk)
    rebuilt(data_dir)
    do("delete from trail_stamp")
    findings = verifier.verify().findings
    (differing,) = (finding for finding in findings if finding.kind == "tile_differs")
    assert "2" in differing.message
    return {finding.kind for finding in findings}


@attack("signs another head for the newest size with the stolen key", found_by="published_differs")
def test_another_head(log: list[Event], data_dir: Path) -> Collection[str]:
    do(ALTER, log[2].pk)
    rebuilt(data_dir)
    return found()


@attack("removes an event", found_by="event_removed")
def test_removing(log: list[Event]) -> Collection[str]:
    do("delete from trail_event where id = %s", log[3].pk)
    return found()


@attack("removes an event and its leaf", found_by="leaf_missing")
def test_removing_both(log: list[Event]) -> Collection[str]:
    do("delete from trail_event where id = %s", log[3].pk)
    do("delete from trail_leaf where event_id = %s", log[3].pk)
    return found()


@attack("cuts off the end of the log", found_by="log_shortened")
def test_the_end(log: list[Event]) -> Collection[str]:
    do("delete from trail_event where id > %s", log[5].pk)
    do("delete from trail_leaf where event_id > %s", log[5].pk)
    do("update trail_tally set count = 3")
    return found()


@attack("puts an old backup back", found_by="published_ahead")
def test_an_old_backup(log: list[Event]) -> Collection[str]:
    do("delete from trail_event where id > %s", log[3].pk)
    do("delete from trail_leaf where event_id > %s", log[3].pk)
    do("delete from trail_checkpoint where tree_size > 4")
    do("delete from trail_stamp where tree_size > 4")
    do("update trail_tally set count = 2")
    with pytest.raises(publication.LogDiffers):
        publication.publish()  # the newer log stays where everybody can see it
    return found()


@attack("removes an event before it was sequenced", found_by="number_missing")
def test_removing_early(log: list[Event], clerk: Officer) -> Collection[str]:
    trail.record("paper.turned", subject="cases.case:1", by=clerk)
    do("delete from trail_event where id = %s", Event.objects.latest("pk").pk)
    return found()


@attack("the same, and turns the tally back, for an act that left a row", found_by="event_missing")
def test_removing_early_with_the_tally(
    log: list[Event], clerk: Officer, monkeypatch: pytest.MonkeyPatch
) -> Collection[str]:
    monkeypatch.setattr(facts, "_facts", [])
    facts.register(facts.Fact(("paper.turned",), Officer.objects.all))
    trail.record("paper.turned", subject=clerk, by=clerk)
    assert found() == set()
    do("delete from trail_event where id = %s", Event.objects.latest("pk").pk)
    do("delete from trail_tally where subject = %s", f"accounts.officer:{clerk.pk}")
    return found()


@attack("slips in an event behind the end of the log", found_by="event_inserted")
def test_inserting(log: list[Event]) -> Collection[str]:
    do(
        "insert into trail_event (at, action, subject, subject_seq, case_id, officer_id, officer_number, office_id,"
        " office_code, duty, workstation, session, details, leaf, txid) select at, action, subject, 5, case_id,"
        " officer_id, officer_number, office_id, office_code, duty, workstation, session, details, leaf, '3'::xid8"
        " from trail_event where id = %s", log[0].pk,
    )  # fmt: skip
    return found()


@attack("slips in an event under the number of another", found_by="event_inserted")
def test_inserting_a_twin(log: list[Event]) -> Collection[str]:
    do(
        "insert into trail_event (id, at, action, subject, subject_seq, case_id, officer_id, officer_number, office_id,"
        " office_code, duty, workstation, session, details, leaf, txid) overriding system value select id,"
        " at + interval '1 ms', action, subject, 9, case_id, officer_id, officer_number, office_id, office_code, duty,"
        " workstation, session, details, leaf || ' ', txid from trail_event where id = %s", log[0].pk,
    )  # fmt: skip
    return found()


@attack("swaps two events in the log", found_by="event_moved")
def test_swapping(log: list[Event]) -> Collection[str]:
    do("update trail_leaf set leaf_index = -1 - leaf_index where leaf_index in (2, 3)")
    do("update trail_leaf set leaf_index = 6 + leaf_index where leaf_index < 0")
    assert "root_differs" in found()
    return found()


@attack("empties the table of a month", found_by="event_removed")
def test_truncating_a_month(log: list[Event]) -> Collection[str]:
    with maintenance() as sql:
        sql.execute(f"truncate {_month(log[0])}")
    return found()


@attack("detaches the table of a month", found_by="event_removed")
def test_detaching_a_month(log: list[Event]) -> Collection[str]:
    return _without_month(log[0], "alter table trail_event detach partition {month}")


@attack("drops the table of a month", found_by="event_removed")
def test_dropping_a_month(log: list[Event]) -> Collection[str]:
    return _without_month(log[0], "drop table {month}")


def _month(event: Event) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from trail_event where id = %s", [event.pk])
        return str(cursor.fetchone()[0])


def _without_month(event: Event, statement: str) -> Collection[str]:
    """What is found while the month is away; the table is another test's too, and is put back."""
    kinds: Collection[str] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local trail.maintenance = 'on'")
        cursor.execute(statement.format(month=_month(event)))
        kinds = found()
        transaction.set_rollback(True)
    return kinds


@attack("switches a guard off", found_by="/healthz, check")
def test_switching_a_guard_off(log: list[Event]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        before = guards.missing()
        cursor.execute("set local trail.maintenance = 'on'")
        cursor.execute("alter table trail_event disable trigger trail_event_number")
        assert "trigger trail_take_number of trail_event is off" in set(guards.missing()) - set(before)
        transaction.set_rollback(True)


@attack("sets session_replication_role", found_by="the trigger, which is always on")
def test_the_replication_role(log: list[Event]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute("delete from trail_event")
        transaction.set_rollback(True)


@attack("signs a checkpoint with another key", found_by="checkpoint_forged")
def test_another_key(log: list[Event]) -> Collection[str]:
    thief = notes.Signer("hukou-earchive/other", bytes(32))
    note = thief.sign(notes.checkpoint_text(thief.name, 8, bytes(Checkpoint.objects.get(tree_size=8).root)))
    do("update trail_checkpoint set note = %s where tree_size = 8", note)
    return found()


@attack("makes up the signature of a witness", found_by="cosignature_forged")
def test_a_made_up_witness(log: list[Event], settings: object) -> Collection[str]:
    settings.HUKOU_WITNESSES = f"{key_of('other')}@http://127.0.0.1:1"  # type: ignore[attr-defined]
    Cosignature.objects.create(tree_size=8, witness="other", line="— other AAAA", seen_at=clock.now())
    return found()


@attack("changes a byte of a published entry", found_by="tile_differs")
def test_a_published_byte(log: list[Event]) -> Collection[str]:
    path = publication.folder() / "tile/entries/000.p/8"
    path.write_bytes(path.read_bytes().replace(b"paper.laid", b"paper.lost", 1))
    return found()


@attack("deletes a published tile", found_by="tile_missing")
def test_a_published_tile(log: list[Event]) -> Collection[str]:
    (publication.folder() / "tile/0/000.p/8").unlink()
    return found()


@attack("turns the server's clock back a day to back-date an act", found_by="clock_turned")
def test_the_clock_back(log: list[Event], clerk: Officer) -> Collection[str]:
    with clock.frozen(clock.now() - timedelta(days=1)):
        grow(clerk)
    return found()


@attack("turns it back for the act only, and forward again before the next checkpoint", found_by="clock_turned")
def test_the_clock_back_for_an_act(log: list[Event], clerk: Officer) -> Collection[str]:
    with clock.frozen(clock.now() - timedelta(days=1)):
        trail.record("paper.turned", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    (finding,) = verifier.verify(since=8).findings
    assert finding.event_id == Event.objects.latest("pk").pk
    return {finding.kind}


@attack("turns it forward", found_by="clock_turned")
def test_the_clock_forward(log: list[Event], clerk: Officer) -> Collection[str]:
    with clock.frozen(clock.now() + timedelta(days=1)):
        trail.record("paper.turned", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    return found()


@attack("claims in the database that everything was verified", found_by="event_altered")
def test_a_forged_memory(log: list[Event]) -> Collection[str]:
    do(ALTER, log[2].pk)
    Verification.objects.create(at=clock.now(), since=0, tree_size=8, findings=0)
    assert verifications.verify().since == 8
    return {finding.kind for finding in verifications.verify(since=0).findings}
