"""Canonical bytes: the one way in which structured values become bytes that are hashed or signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def encode(value: Any) -> bytes:
    """Encode JSON-like `value` (str, int, bool, None, list, dict with str keys) as RFC 8785 JCS bytes, UTF-8.

    Floats are refused: their shortest form differs between languages, and no fact we sign needs one.
    Keys are ordered by UTF-16 code units as RFC 8785 section 3.2.3 asks.
    """
    _refuse_floats(value)
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, lower-case hex."""
    return hashlib.sha256(encode(value)).hexdigest()


def sha256(data: bytes) -> str:
    """SHA-256 of raw bytes, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    return value


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("canonical values hold no floats; store a whole number of a smaller unit")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("canonical objects have string keys")
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)
    elif value is not None and not isinstance(value, (str, int, bool)):
        raise TypeError(f"canonical values hold no {type(value).__name__}")
