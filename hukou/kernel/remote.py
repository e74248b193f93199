"""One question to another server and its answer in JSON, with one time limit for the whole talk; https, or this machine."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LONGEST_ANSWER = 64 * 1024
"""Bytes; what comes after them is not read."""
HERE = ("127.0.0.1", "::1", "localhost")
"""A relay on this machine speaks TLS for us."""


class NoAnswer(Exception):
    """Nothing came back that can be used. `why`: timeout, certificate, hung_up, no_json, down or no_address.

    Never the other side's own text, which might repeat what was sent.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    said: dict[str, Any]
    """{} when the JSON was no object."""
    headers: Mapping[str, str]
    """By name in small letters."""


def ask(
    method: str,
    url: str,
    *,
    until: float,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    cafile: str = "",
) -> Answer:
    """Ask once, no longer than until that moment of `time.monotonic()`. Raises NoAnswer."""
    connection, path = _connection(url, until, cafile)
    try:
        connection.connect()
        with _cut_off(connection.sock, until):
            connection.request(method, path, body, {"Connection": "close", **(headers or {})})
            with connection.getresponse() as answer:
                said = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        raise NoAnswer(_why(failed, until)) from failed
    finally:
        connection.close()
    names = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, said if isinstance(said, dict) else {}, names)


def path_of(url: str) -> str:
    """The path of an address, as it stands in the request line."""
    address = urlsplit(url)
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _why(failed: Exception, until: float) -> str:
    if isinstance(failed, TimeoutError) or time.monotonic() >= until:
        return "timeout"
    if isinstance(failed, ssl.SSLError):
        return "certificate"
    if isinstance(
        failed, ConnectionResetError | BrokenPipeError | http.client.RemoteDisconnected | http.client.IncompleteRead
    ):
        return "hung_up"
    return "no_json" if isinstance(failed, json.JSONDecodeError | UnicodeDecodeError) else "down"


def _connection(url: str, until: float, cafile: str) -> tuple[http.client.HTTPConnection, str]:
    address = urlsplit(url)
    path, left = path_of(url), max(until - time.monotonic(), 0.1)
    if address.scheme == "https" and address.hostname:
        trusted = ssl.create_default_context(cafile=cafile or None)
        return http.client.HTTPSConnection(address.hostname, address.port, timeout=left, context=trusted), path
    if address.scheme == "http" and address.hostname in HERE:
        return http.client.HTTPConnection(address.hostname, address.port, timeout=left), path
    raise NoAnswer("no_address")


@contextmanager
def _cut_off(line: socket.socket, until: float) -> Iterator[None]:
    """End the talk when the time is over: a server that drips keeps every single wait short."""

    def hang_up() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(until - time.monotonic(), 0), hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
