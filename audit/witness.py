"""A witness of the trail, for a second machine: it signs that the log it is shown only ever grew. 轨迹日志的见证程序。

    python -m audit.witness --listen 127.0.0.1:7380 --state FOLDER --log VKEY [--log VKEY ...]

Needs Python 3.11, the package `cryptography` and, beside this file, `verify.py`; no database. It makes its key in FOLDER
at first use and prints the public key, which the system is told (HUKOU_WITNESSES). Protocol: C2SP tlog-witness v1.

Whoever could rewrite the database and holds the log's key still cannot make this program sign a second history: it
answers 422, and keeps what it was asked to sign as evidence. Run it where the database's administrators have no access.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.verify import WITNESS_KEY, CannotVerify, Key, Note, Untrue, node_hash

LONGEST_REQUEST = 16_384  # bytes
MOST_STEPS = 63


class Refused(Exception):
    """An answer other than a signature."""

    def __init__(self, status: int, words: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(words)
        self.status, self.words, self.kind = status, words, kind


class Witness:
    """Remembers the newest checkpoint it signed of each log, and signs the next if it continues that one."""

    def __init__(self, state: Path, logs: list[Key]) -> None:
        self.state, self.logs = state, {log.name: log for log in logs}
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._turn = threading.Lock()
        self._name, self._private = self._own_key()

    @property
    def key(self) -> Key:
        """The public key the system is told."""
        return Key(self._name, WITNESS_KEY, self._private.public_key().public_bytes_raw())

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([WITNESS_KEY]) + self.key.public).decode()
        return f"{self._name}+{self.key.id.hex()}+{encoded}"

    def add_checkpoint(self, request: str) -> str:
        """The signature line for a checkpoint that continues what was signed before. Raises Refused."""
        old, steps, note = _parsed(request)
        log = self.logs.get(note.origin)
        if log is None:
            raise Refused(404, "unknown log")
        try:
            note.opened(log)
        except Untrue as wrong:
            raise Refused(403, str(wrong)) from None
        if old > note.size:
            raise Refused(400, "the old size is larger than the checkpoint's")
        with self._turn:
            known, root = self._known(log)
            if old != known:
                raise Refused(409, f"{known}\n", "text/x.tlog.size")
            if known == note.size and root != note.root:
                self._keep_evidence(request)
                raise Refused(409, "another root at the same size")
            if known and not grown(known, root, note.size, note.root, steps):
                self._keep_evidence(request)
                raise Refused(422, "the consistency proof does not verify")
            self._remember(log, note)  # before it is signed: what was signed once is never forgotten
            return self._signature(note)

    def _signature(self, note: Note) -> str:
        seconds = int(time.time())
        signature = self._private.sign(f"cosignature/v1\ntime {seconds}\n{note.text}".encode())
        return f"— {self._name} {base64.b64encode(self.key.id + seconds.to_bytes(8, 'big') + signature).decode()}\n"

    def _known(self, log: Key) -> tuple[int, bytes]:
        try:
            said = json.loads(self._memory(log).read_text())
        except FileNotFoundError:
            return 0, b""
        return int(said["size"]), bytes.fromhex(said["root"])

    def _remember(self, log: Key, note: Note) -> None:
        _write_durably(self._memory(log), json.dumps({"log": log.name, "size": note.size, "root": note.root.hex()}))

    def _memory(self, log: Key) -> Path:
        return self.state / f"{hashlib.sha256(log.name.encode()).hexdigest()}.json"

    def _keep_evidence(self, request: str) -> None:
        _write_durably(self.state / f"evidence-{time.time_ns()}.txt", request)

    def _own_key(self) -> tuple[str, Ed25519PrivateKey]:
        path = self.state / "witness.key"
        if not path.exists():
            _write_durably(
                path, json.dumps({"name": f"hukou-witness-{secrets.token_hex(4)}", "seed": secrets.token_hex(32)})
            )
        said = json.loads(path.read_text())
        return said["name"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(said["seed"]))


def _parsed(request: str) -> tuple[int, list[bytes], Note]:
    """The old size, the proof and the checkpoint. Raises Refused."""
    head, _, note = request.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, size = first.partition(" ")
    try:
        steps = [base64.b64decode(line, validate=True) for line in lines]
        if word != "old" or not size.isdecimal() or str(int(size)) != size:
            raise ValueError(first)
        if len(steps) > MOST_STEPS or any(len(step) != 32 for step in steps) or (size == "0" and steps):
            raise ValueError("proof")
        return int(size), steps, Note.parse(note)
    except (ValueError, binascii.Error, Untrue):
        raise Refused(400, "not an add-checkpoint request") from None


def grown(old: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether a log of `old` entries is the beginning of one of `size` (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= size or (old == size and path):
        return False
    if old == size:
        return old_root == root
    steps = path if old & old - 1 else [old_root, *path]
    if not steps:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return not last and before == old_root and after == root


def _write_durably(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """The witness behind HTTP; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds a slow client may take

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            try:
                if self.path.rstrip("/") != "/add-checkpoint":
                    raise Refused(404, "only add-checkpoint is answered")
                if not length.isdecimal() or int(length) > LONGEST_REQUEST:
                    raise Refused(400, "too long, or of unknown length")
                self._answer(200, witness.add_checkpoint(self.rfile.read(int(length)).decode()))
            except UnicodeDecodeError:
                self._answer(400, "not text")
            except Refused as refused:
                self._answer(refused.status, refused.words, refused.kind)

        def _answer(self, status: int, words: str, kind: str = "text/plain; charset=utf-8") -> None:
            body = words.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {format % args}\n")

    return ThreadingHTTPServer((host, port), Handler)


def main(arguments: list[str] | None = None) -> int:
    """The command. Runs until it is stopped; exit status 2 when it cannot begin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", default="127.0.0.1:7380", help="address and port")
    parser.add_argument("--state", type=Path, required=True, help="folder for its key and its memory")
    parser.add_argument(
        "--log", action="append", required=True, help="public key of a log it watches, or a file with it"
    )
    asked = parser.parse_args(arguments)
    try:
        logs = [Key.parse(Path(each).read_text() if "+" not in each else each) for each in asked.log]
        witness = Witness(asked.state, logs)
        host, _, port = asked.listen.rpartition(":")
        site = server(witness, host, int(port))
    except (CannotVerify, OSError, ValueError) as error:
        sys.stderr.write(f"could not begin / 无法启动: {error}\n")
        return 2
    sys.stdout.write(f"{witness}\n")
    sys.stdout.flush()
    try:
        site.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        site.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
