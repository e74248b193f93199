"""A stand-in for the province's e-seal service: it really signs, and misbehaves on demand (docs/province-seals.md)."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from workflows.seals.suites import Key

PIN = "640217"
ACCESS = "this-server-may-ask"


@dataclass
class Province:
    """Keys by name, what was asked, and how the next answers are to go wrong."""

    keys: dict[str, Key] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    """By idempotency key."""
    signed: int = 0
    mood: str = "well"
    """well | slow | drips | down | wrong_signature | other_key | twice | hangs_up | hangs_up_once | gibberish | locked"""
    address: str = ""
    leave: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: dict[str, Any], idempotency: str, access: str) -> tuple[int, dict[str, str]]:
        """What the service says; the same idempotency key gets the same answer and nothing is signed again."""
        self.asked.append(asked)
        if idempotency not in self.answers:
            self.answers[idempotency] = self._first_answer(asked, access)
        return self.answers[idempotency]

    def _first_answer(self, asked: dict[str, Any], access: str) -> tuple[int, dict[str, str]]:
        key, attributes = self.keys.get(asked["key"]), base64.b64decode(asked["attributes"])
        if access != f"Bearer {ACCESS}":
            return 401, {"code": "no_access"}
        if key is None or key.suite.name != asked["suite"]:
            return 404, {"code": "unknown_key"}
        if self.mood == "locked":
            return 423, {"code": "pin_locked"}
        if "pin" in asked and asked["pin"] != PIN:
            return 403, {"code": "wrong_pin"}
        if self.mood == "other_key":
            key = key.suite.generate()
        signature = key.sign(attributes + b"!" if self.mood == "wrong_signature" else attributes)
        self.signed += 1
        return 200, {"signature": base64.b64encode(signature).decode()}


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who does not trust our certificate hangs up; nothing to tell."""


@contextmanager
def standing_in(tls: ssl.SSLContext | None = None) -> Iterator[Province]:
    """The service on a port of its own, for as long as the block lasts; with `tls` over HTTPS."""
    province = Province()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            mood = province.mood
            if mood == "slow":
                province.leave.wait(30)
                return
            status, said = province.answer(body, self.headers["Idempotency-Key"], self.headers.get("Authorization", ""))
            if mood == "twice":  # a relay in between delivers every request twice
                status, said = province.answer(body, self.headers["Idempotency-Key"], self.headers["Authorization"])
            if mood in ("hangs_up", "hangs_up_once"):
                province.mood = "well" if mood == "hangs_up_once" else mood
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            data = b"<html>502" if mood == "gibberish" else json.dumps(said).encode()
            self.send_response(500 if mood == "down" else status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if mood == "drips":
                for byte in data:
                    if province.leave.wait(0.02):
                        return
                    self.wfile.write(bytes((byte,)))
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                """The other side has gone."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    province.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/seals"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield province
    finally:
        province.leave.set()
        server.shutdown()
        server.server_close()
        thread.join()
