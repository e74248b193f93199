"""Citizens in the trail without their ID numbers: keyed digests, HMAC-SHA-256 (RFC 2104) over the number.

With the key, "all acts about this person" can be asked and proven; without it a digest says nothing, for the eighteen
digits of a citizen's number are few enough to be tried one by one. The keys are a file of the data folder, one a line, the
newest last; a digest names its key, so that older ones stay readable after `add_key`. README.md says what follows.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from .models import Event

BYTES = 32
SUBJECT = "persons"
"""The detail of an event that holds the digests of the persons it is about."""


def digest_of(id_number: str) -> str:
    """The digest of an ID number under the newest key: `<key>:<hex>`. Small and capital X are one."""
    return _digest(_keys(_path())[-1], "id", id_number.upper())


def digest_of_words(words: str) -> str:
    """The digest of words somebody typed: the same words, the same digest, and nobody learns them from it."""
    return _digest(_keys(_path())[-1], "words", words)


def digests_of(id_number: str) -> list[str]:
    """The digests of an ID number under every key there has been, oldest first."""
    return [_digest(key, "id", id_number.upper()) for key in _keys(_path())]


def said_of(*id_numbers: str | None) -> dict[str, list[str]]:
    """The detail `persons` for an event about these persons; {} when none of them has a number."""
    known = sorted({digest_of(number) for number in id_numbers if number})
    return {SUBJECT: known} if known else {}


def events_about(id_number: str) -> models.QuerySet[Event]:
    """Events that name the person, and all events of the cases such an event belongs to, oldest first."""
    named = Q(pk__in=[])
    for digest in digests_of(id_number):
        named |= Q(details__has_key=SUBJECT, details__contains={SUBJECT: [digest]})
    naming = Event.objects.filter(named)
    cases = naming.exclude(case_id=None).order_by().values("case_id")
    return Event.objects.filter(Q(pk__in=naming.order_by().values("pk")) | Q(case_id__in=cases)).order_by("pk")


def add_key() -> str:
    """Begin a new key: later digests are made with it. Returns its name. Processes that run take it when they start anew."""
    path = _path()
    keys = (*_keys(path), secrets.token_bytes(BYTES))
    draft = _draft(path, keys)
    os.replace(draft, path)
    _keys.cache_clear()
    return name_of(keys[-1])


def name_of(key: bytes) -> str:
    """Eight hex digits that tell keys apart."""
    return hashlib.sha256(b"trail-persons" + key).hexdigest()[:8]


def _digest(key: bytes, kind: str, text: str) -> str:
    said = f"{kind}\n{text}".encode()
    return f"{name_of(key)}:{hmac.new(key, said, hashlib.sha256).hexdigest()}"


def _path() -> Path:
    folder: Path = settings.HUKOU_DATA_DIR
    return folder / "keys" / "trail-persons.keys"


@functools.lru_cache(maxsize=8)
def _keys(path: Path) -> tuple[bytes, ...]:
    """Made at first use; of several processes that try at once one wins, and all agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _draft(path, (secrets.token_bytes(BYTES),))
        try:
            os.link(draft, path)  # appears whole or not at all, and never over another
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return tuple(bytes.fromhex(line) for line in path.read_text().split())


def _draft(path: Path, keys: tuple[bytes, ...]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(0o600)
    draft.write_text("".join(f"{key.hex()}\n" for key in keys))
    return draft
