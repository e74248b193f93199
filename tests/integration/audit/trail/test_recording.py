"""Recording an act: what an event holds, its number, and its price in statements."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.trail import actions as trail
from audit.trail import entries, queries
from audit.trail.errors import BadDetails, UnregisteredAction
from audit.trail.models import Event, Tally
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import NotPermitted


@pytest.mark.django_db
def test_an_event_says_who_where_in_which_duty_and_from_which_machine(station: Office, clerk: Officer) -> None:
    with trail.bind(workstation="10.1.2.3", session_key="secret-session"):
        trail.record("paper.laid", subject="cases.case:17", by=clerk, details={"pages": 2})
    event = Event.objects.latest("pk")
    said = json.loads(bytes(event.leaf))
    assert said["officer_number"] == "010203"
    assert said["duty"] == "desk_officer"
    assert said["office_code"] == "990102010000"
    assert said["workstation"] == "10.1.2.3"
    assert said["case_id"] == 17
    assert said["details"] == {"pages": 2}
    assert "secret" not in said["session"]
    assert len(said["session"]) == 32
    entry = entries.from_bytes(bytes(event.leaf))
    assert all(getattr(event, name) == getattr(entry, name) for name in entries.FIELDS)
    assert event.txid > 0


@pytest.mark.django_db
def test_the_system_acts_without_an_officer(station: Office) -> None:
    trail.record("paper.laid", subject=station, by=None)
    event = Event.objects.latest("pk")
    assert event.subject == f"accounts.office:{station.pk}"
    assert (event.officer_id, event.office_id, event.duty) == (None, None, "")


@pytest.mark.django_db
def test_the_database_puts_the_leaf_together_as_we_would(clerk: Officer, station: Office) -> None:
    """Four members of a leaf are known only there; whatever the others hold, the bytes are canonical."""
    odd = {"words": 'ab汉😀\n"\\%s{}', "none": None, "list": [1, {"b": True, "a": ""}], "least": -(2**53) + 1}
    with transaction.atomic(), trail.together():
        trail.record("paper.laid", subject="cases.case:17", by=clerk, details=odd)
        trail.record("paper.laid", subject="cases.case:18", by=None, details=odd)
        trail.record("paper.laid", subject="cases.case:19", by=clerk, office=station.parent)
        trail.record("paper.laid", subject="cases.case:17", by=None, case=4, office=station)
    events = list(Event.objects.order_by("pk"))
    assert [(event.subject, event.subject_seq, event.case_id) for event in events] == [
        ("cases.case:17", 1, 17), ("cases.case:18", 1, 18), ("cases.case:19", 1, 19), ("cases.case:17", 2, 4)
    ]  # fmt: skip
    assert [event.office_code for event in events] == [station.code, "", station.parent.code, station.code]
    for event in events:
        entry = entries.from_bytes(bytes(event.leaf))
        assert all(getattr(event, name) == getattr(entry, name) for name in entries.FIELDS)


@pytest.mark.django_db
def test_an_act_costs_one_statement(clerk: Officer) -> None:
    with CaptureQueriesContext(connection) as statements:
        trail.record("paper.laid", subject="cases.case:17", by=clerk)
    assert len(statements) == 1


@pytest.mark.django_db
def test_the_events_of_one_act_cost_one_statement_together(clerk: Officer) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as statements, trail.together():
        trail.record("paper.laid", subject="cases.case:18", by=clerk)
        trail.record("paper.turned", subject="cases.case:17", by=None, details={"pages": 2})
    assert len(statements) == 1
    laid, turned = Event.objects.order_by("pk")
    assert (laid.subject, laid.subject_seq, laid.duty) == ("cases.case:18", 1, "desk_officer")
    assert (turned.subject, turned.subject_seq, turned.duty) == ("cases.case:17", 1, "")
    assert entries.from_bytes(bytes(turned.leaf)).details == {"pages": 2}


@pytest.mark.django_db
def test_several_events_of_one_subject_are_numbered_in_order(clerk: Officer) -> None:
    with transaction.atomic(), trail.together():
        for action in ("paper.laid", "paper.turned", "paper.laid"):
            trail.record(action, subject="cases.case:1", by=clerk)
        trail.record("paper.laid", subject="cases.case:2", by=clerk)
    assert [(e.action, e.subject_seq) for e in queries.events_of("cases.case:1")] == [
        ("paper.laid", 1),
        ("paper.turned", 2),
        ("paper.laid", 3),
    ]


@pytest.mark.django_db
def test_what_was_gathered_falls_with_the_act(clerk: Officer) -> None:
    def fall() -> None:
        with transaction.atomic(), trail.together():
            trail.record("paper.laid", subject="cases.case:1", by=clerk)
            raise NotPermitted

    with pytest.raises(NotPermitted):
        fall()
    assert not Event.objects.exists()
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_every_subject_counts_from_one_without_a_gap_even_over_a_rollback(clerk: Officer) -> None:
    trail.record("paper.laid", subject="cases.case:1", by=clerk)
    with transaction.atomic():
        trail.record("paper.laid", subject="cases.case:1", by=clerk)
        transaction.set_rollback(True)
    trail.record("paper.turned", subject="cases.case:1", by=clerk)
    trail.record("paper.laid", subject="cases.case:2", by=clerk)
    assert [(e.action, e.subject_seq) for e in queries.events_of("cases.case:1")] == [
        ("paper.laid", 1),
        ("paper.turned", 2),
    ]
    assert queries.events_of("cases.case:2").get().subject_seq == 1


@pytest.mark.django_db
def test_an_unregistered_action_is_refused(clerk: Officer) -> None:
    with pytest.raises(UnregisteredAction):
        trail.record("paper.burned", subject="cases.case:1", by=clerk)
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details",
    [
        {"share": 0.5},
        {"Bad Key": 1},
        {"who": "110101199003074514"},
        {"note": "身份证 11010119900307451X 已核"},
        {"n": 2**53},
        {"raw": b"x"},
        {"long": "x" * 70_000},
        {"nul": "a\0b"},
    ],
)
def test_details_that_cannot_be_evidence_are_refused(clerk: Officer, details: dict[str, object]) -> None:
    with pytest.raises(BadDetails), transaction.atomic():
        trail.record("paper.laid", subject="cases.case:1", by=clerk, details=details)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_case_number_and_a_digest_are_not_mistaken_for_an_id_number(clerk: Officer) -> None:
    details = {"number": "99010201000020261121110200001", "sha256": "1" * 64}
    trail.record("paper.laid", subject="cases.case:1", by=clerk, details=details)
    assert Event.objects.latest("pk").details == details


@pytest.mark.django_db(transaction=True)
def test_many_writers_on_one_subject_leave_no_gap_and_no_double(clerk: Officer) -> None:
    def write() -> None:
        for _ in range(10):
            trail.record("paper.laid", subject="cases.case:1", by=clerk)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [e.subject_seq for e in queries.events_of("cases.case:1")] == list(range(1, 41))
    assert Tally.objects.get().count == 40
