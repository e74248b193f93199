"""Proofs about the log, from its tiles: a handful of hashes each, however long the log is (RFC 6962 §2.1)."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from . import merkle
from .tiles import Tiles


def head(tiles: Tiles, size: int) -> bytes:
    """The root of the first `size` entries. Raises TileMissing."""
    return _hash(tiles, 0, size, size) if size else merkle.EMPTY_ROOT


def inclusion(tiles: Tiles, index: int, size: int) -> list[bytes]:
    """The audit path of entry `index` in the log of `size` entries. Raises IndexError, TileMissing."""
    if not 0 <= index < size:
        raise IndexError("no such entry")
    path: list[bytes] = []
    first, count = 0, size
    while count > 1:
        split = merkle.split_of(count)
        if index - first < split:
            path.append(_hash(tiles, first + split, count - split, size))
            count = split
        else:
            path.append(_hash(tiles, first, split, size))
            first, count = first + split, count - split
    return path[::-1]


def consistency(tiles: Tiles, old: int, size: int) -> list[bytes]:
    """Proof that the log of `old` entries is the beginning of that of `size`. Raises IndexError, TileMissing."""
    if not 0 < old <= size:
        raise IndexError("the older log has at least one entry and no more than the newer")
    return list(_steps(tiles, old, size))[::-1]


def _steps(tiles: Tiles, old: int, size: int) -> Iterator[bytes]:
    first, count, whole = 0, size, True
    while old - first != count:
        split = merkle.split_of(count)
        if old - first <= split:
            yield _hash(tiles, first + split, count - split, size)
            count = split
        else:
            yield _hash(tiles, first, split, size)
            first, count, whole = first + split, count - split, False
    if not whole:
        yield _hash(tiles, first, count, size)


def _hash(tiles: Tiles, first: int, count: int, size: int) -> bytes:
    """The hash over `count` leaves from `first` on; a full subtree is one look into a tile."""
    level = count.bit_length() - 1
    if count == 1 << level:
        return tiles.node(level, first >> level, size)
    split = merkle.split_of(count)
    return merkle.node_hash(_hash(tiles, first, split, size), _hash(tiles, first + split, count - split, size))


def written(index: int, path: list[bytes], note: str) -> str:
    """A proof as a file that needs nothing else (C2SP tlog-proof): place, path, and the signed checkpoint."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(base64.b64encode(step).decode() for step in path)]
    return "\n".join([*lines, "", note])
