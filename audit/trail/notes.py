"""Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint): anyone's tlog tool can read and check them.

The log's key is a file in the data folder, made at first use. Its text form is that of golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
"""Kinds of keys (C2SP signed-note, tlog-cosignature)."""


class BadNote(ValueError):
    """A note that is not well formed, or not signed by the key it should be signed by."""


@dataclass(frozen=True)
class Verifier:
    """The public side of a log's key."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read name+id+key. Raises ValueError."""
        name, stated, encoded = text.strip().split("+", 2)
        blob = base64.b64decode(encoded, validate=True)
        verifier = cls(name, blob[1:])
        if blob[:1] != ED25519 or len(blob) != 33 or verifier.key_id.hex() != stated:
            raise ValueError(f"not the key of a log: {text[:60]}")
        return verifier

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name, newline, algorithm, key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    def __str__(self) -> str:
        """The verifier key as people hand it on: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public_key).decode()}"

    def open(self, note: str) -> str:
        """The text of `note`, its signature by this key checked. Raises BadNote. Unknown signatures are ignored."""
        text, blank, signatures = note.rpartition("\n\n")
        if not blank or not signatures.endswith("\n"):
            raise BadNote("no signature block")
        text += "\n"
        key = Ed25519PublicKey.from_public_bytes(self.public_key)
        for line in signatures.splitlines():
            dash, name, encoded = [*line.split(" "), "", ""][:3]
            try:
                blob = base64.b64decode(encoded, validate=True)
            except ValueError:
                raise BadNote("a signature line is not base64") from None
            if dash == "—" and name == self.name and blob[:4] == self.key_id:
                try:
                    key.verify(blob[4:], text.encode())
                except InvalidSignature:
                    raise BadNote("the signature does not fit the text") from None
                return text
        raise BadNote(f"no signature by {self.name}")


@dataclass(frozen=True)
class CosignatureVerifier:
    """The public side of a witness's key."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> CosignatureVerifier:
        """Read name+id+key. Raises ValueError."""
        name, stated, encoded = text.strip().split("+", 2)
        blob = base64.b64decode(encoded, validate=True)
        verifier = cls(name, blob[1:])
        if blob[:1] != COSIGNATURE or len(blob) != 33 or verifier.key_id.hex() != stated:
            raise ValueError(f"not the key of a witness: {text[:60]}")
        return verifier

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name, newline, algorithm, key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + COSIGNATURE + self.public_key).digest()[:4]

    def open(self, note: str, line: str) -> int:
        """When the witness signed the text of `note`, seconds since 1970, from its signature line. Raises BadNote."""
        text = note.rpartition("\n\n")[0] + "\n"
        dash, name, encoded = [*line.split(" "), "", ""][:3]
        try:
            blob = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("a signature line is not base64") from None
        if dash != "—" or name != self.name or blob[:4] != self.key_id:
            raise BadNote(f"not a line of {self.name}")
        seconds = int.from_bytes(blob[4:12], "big")
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(
                blob[12:], f"cosignature/v1\ntime {seconds}\n{text}".encode()
            )
        except InvalidSignature:
            raise BadNote("the signature does not fit the text") from None
        return seconds


@dataclass(frozen=True)
class Signer:
    """The private side of a log's key."""

    name: str
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Read `PRIVATE+KEY+name+id+key`. Raises ValueError."""
        private, word, name, key_id, encoded = text.strip().split("+", 4)
        blob = base64.b64decode(encoded, validate=True)
        signer = cls(name, blob[1:])
        if (private, word, blob[:1]) != ("PRIVATE", "KEY", ED25519) or signer.verifier.key_id.hex() != key_id:
            raise ValueError("not an Ed25519 note key")
        return signer

    def __str__(self) -> str:
        """Text form; a secret."""
        encoded = base64.b64encode(ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @property
    def verifier(self) -> Verifier:
        """The public side."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """`text` (ending in a newline) as a signed note. Ed25519 is deterministic: same text, same note."""
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The three lines of a C2SP checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def log_signer(data_dir: Path) -> Signer:
    """The key of this site's log. Made at first use; of several processes that try at once, one wins and all agree."""
    path = key_path(data_dir)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = Signer(f"hukou-earchive/trail-{secrets.token_hex(4)}", secrets.token_bytes(32))
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.touch(0o600)
        draft.write_text(f"{fresh}\n")
        try:
            os.link(draft, path)  # appears whole or not at all, and never over another
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Signer.parse(path.read_text())


def key_path(data_dir: Path) -> Path:
    """Where the log's key is kept."""
    return data_dir / "keys" / "trail.skey"
