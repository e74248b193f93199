"""Bytes of a catalogue file → frozen values, or all its faults at once."""

from __future__ import annotations

from typing import Any

from hukou.kernel import canonical

from . import checks, located
from .errors import BadCatalogue, Problem
from .types import Catalogue, CategorySpec, SubTypeSpec

LARGEST = 8 * 1024 * 1024
"""Bytes; the shipped file has half a megabyte."""


def parse(data: bytes) -> Catalogue:
    """Read and check a whole catalogue. Raises BadCatalogue with every problem and its line."""
    if len(data) > LARGEST:
        raise BadCatalogue([Problem(1, "", checks.TOO_LARGE, {"largest": str(LARGEST)})])
    try:
        root = located.read(data)
    except located.BadJson as bad:
        raise BadCatalogue([Problem(bad.line, "", bad.reason, bad.data)]) from bad
    problems = checks.problems(root)
    if problems:
        raise BadCatalogue(problems)
    plain: Any = root.plain()
    return Catalogue(
        version=plain["meta"]["version"],
        sha256=canonical.sha256(data),
        meta=plain["meta"],
        categories=tuple(
            CategorySpec(
                code=category["code"],
                name_zh=category["name_zh"],
                name_en=category["name_en"],
                subtypes=tuple(SubTypeSpec.from_entry(category["code"], entry) for entry in category["subtypes"]),
            )
            for category in plain["categories"]
        ),
    )
