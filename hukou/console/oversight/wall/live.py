"""`/wall/live/`: tells a wall that something changed in its offices; never what."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from channels.db import database_sync_to_async

from hukou.console.live import RESYNC, LiveConsumer

from . import queries
from .views import COOKIE

CHANGED = json.dumps({"kind": "wall_changed"})


class WallConsumer(LiveConsumer):
    """One wall: of an officer who is signed in, or of a screen that was hung up."""

    async def admitted(self) -> frozenset[str]:
        """The messages of the office and of every office under it; nothing for strangers."""
        groups: frozenset[str] = await database_sync_to_async(self._groups)()
        return groups

    def _groups(self) -> frozenset[str]:
        officer, office = self.scope["user"], None
        if officer.is_authenticated and officer.is_active:
            asked = parse_qs(self.scope.get("query_string", b"").decode("ascii", "replace"))
            office = queries.office_for(officer, asked.get("office", [""])[0])
        elif screen := queries.screen_of(self.scope.get("cookies", {}).get(COOKIE)):
            office = screen.office
        return frozenset(f"office-{pk}" for pk in queries.offices_under(office)) if office else frozenset()

    def put(self, text: str) -> None:
        """Of a whole city's messages one that waits says as much as a thousand: the wall asks for its figures anew."""
        if self._outbox.empty():
            super().put(RESYNC if text == RESYNC else CHANGED)
