"""The shipped catalogue for tests, and a way to spoil one line of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from hukou.catalogue import queries
from hukou.catalogue.parsing import parse
from hukou.catalogue.types import Catalogue, SubTypeSpec


@functools.cache
def shipped_bytes() -> bytes:
    """The file as it ships."""
    return queries.SHIPPED.read_bytes()


@functools.cache
def shipped() -> Catalogue:
    """The shipped catalogue, parsed."""
    return parse(shipped_bytes())


def spec(code: str) -> SubTypeSpec:
    """One sub-type of the shipped catalogue."""
    return next(subtype for subtype in shipped().subtypes if subtype.code == code)


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The shipped file after `change` was made to it."""
    document = json.loads(shipped_bytes())
    change(document)
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
