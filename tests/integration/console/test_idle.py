"""A session lives on with every click; for that alone it is written once a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hukou.accounts.models import Officer
from hukou.kernel import clock

from .conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_a_session_is_prolonged_by_a_click_but_not_written_for_each(signed_in: SignedIn, clerk: Officer) -> None:
    browser, begun = signed_in(clerk), clock.now()
    for seconds, written in ((0, True), (20, False), (59, False), (60, True), (61, False), (600, True)):
        with clock.frozen(begun + timedelta(seconds=seconds)), CaptureQueriesContext(connection) as asked:
            assert browser.get("/alerts/").status_code == 200
        assert any('UPDATE "django_session"' in one["sql"] for one in asked) is written


def test_what_a_page_asks_by_itself_does_not_keep_the_session_alive(signed_in: SignedIn, clerk: Officer) -> None:
    browser = signed_in(clerk)
    browser.get("/alerts/")
    with clock.frozen(clock.now() + timedelta(minutes=5)), CaptureQueriesContext(connection) as asked:
        assert browser.get("/alerts/", headers={"X-By-Itself": "1", "HX-Request": "true"}).status_code == 200
    assert not any('UPDATE "django_session"' in one["sql"] for one in asked)


def test_a_session_nobody_used_for_long_ends(signed_in: SignedIn, clerk: Officer) -> None:
    browser = signed_in(clerk)
    assert browser.get("/alerts/").status_code == 200
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert browser.get("/alerts/").status_code == 302
