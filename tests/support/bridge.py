"""A stand-in for the bridge on an officer's machine (docs/ukey.md): it holds a real key, and refuses on demand."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import csr, x509

from workflows.seals import suites
from workflows.seals.suites import Key

REFUSALS = {"wrong_pin": 403, "pin_locked": 423, "no_token": 404, "cancelled": 409}


@dataclass
class Bridge:
    """The UKey plugged into it, and what was asked."""

    key: Key = field(repr=False)
    origin: str = ""
    """The only site it answers; "" for any."""
    address: str = ""
    mood: str = "well"
    """well, or one of REFUSALS: what the officer does in the window of the bridge."""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def request(self) -> csr.CertificationRequest:
        """A certificate request (PKCS #10), signed with the key."""
        info = csr.CertificationRequestInfo(
            {
                "version": "v1",
                "subject": x509.Name.build({"common_name": "whatever the UKey says"}),
                "subject_pk_info": csr.PublicKeyInfo.load(self.key.public_info()),
            }
        )
        algorithm = csr.SignedDigestAlgorithm.load(self.key.suite.signature_algorithm)
        return csr.CertificationRequest(
            {
                "certification_request_info": info,
                "signature_algorithm": algorithm,
                "signature": self.key.sign(info.dump()),
            }
        )

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """What it says to one request."""
        self.asked.append(asked)
        if self.mood in REFUSALS:
            return REFUSALS[self.mood], {"code": self.mood}
        signature = self.key.sign(base64.b64decode(asked["attributes"]))
        return 200, {"signature": base64.b64encode(signature).decode()}


def with_key(suite: str = "sm2") -> Bridge:
    """A bridge with a new key in its UKey."""
    return Bridge(suites.named(suite).generate())


@contextmanager
def running(bridge: Bridge) -> Iterator[Bridge]:
    """The bridge on a port of this machine, for browsers of one site."""

    class Handler(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self._say(204, b"")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = bridge.answer(body)
            self._say(status, json.dumps(said).encode())

        def _say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", bridge.origin or self.headers.get("Origin", ""))
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bridge.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bridge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
