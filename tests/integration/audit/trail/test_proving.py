"""One event proved on the spot, and what the proof says when something was changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.trail import actions as trail
from audit.trail import places, proving, publication
from audit.trail.errors import NotInTheLogYet
from audit.trail.models import Checkpoint, Cosignature, Event
from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support import append_only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def events(clerk: Officer, data_dir: Path) -> list[Event]:
    """Five events under two checkpoints."""
    for times in (3, 2):
        for _ in range(times):
            trail.record("paper.laid", subject="cases.case:1", by=clerk, details={"pages": 1})
        trail.sequence(patience=30)
        publication.publish()
    return list(Event.objects.order_by("pk"))


def outcomes(event: Event) -> dict[str, bool | None]:
    return {check.name: check.held for check in proving.prove(event).checks}


def test_every_event_is_proved_under_the_newest_head(events: list[Event]) -> None:
    for index, event in enumerate(events):
        proof = proving.prove(event)
        assert (proof.leaf_index, proof.head.tree_size, proof.held) == (index, 5, True)
        assert proof.text.startswith(f"c2sp.org/tlog-proof@v1\nindex {index}\n")


def test_an_event_no_head_covers_is_not_proved_yet(events: list[Event], clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    with pytest.raises(NotInTheLogYet):
        proving.prove(Event.objects.latest("pk"))


def test_a_head_that_is_signed_and_not_published_is_published_first(events: list[Event], clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    assert proving.prove(Event.objects.latest("pk")).head.tree_size == 6


def test_a_column_that_was_changed_is_told(events: list[Event]) -> None:
    with append_only.as_superuser() as cursor:
        cursor.execute("update trail_event set workstation = 'elsewhere' where id = %s", [events[1].pk])
    assert outcomes(Event.objects.get(pk=events[1].pk)) == {"columns": False, "leaf": True, "root": True}


def test_bytes_that_were_changed_lead_to_no_root(events: list[Event]) -> None:
    with append_only.as_superuser() as cursor:
        cursor.execute("update trail_event set leaf = leaf || ' '::bytea where id = %s", [events[1].pk])
    assert outcomes(Event.objects.get(pk=events[1].pk)) == {"columns": False, "leaf": False, "root": True}


def test_a_head_nobody_signed_is_told(events: list[Event]) -> None:
    with append_only.as_superuser() as cursor:
        cursor.execute("update trail_checkpoint set note = replace(note, '5', '6') where tree_size = 5")
    assert outcomes(events[0])["root"] is False


def test_the_head_a_witness_saw_is_preferred_and_an_unknown_witness_is_left_open(events: list[Event]) -> None:
    Cosignature.objects.create(tree_size=3, witness="w1", line="— w1 AAAA", seen_at=clock.now())
    early, late = proving.prove(events[0]), proving.prove(events[4])
    assert (early.head.tree_size, late.head.tree_size) == (3, 5)
    assert [(check.who, check.held) for check in early.checks if check.name == "witness"] == [("w1", None)]
    assert early.held


def test_a_witness_whose_line_is_not_its_own_is_told(events: list[Event], settings: LazySettings) -> None:
    settings.HUKOU_WITNESSES = f"{_witness('w1')}@http://witness.invalid"
    Cosignature.objects.create(tree_size=5, witness="w1", line="— w1 AAAA", seen_at=clock.now())
    assert outcomes(events[0])["witness"] is False


def test_places_name_the_first_head_and_the_first_witness(events: list[Event], clerk: Officer) -> None:
    Cosignature.objects.create(tree_size=5, witness="w1", line="— w1 AAAA", seen_at=clock.now())
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    with CaptureQueriesContext(connection) as statements:
        found = places.of(Event.objects.values_list("pk", flat=True))
    assert len(statements) == 3, "the keys asked for here, and two"
    assert [found[event.pk].tree_size for event in events] == [3, 3, 3, 5, 5]
    assert {(place.witness, place.seen_at is not None) for place in found.values()} == {("w1", True)}
    assert len(found) == 5
    assert Checkpoint.objects.count() == 2


def _witness(name: str) -> str:
    import base64
    import hashlib

    public = bytes([4]) + bytes(32)
    key_id = hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(public).decode()}"
