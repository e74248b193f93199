"""Who may do what is on record from the first day, with what was before and what is now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import models

from audit.trail import persons, queries
from hukou.accounts.models import Office, Officer
from hukou.console import staffing


@pytest.fixture(autouse=True)
def _watched(db: None) -> Iterator[None]:
    """Before any of the people come, who are the ground of other tests."""
    staffing.watch()
    yield
    staffing.unwatch()


def told(thing: models.Model) -> list[tuple[str, dict[str, Any]]]:
    return [(event.action, event.details) for event in queries.events_of(thing)]


def test_a_duty_is_told_when_it_is_given_changed_and_taken_back(clerk: Officer, station: Office) -> None:
    duty = clerk.duties.get()
    said = {
        "officer": clerk.number,
        "office": station.code,
        "role": "desk_officer",
        "starts_on": "2020-01-01",
        "ends_on": None,
    }
    duty.ends_on = date(2026, 12, 31)
    duty.save()
    subject = f"accounts.duty:{duty.pk}"
    duty.delete()

    assert [(event.action, event.details) for event in queries.events_of(subject)] == [
        ("duty.added", said),
        ("duty.changed", {"before": {"ends_on": None}, "after": {"ends_on": "2026-12-31"}}),
        ("duty.removed", said | {"ends_on": "2026-12-31"}),
    ]


def test_of_a_password_only_that_it_was_set_is_told(clerk: Officer) -> None:
    clerk.set_password("river-stone-42")
    clerk.save()

    assert told(clerk)[-1] == ("officer.password_set", {})


def test_an_officers_own_number_stands_there_as_a_digest_only(clerk: Officer) -> None:
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    (_added, first), last = told(clerk)

    assert first["persons"] == [persons.digest_of(clerk.id_number)]
    assert clerk.id_number not in str(first)
    assert last == ("officer.changed", {"before": {"is_active": True}, "after": {"is_active": False}})


def test_saving_without_a_change_and_signing_in_tell_nothing(clerk: Officer, django_assert_num_queries: Any) -> None:
    before = told(clerk)
    clerk.save()
    with django_assert_num_queries(1):
        clerk.save(update_fields=["last_login"])

    assert told(clerk) == before


def test_an_office_that_is_renamed_keeps_both_names(station: Office) -> None:
    station.short_name = "新桥头所"
    station.save()

    assert told(station)[-1][1] == {"before": {"short_name": "桥头所"}, "after": {"short_name": "新桥头所"}}
