"""What a decision asks of the database."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.stages import PIN, Bureau, put_on_seals
from workflows.approvals import actions as approvals
from workflows.approvals.under_way import look
from workflows.seals.consent import Pin

MOST = 25


def test_a_decision_asks_the_same_whatever_the_number_of_pages(bureau: Bureau) -> None:
    asked = []
    for more in (0, 0, 6):  # the first round reads what is read once per process
        case = bureau.accepted()
        for copy in range(more):
            bureau.capture(case, "M_HUKOU_BOOK", copy + 1)
        case = put_on_seals(bureau.hand_up(case))
        with CaptureQueriesContext(connection) as statements:
            bureau.decide(case, 2)
        asked.append(len(statements))
    assert asked[1] == asked[2]


def test_a_decision_asks_at_most_twenty_five_questions(bureau: Bureau) -> None:
    for _round in range(2):  # the first reads what is read once per process
        case = bureau.at_level(2)
        seen = look(case)
        with CaptureQueriesContext(connection) as statements:
            approvals.decide(case_id=case.pk, level=2, outcome="approve", by=bureau.leader, seen=seen, consent=Pin(PIN))
    assert len(statements) <= MOST
