"""A stranger who sends too much is stopped, whether they say beforehand how much it is or not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hukou.console.bodies import BoundedBodies


async def swallow(scope: Any, receive: Any, send: Any) -> None:
    """An application that takes the whole body and says how long it was."""
    taken, more = 0, True
    while more:
        message = await receive()
        taken, more = taken + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(taken).encode()})


def status(path: str, chunks: list[bytes], headers: list[tuple[bytes, bytes]]) -> int:
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(BoundedBodies(swallow, {"/check/": 100})(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("path", "chunks", "headers", "due"),
    [
        ("/check/", [b"x" * 100], [(b"content-length", b"100")], 200),
        ("/check/", [], [(b"content-length", b"101")], 413),
        ("/check/", [b"x" * 60] * 2, [], 413),
        ("/check/", [b"x" * 60] * 2, [(b"content-length", b"7")], 413),
        ("/check/", [b"x"], [(b"content-length", b"seven")], 200),
        ("/cases/1/pages/", [b"x" * 60] * 20, [], 200),
    ],
)
def test_public_addresses_take_only_so_much(
    path: str, chunks: list[bytes], headers: list[tuple[bytes, bytes]], due: int
) -> None:
    assert status(path, chunks, headers) == due
