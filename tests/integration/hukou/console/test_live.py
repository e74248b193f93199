"""A signed-in officer's screen hears of changes through the real server and the real database."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any

import pytest
import websockets
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import push
from tests.support.site import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> Office:
    return Office.objects.create(code="999900000000", name="云溪市公安局", short_name="市局", level="city")


@pytest.fixture
def officer(city: Office) -> Officer:
    person = Officer.objects.create_user("990001", "x", name="王一", id_number="110101199003077758", kind="officer")
    Duty.objects.create(officer=person, office=city, role="city_officer", starts_on=date(2020, 1, 1))
    return person


def cookie_of(officer: Officer) -> str:
    client = Client()
    client.force_login(officer)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def listen(url: str, cookie: str = "") -> Any:
    headers = {"Cookie": cookie} if cookie else {}
    return websockets.connect(
        url.replace("http", "ws") + "/live/", additional_headers=headers, origin=websockets.Origin(url)
    )


async def hear(socket: Any, seconds: float = 5) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), seconds))
    return message


@sync_to_async
def announce(group: str, kind: str, **ids: int) -> None:
    push.announce(group=group, kind=kind, **ids)


@sync_to_async
def announce_and_take_back(group: str) -> None:
    with transaction.atomic():
        push.announce(group=group, kind="case_changed", case=666)
        transaction.set_rollback(True)


@sync_to_async
def cut_all_other_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'"
        )
        return int(cursor.fetchone()[0])


def run(scenario: Any) -> None:
    async def whole() -> None:
        try:
            await scenario
        finally:
            await sync_to_async(connections.close_all)()

    asyncio.run(whole())


def test_an_officer_hears_own_and_office_messages_and_nothing_else(officer: Officer, city: Office) -> None:
    async def scenario() -> None:
        async with listen(url, cookie) as socket:
            await announce_and_take_back(f"office-{city.pk}")
            await announce(f"office-{city.pk + 1}", "case_changed", case=1)
            await announce(f"officer-{officer.pk + 1}", "case_changed", case=2)
            await announce(f"office-{city.pk}", "case_changed", case=3)
            await announce(f"officer-{officer.pk}", "notice_ready", case=4)
            assert await hear(socket) == {"kind": "case_changed", "case": 3}
            assert await hear(socket) == {"kind": "notice_ready", "case": 4}

    cookie = cookie_of(officer)
    with serving() as url:
        run(scenario())


def test_after_the_database_connection_broke_the_screen_is_told_to_fetch_anew(officer: Officer, city: Office) -> None:
    async def scenario() -> None:
        async with listen(url, cookie) as socket:
            assert await cut_all_other_connections() == 1
            assert await hear(socket) == {"resync": True}
            await announce(f"office-{city.pk}", "inbox_changed")
            assert await hear(socket) == {"kind": "inbox_changed"}

    cookie = cookie_of(officer)
    with serving() as url:
        run(scenario())


def test_one_connection_serves_all_screens_of_a_process(officer: Officer, city: Office) -> None:
    async def scenario() -> None:
        async with listen(url, cookie) as one, listen(url, cookie) as two, listen(url, cookie) as three:
            await announce(f"office-{city.pk}", "alert_raised", alert=9)
            for socket in (one, two, three):
                assert await hear(socket) == {"kind": "alert_raised", "alert": 9}
            assert await cut_all_other_connections() == 1

    cookie = cookie_of(officer)
    with serving() as url:
        run(scenario())


def test_strangers_former_officers_and_other_sites_are_refused(officer: Officer) -> None:
    async def closed_with(cookie: str) -> int | None:
        async with listen(url, cookie) as socket:
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 5)
            return socket.close_code  # type: ignore[no-any-return]

    async def scenario() -> None:
        assert await closed_with("") == 4401
        assert await closed_with(gone) == 4401
        with pytest.raises(websockets.InvalidStatus, match="403"):
            async with websockets.connect(
                url.replace("http", "ws") + "/live/",
                additional_headers={"Cookie": gone},
                origin=websockets.Origin("https://elsewhere.example"),
            ):
                pass

    gone = cookie_of(officer)
    Officer.objects.update(is_active=False)
    with serving() as url:
        run(scenario())
