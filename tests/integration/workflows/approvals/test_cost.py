"""What a decision asks of the database."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.stages import Bureau, put_on_seals


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
