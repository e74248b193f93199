"""Reading the trail: of a case with all that belongs to it, of an officer, of an office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.trail import actions as trail
from audit.trail import queries, vocabulary
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def test_the_trail_of_a_case_holds_what_was_recorded_under_it(clerk: Officer, station: Office) -> None:
    trail.record("paper.laid", subject="cases.case:7", by=clerk, details={"pages": 2})
    trail.record("paper.laid", subject="capture.page:70", by=clerk, case=7)
    trail.record("paper.laid", subject="cases.case:8", by=clerk)
    trail.record("paper.turned", subject="cases.case:7", by=None)
    with CaptureQueriesContext(connection) as statements:
        entries = queries.timeline(7)
    assert len(statements) == 5, "one more: what tells of several cases at once"
    assert [(entry.subject, entry.who, entry.office) for entry in entries] == [
        ("cases.case:7", "测试员 010203", "柳巷所"),
        ("capture.page:70", "测试员 010203", "柳巷所"),
        ("cases.case:7", "", ""),
    ]
    assert entries[0].label == "Paper laid"
    assert [entry.text for entry in entries] == ["2 pages", "", ""]
    assert str(entries[0].duty)
    assert entries[0].leaf_index is None


def test_an_officers_acts_can_be_asked_for_by_period(clerk: Officer) -> None:
    noon = clock.now()
    for hours in (0, 1, 2):
        with clock.frozen(noon + timedelta(hours=hours)):
            trail.record("paper.laid", subject="cases.case:7", by=clerk)
    later = queries.events_by(clerk, since=noon + timedelta(hours=1), until=noon + timedelta(hours=2))
    assert [event.subject_seq for event in later] == [2]
    assert [event.subject_seq for event in queries.events_by(clerk)] == [3, 2, 1]


def test_an_officer_with_two_duties_acts_for_the_office_named(clerk: Officer, station: Office) -> None:
    branch = station.parent
    assert branch is not None
    trail.record("paper.laid", subject="cases.case:7", by=clerk, office=branch)
    (event,) = queries.events_at(branch)
    assert (event.office_code, event.duty) == (branch.code, "")
    assert not queries.events_at(station).exists()


def test_a_refused_request_is_told_from_a_refusing_decision(clerk: Officer) -> None:
    trail.register_action("paper.refused", "Paper refused")
    trail.record("paper.refused", subject="cases.case:7", by=clerk)
    vocabulary.register_refusal("paper.lay", "Laying refused")
    trail.record("paper.lay.refused", subject="cases.case:7", by=clerk, details={"code": "wrong_state"})
    decision, request = queries.timeline(7)
    assert (decision.refused, request.refused) == (False, True)
    assert "wrong_state" in request.text, "its message speaks of a state the trail has not"


def test_a_refusal_says_why_in_words() -> None:
    assert vocabulary.refusal_text({"code": "conflict"}) == str(Conflict.message)
