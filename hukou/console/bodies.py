"""How much a stranger may send: Django lays a whole body on the disk before anybody can look at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]


class BoundedBodies:
    """An ASGI application whose public addresses take only so many bytes; 413 for the rest (RFC 9110 clause 15.5.14)."""

    def __init__(self, app: App, bounds: dict[str, int]) -> None:
        """`bounds`: beginning of a path → most bytes of a body."""
        self._app, self._bounds = app, bounds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on; end it as soon as it says or turns out to be too long."""
        most = next((most for path, most in self._bounds.items() if scope["path"].startswith(path)), None)
        if most is None:
            return await self._app(scope, receive, send)
        if _announced(scope) > most:
            return await _refuse(send)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooLong
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLong:
            await _refuse(send)


class _TooLong(Exception):
    """More came than was announced, or nothing had been announced."""


def _announced(scope: Message) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() else 0


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "文件过大。 The file is too large.".encode()})
