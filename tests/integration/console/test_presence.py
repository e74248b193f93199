"""Who came, who left, who tried to get in: all of it is on record, and no password or unknown number ever is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.test import Client

from audit.trail import context
from audit.trail.models import Event
from hukou.accounts import signing_in
from hukou.accounts.models import Duty, Office, Officer
from hukou.console import presence
from hukou.kernel import clock
from tests.support.people import make_officer

PASSWORD = "river-stone-42"


@pytest.fixture
def officer(station: Office, settings: Any) -> Officer:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_officer("陈志远", Duty.Role.DESK_OFFICER, station, number="110001", password=PASSWORD)


def sign_in(client: Client, number: str = "110001", password: str = PASSWORD) -> None:
    client.post("/login/", {"username": number, "password": password})


def events(action: str) -> QuerySet[Event]:
    return Event.objects.filter(action=action).order_by("pk")


def test_signing_in_is_recorded_in_the_session_it_begins(client: Client, officer: Officer) -> None:
    sign_in(client)
    begun = events("officer.signed_in").get()

    assert begun.officer_id == officer.pk
    assert begun.session == context.session_digest(client.session.session_key or "")
    assert begun.workstation == "127.0.0.1"


def test_a_failed_sign_in_names_the_officer_there_is(client: Client, officer: Officer) -> None:
    sign_in(client, password="something-else-1")
    tried = events("officer.sign_in_failed").get()

    assert (tried.subject, tried.details) == (
        f"accounts.officer:{officer.pk}",
        {"code": "wrong", "number": "110001"},
    )


def test_what_nobody_is_called_is_a_digest(client: Client, officer: Officer) -> None:
    sign_in(client, number=PASSWORD, password="110001")  # the two fields mixed up
    tried = events("officer.sign_in_failed").get()

    assert set(tried.details) == {"code", "tried"}
    assert PASSWORD not in bytes(tried.leaf).decode()


def test_the_failure_that_locks_a_number_is_told_once(client: Client, officer: Officer) -> None:
    for _ in range(signing_in.MOST_FAILURES + 2):
        sign_in(client, password="something-else-1")

    assert events("officer.locked_out").get().details == {"number": "110001"}
    assert [event.details["code"] for event in events("officer.sign_in_failed")] == ["wrong"] * 5 + ["locked"] * 2


def test_a_session_that_ends_by_time_is_told_once_and_forgotten(client: Client, officer: Officer) -> None:
    sign_in(client)
    key = client.session.session_key or ""
    assert presence.end_idle_sessions() == 0
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert presence.end_idle_sessions() == 1
        assert presence.end_idle_sessions() == 0

    ended = events("officer.session_ended").get()
    assert (ended.officer_id, ended.subject) == (None, f"accounts.officer:{officer.pk}")
    assert ended.details["session"] == context.session_digest(key) == events("officer.signed_in").get().session
    assert not Session.objects.filter(pk=key).exists()


def test_a_session_somebody_left_does_not_end_a_second_time(client: Client, officer: Officer) -> None:
    sign_in(client)
    client.post("/logout/")
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert presence.end_idle_sessions() == 0

    assert events("officer.signed_out").get().officer_id == officer.pk
