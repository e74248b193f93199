"""A case that was accepted or filed must have the event of it; cases made for measuring have none."""

from __future__ import annotations

import pytest

from audit.trail import facts
from audit.trail.models import Event
from tests.support.append_only import as_superuser
from tests.support.stages import Bureau

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_accepted_case_whose_events_are_gone_is_named(bureau: Bureau) -> None:
    case = bureau.accepted()
    assert list(facts.without_event()) == []
    with as_superuser() as sql:
        sql.execute("delete from trail_event where action = 'case.accepted'")
        sql.execute("delete from trail_tally where subject = %s", [f"cases.case:{case.pk}"])
    assert list(facts.without_event()) == [(f"cases.case:{case.pk}", "case.accepted")]
    assert Event.objects.exists()


def test_a_case_made_for_measuring_is_not_asked_about(bureau: Bureau) -> None:
    case = bureau.accepted()
    with as_superuser() as sql:
        sql.execute("delete from trail_event")
        sql.execute("update cases_case set number = '9999' || substr(number, 5) where id = %s", [case.pk])
    assert list(facts.without_event()) == []
