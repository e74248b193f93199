"""Signing in and out, the lock after failures, and what a stranger gets."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hukou.accounts import signing_in
from hukou.accounts.models import Duty, Office, Officer, SignInAttempt
from hukou.kernel import clock
from tests.support.people import make_officer

PASSWORD = "river-stone-42"


@pytest.fixture(autouse=True)
def fast_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def officer(station: Office, fast_hashes: None) -> Officer:
    return make_officer("陈志远", Duty.Role.DESK_OFFICER, station, number="110001", password=PASSWORD)


def sign_in(client: Client, number: str = "110001", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": number, "password": password, **more})


def test_the_right_password_leads_to_the_desk(client: Client, officer: Officer) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(officer.pk)


def test_after_signing_in_the_officer_is_where_they_wanted_to_go(client: Client, officer: Officer) -> None:
    assert sign_in(client, next="/search/?q=1")["Location"] == "/search/?q=1"


def test_signing_in_never_leads_to_another_site(client: Client, officer: Officer) -> None:
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("number", ["110001", "999999"])
def test_a_wrong_password_and_an_unknown_number_get_the_same_page(
    client: Client, officer: Officer, number: str
) -> None:
    answer = sign_in(client, number=number, password="something-else-1")
    assert answer.status_code == 401
    assert "_auth_user_id" not in client.session
    assert "banner-error" in answer.content.decode()


def test_an_officer_who_left_cannot_sign_in(client: Client, officer: Officer) -> None:
    Officer.objects.update(is_active=False)
    assert sign_in(client).status_code == 401


@pytest.mark.parametrize("number", ["110001", "999999"])
def test_five_failures_lock_the_number_even_for_the_right_password(
    client: Client, officer: Officer, number: str
) -> None:
    for _ in range(signing_in.MOST_FAILURES):
        assert sign_in(client, number=number, password="something-else-1").status_code == 401
    assert sign_in(client, number=number).status_code == 429


def test_the_lock_ends_with_the_window(client: Client, officer: Officer) -> None:
    begin = clock.now()
    with clock.frozen(begin):
        for _ in range(signing_in.MOST_FAILURES):
            sign_in(client, password="something-else-1")
    with clock.frozen(begin + signing_in.WINDOW - timedelta(seconds=1)):
        assert sign_in(client).status_code == 429
    with clock.frozen(begin + signing_in.WINDOW):
        assert sign_in(client).status_code == 302


def test_success_forgets_the_failures_before_it(client: Client, officer: Officer) -> None:
    sign_in(client, password="something-else-1")
    sign_in(client)
    assert not SignInAttempt.objects.exists()


def test_signing_out_ends_the_session_and_needs_a_post(client: Client, officer: Officer) -> None:
    sign_in(client)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/")["Location"].startswith("/login/")


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client, db: None) -> None:
    assert client.get("/inbox/")["Location"] == "/login/?next=/inbox/"


def test_a_script_without_a_session_is_told_in_json(client: Client, db: None) -> None:
    answer = client.get("/inbox/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    body = json.loads(answer.content)
    assert body["code"] == "session_expired"
    assert body["message"]
    assert body["advice"]
