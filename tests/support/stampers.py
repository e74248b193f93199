"""Time-stamping services as they go wrong: down, slow, broken, lying. Each is a real HTTP server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import cms, tsp

from hukou.kernel import clock
from workflows.seals import suites
from workflows.seals.authority import certificates, local, tsa
from workflows.seals.authority.tsa import Service

Answer = Callable[[bytes], bytes]
"""From a question to an answer, both DER."""


def honest(question: bytes) -> bytes:
    """As it should be."""
    return tsa.reply(question)


def refusing(question: bytes) -> bytes:
    """Says no, in the proper form."""
    return tsa.reply(b"not a question")


def babbling(question: bytes) -> bytes:
    """Answers with a page of the web."""
    return b"<html>It works!</html>"


def of_another_question(question: bytes) -> bytes:
    """Stamps, but with another nonce than it was asked with."""
    return _granted(question, nonce=4711)


def of_another_digest(question: bytes) -> bytes:
    """Stamps something else."""
    return _granted(question, digest=b"\x00" * 32)


def of_last_year(question: bytes) -> bytes:
    """Has a clock that stands in the past."""
    return _granted(question, late=-timedelta(days=365))


def with_a_broken_signature(question: bytes) -> bytes:
    """A token somebody has changed on the way."""
    answer = bytearray(_granted(question))
    answer[-5] ^= 1
    return bytes(answer)


def signed_by_a_stranger(question: bytes) -> bytes:
    """A token of an authority nobody here knows."""
    return _granted(question, by=stranger())


def signed_by_an_officer(question: bytes) -> bytes:
    """A token made with a seal's key: a certificate of ours, but not one for stamping."""
    key = suites.named(suites.DEFAULT).generate()
    certificate = local.certify(key.public_info(), common_name="周明 010201", organisation="户籍民警签章")
    return _granted(question, by=Service(certificate, local.authority().issuer, key))


LIES: dict[str, Answer] = {
    "refused": refusing,
    "malformed": babbling,
    "wrong_nonce": of_another_question,
    "wrong_digest": of_another_digest,
    "wrong_time": of_last_year,
    "bad_signature": with_a_broken_signature,
    "untrusted": signed_by_a_stranger,
}
"""The word for each → what it answers."""


def stranger() -> Service:
    """A service of an authority of its own."""
    suite = suites.named(suites.DEFAULT)
    root_key, key, now = suite.generate(), suite.generate(), clock.now()
    valid = (now - timedelta(days=1), now + timedelta(days=365))
    name = certificates.name("另一个根CA")
    root = certificates.certificate(
        subject=name, public_info=root_key.public_info(), issuer=name, issuer_key=root_key, valid=valid, path=0
    )
    own = certificates.certificate(
        subject=certificates.name("另一个时间戳"), public_info=key.public_info(), issuer=name, issuer_key=root_key,
        valid=valid, purposes=["time_stamping"],
    )  # fmt: skip
    return Service(own, root, key)


def _granted(
    question: bytes,
    *,
    nonce: int | None = None,
    digest: bytes | None = None,
    late: timedelta = timedelta(),
    by: Service | None = None,
) -> bytes:
    asked = tsp.TimeStampReq.load(question)
    token = tsa.issued(
        by or tsa.service(),
        digest or asked["message_imprint"]["hashed_message"].native,
        asked["message_imprint"]["hash_algorithm"]["algorithm"].native,
        nonce=nonce or asked["nonce"].native,
        moment=clock.now() + late,
    )
    said = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
    return bytes(tsp.TimeStampResp(said).dump())


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A service that answers like this; yields its address."""

    def act(handler: BaseHTTPRequestHandler, question: bytes) -> None:
        body = answer(question)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with _server(act) as address:
        yield address


@contextmanager
def failing() -> Iterator[str]:
    """A service whose machine is up and whose program is not: 500 to everything."""
    with _server(lambda handler, _question: handler.send_error(500)) as address:
        yield address


@contextmanager
def silent() -> Iterator[str]:
    """A service that takes the question and does not answer as long as the test runs."""
    over = threading.Event()
    with _server(lambda _handler, _question: over.wait()) as address:
        try:
            yield address
        finally:
            over.set()


@contextmanager
def dribbling() -> Iterator[str]:
    """A service that sends a byte now and then, so that no single wait is long."""
    over = threading.Event()

    def act(handler: BaseHTTPRequestHandler, question: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.02):
            handler.wfile.write(b"\x30")

    with _server(act) as address:
        try:
            yield address
        finally:
            over.set()


@contextmanager
def down() -> Iterator[str]:
    """An address nobody listens at."""
    with _server(lambda _handler, _question: None) as address:
        pass
    yield address


@contextmanager
def _server(act: Callable[[BaseHTTPRequestHandler, bytes], object]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                act(self, self.rfile.read(int(self.headers["Content-Length"])))
            except (BrokenPipeError, ConnectionResetError):  # whoever asked has gone
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
