"""Pictures of pages: small ones for small places, kept by the browser, and for nobody but who was shown them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.conf import LazySettings
from django.test import Client

from capture.sessions import storage
from capture.sessions.models import Page
from hukou.accounts.models import Officer
from hukou.console import images
from hukou.kernel import clock
from workflows.cases.models import Case, MaterialPage

from .conftest import SignedIn


@pytest.fixture
def page(approved: Case) -> Page:
    return MaterialPage.objects.filter(material__case=approved).select_related("page")[0].page


def _longer_side(jpeg: bytes) -> int:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return max(pixels.shape[:2])


def test_each_size_is_what_it_is_called(signed_in: SignedIn, clerk: Officer, page: Page) -> None:
    browser = signed_in(clerk)
    thumb, screen, full = (browser.get(images.url(page.sha256, size, clerk)) for size in ("thumb", "screen", "full"))

    assert full.content == storage.read("pages", page.sha256)
    assert _longer_side(thumb.content) == 320
    assert _longer_side(screen.content) == min(1400, max(page.width, page.height))
    assert len(thumb.content) < len(screen.content) <= len(full.content)


def test_the_browser_may_keep_a_picture_and_need_not_fetch_it_again(
    signed_in: SignedIn, clerk: Officer, page: Page
) -> None:
    browser, address = signed_in(clerk), images.url(page.sha256, "screen", clerk)
    first = browser.get(address)
    again = browser.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies
    assert (again.status_code, again.content) == (304, b"")


def test_a_screen_full_of_pictures_asks_the_database_nothing(
    signed_in: SignedIn, clerk: Officer, page: Page, django_assert_num_queries: object
) -> None:
    browser = signed_in(clerk)
    addresses = [images.url(page.sha256, size, clerk) for size in ("thumb", "screen", "full")]
    browser.get(addresses[0])

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert [browser.get(address).status_code for address in addresses] == [200, 200, 200]


def test_an_address_passed_on_is_worth_nothing(
    signed_in: SignedIn, clerk: Officer, leader: Officer, page: Page
) -> None:
    address = images.url(page.sha256, "thumb", clerk)
    larger = address.replace("/thumb/", "/full/")

    assert signed_in(leader).get(address).status_code == 404
    assert signed_in(clerk).get(larger).status_code == 404
    assert Client().get(address).status_code == 302


def test_signing_out_ends_all_addresses(signed_in: SignedIn, clerk: Officer, page: Page) -> None:
    browser, address = signed_in(clerk), images.url(page.sha256, "thumb", clerk)
    assert browser.get(address).status_code == 200
    cookies = dict(browser.cookies)
    browser.post("/logout/")
    browser.cookies.update(cookies)  # a copy of the cookie is worth nothing either

    assert browser.get(address).status_code == 302


def test_an_address_is_the_same_all_week_and_ends_with_the_next(
    signed_in: SignedIn, clerk: Officer, page: Page
) -> None:
    browser, now = signed_in(clerk), clock.now()
    monday = now - timedelta(seconds=now.timestamp() % images.PERIOD)
    with clock.frozen(monday + timedelta(hours=1)):
        address = images.url(page.sha256, "thumb", clerk)
    with clock.frozen(monday + timedelta(days=6)):
        assert images.url(page.sha256, "thumb", clerk) == address
        assert browser.get(address).status_code == 200
    with clock.frozen(monday + timedelta(days=13)):
        assert browser.get(address).status_code == 200
    with clock.frozen(monday + timedelta(days=15)):
        assert browser.get(address).status_code == 404


def test_a_page_that_was_tampered_with_is_not_shown_at_full_size(
    signed_in: SignedIn, clerk: Officer, page: Page, settings: LazySettings, tmp_path: Path
) -> None:
    settings.HUKOU_DATA_DIR = tmp_path
    storage.place(storage.page_path(page.sha256), b"another picture")
    answer = signed_in(clerk).get(images.url(page.sha256, "full", clerk))

    assert answer.status_code == 422
    assert page.sha256 in answer.content.decode()
