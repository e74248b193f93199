"""A stand-in for an SMS gateway that keeps to docs/sms-gateway.md, over real HTTP, and misbehaves on demand."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from audit.outbox import signing

SECRET = b"both-sides-sign-with-this"


@dataclass
class Gateway:
    """What was sent to whom, and how the next answers are to go wrong."""

    address: str = ""
    mood: str = "well"
    """well | slow | drips | down | hangs_up | gibberish | nameless | bad_number | stranger | no_access | rests"""
    moods: dict[str, str] = field(default_factory=dict)
    """Telephone → how it fares with that one."""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """By idempotency key: to, text, kind."""
    rung: Counter[str] = field(default_factory=Counter)
    """Telephone → how often it rang."""
    asked: int = 0
    unsigned: int = 0
    arrived: str = "delivered"
    """What is said when asked for a receipt."""
    leave: threading.Event = field(default_factory=threading.Event)

    def take(self, key: str, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A text comes in. The same key is the same text: it rings once."""
        if self.texts.setdefault(key, said) != said:
            return 409, {"code": "key_reused"}
        mood = self.moods.get(said["to"], self.mood)
        if mood in ("bad_number", "text_refused"):
            return 422, {"code": mood}
        if f"{key} rang" not in self.rung:
            self.rung[f"{key} rang"] += 1
            self.rung[said["to"]] += 1
        return 202, {} if mood == "nameless" else {"id": f"gw-{key[:8]}"}

    def tell(self, key: str) -> tuple[int, dict[str, Any]]:
        """What became of a text."""
        if key not in self.texts:
            return 404, {"code": "unknown_key"}
        other = "00000000-0000-4000-8000-000000000000"
        return 200, {"key": other if self.mood == "stranger" else key, "state": self.arrived}


def receipt(path: str, said: dict[str, Any], time: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a receipt, as the gateway sends it to us."""
    body = json.dumps(said).encode()
    return body, {signing.TIME: time, signing.SIGNATURE: signing.code(SECRET, ("POST", path, time, ""), body)}


@contextmanager
def standing_in() -> Iterator[Gateway]:
    """The gateway on a port of its own, for as long as the block lasts."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = json.loads(body)
            self.reply(gateway.moods.get(said["to"], gateway.mood), self.headers["Idempotency-Key"], body)

        def do_GET(self) -> None:
            self.reply(gateway.mood, "", b"")

        def reply(self, mood: str, key: str, body: bytes) -> None:
            gateway.asked += 1
            mine = signing.code(SECRET, (self.command, self.path, self.headers[signing.TIME], key), body)
            if mine != self.headers[signing.SIGNATURE] or mood == "no_access":
                gateway.unsigned += 1
                return self.say(401, {"code": "no_access"}, mood)
            if mood == "slow":
                gateway.leave.wait(30)
                return None
            if mood == "rests":
                return self.say(429, {"code": "busy"}, mood)
            if mood == "down":
                return self.say(500, {}, mood)
            taken = gateway.take(key, json.loads(body)) if body else gateway.tell(self.path.rpartition("/")[2])
            if mood == "hangs_up":  # after it has taken the text
                self.connection.shutdown(socket.SHUT_RDWR)
                return None
            return self.say(*taken, mood)

        def say(self, status: int, said: dict[str, Any], mood: str) -> None:
            data = b"<html>bad gateway" if mood == "gibberish" else json.dumps(said).encode()
            self.send_response(status)
            if mood == "rests":
                self.send_header("Retry-After", "120")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            for byte in data if mood == "drips" else ():
                if gateway.leave.wait(0.05):
                    return
                self.wfile.write(bytes((byte,)))
            if mood != "drips":
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                """The other side has gone."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.address = f"http://127.0.0.1:{server.server_port}/sms"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.leave.set()
        server.shutdown()
        server.server_close()
        thread.join()
