"""Live screens: `/live/` tells a signed-in officer's page what has changed. Ids only (see kernel.push)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from contextlib import suppress
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import connection

from hukou.accounts.models import Duty, Officer
from hukou.kernel import push

log = logging.getLogger(__name__)
RESYNC = json.dumps({"resync": True})
SIGN_IN_FIRST, TIME_IS_UP, TOO_SLOW = 4401, 4000, 4008
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
QUIET_SECONDS = 30.0


class Exchange:
    """The one LISTEN connection of this process, and the screens that want to hear from it.

    After a break nobody knows what was missed, so every screen is told to fetch anew (`{"resync": true}`).
    """

    def __init__(self) -> None:
        self.screens: defaultdict[str, set[LiveConsumer]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def join(self, screen: LiveConsumer) -> None:
        """Deliver messages of the screen's groups to it from now on."""
        for group in screen.groups_of_officer:
            self.screens[group].add(screen)
        if self._listener is None or self._listener.done():
            self._listening.clear()
            self._listener = asyncio.create_task(self._listen())
        with suppress(TimeoutError):  # while the database is away the screen waits; its resync will come
            await asyncio.wait_for(self._listening.wait(), 5)

    def leave(self, screen: LiveConsumer) -> None:
        """Forget the screen; the connection is given up with the last one."""
        for group in screen.groups_of_officer:
            self.screens[group].discard(screen)
            if not self.screens[group]:
                del self.screens[group]
        if not self.screens and self._listener:
            self._listener.cancel()
            self._listener = None

    async def _listen(self) -> None:
        pause, broken = FIRST_PAUSE, False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**await _where()) as link:
                    await link.execute(f"listen {push.CHANNEL}")
                    self._listening.set()
                    if broken:
                        self._tell_all(RESYNC)
                    pause, broken = FIRST_PAUSE, False
                    await self._pass_on(link)
            except (psycopg.Error, OSError) as exc:
                log.warning("live updates: connection lost", extra={"error_type": type(exc).__name__})
            broken = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _pass_on(self, link: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for note in link.notifies(timeout=QUIET_SECONDS):
                message = json.loads(note.payload)
                for screen in tuple(self.screens.get(message.pop("group", ""), ())):
                    screen.put(json.dumps(message))
            await link.execute("select 1")  # nothing heard: is anybody there?

    def _tell_all(self, text: str) -> None:
        for screen in {screen for group in self.screens.values() for screen in group}:
            screen.put(text)


_exchanges: dict[asyncio.AbstractEventLoop, Exchange] = {}


def exchange() -> Exchange:
    """The exchange of the running event loop; a server process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _exchanges:
        _exchanges[loop] = Exchange()
    return _exchanges[loop]


class LiveConsumer(AsyncWebsocketConsumer):
    """One open screen of one officer."""

    groups_of_officer: frozenset[str] = frozenset()

    async def connect(self) -> None:
        """Let in who may listen, and pass on what is said to their groups."""
        hears = await self.admitted()
        if not hears:
            await self.accept()  # a refusal before this would reach the page without its code
            await self.close(SIGN_IN_FIRST)
            return
        self._outbox: asyncio.Queue[str] = asyncio.Queue(settings.LIVE_BACKLOG)
        self.groups_of_officer = hears
        try:
            await exchange().join(self)
            await self.accept()
        except BaseException:  # the page went away meanwhile: nobody will tell us so
            exchange().leave(self)
            raise
        self._sender = asyncio.create_task(self._send())
        self._end = asyncio.get_running_loop().call_later(settings.LIVE_SECONDS, self._hang_up, TIME_IS_UP)

    async def admitted(self) -> frozenset[str]:
        """Officers who are signed in hear their own messages and those of their offices of today; others nothing."""
        officer = self.scope["user"]
        if not (officer.is_authenticated and officer.is_active):
            return frozenset()
        groups: frozenset[str] = await database_sync_to_async(groups_of)(officer)
        return groups

    async def disconnect(self, code: int) -> None:
        """Leave the exchange."""
        if self.groups_of_officer:
            exchange().leave(self)
            self._sender.cancel()
            self._end.cancel()

    def put(self, text: str) -> None:
        """Send `text` when the screen has taken what came before; a screen that takes nothing is cut off."""
        try:
            self._outbox.put_nowait(text)
        except asyncio.QueueFull:
            self._hang_up(TOO_SLOW)

    async def _send(self) -> None:
        while True:
            await self.send(text_data=await self._outbox.get())

    def _hang_up(self, code: int) -> None:
        self._closing = asyncio.ensure_future(self.close(code))


def groups_of(officer: Officer) -> frozenset[str]:
    """The groups an officer hears today: their own, one for each office of a duty, and that of its leaders who leads it."""
    groups = {f"officer-{officer.pk}"}
    for office, role in officer.duties_on().values_list("office_id", "role"):
        groups.add(f"office-{office}")
        if role == Duty.Role.STATION_LEADER:
            groups.add(f"leaders-{office}")
    return frozenset(groups)


async def _where() -> dict[str, Any]:
    params = await sync_to_async(connection.get_connection_params)()
    wanted = {name: value for name, value in params.items() if name not in ("context", "cursor_factory")}
    return {**wanted, "autocommit": True, "keepalives_idle": 30}
