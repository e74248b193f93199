"""The log as files (C2SP tlog-tiles): what anybody can copy, and verify without our database or our program.

`tile/<level>/<n>` holds up to 256 hashes, `tile/entries/<n>` the entries under a tile of level 0, each after its length;
a tile that is not full yet ends in `.p/<width>`. A file is written whole and never changed; a full one takes the
place of its partial ones. Everything is found again from what lies below it, so a run that died is simply repeated.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from . import merkle

WIDTH = 256
"""Hashes in a full tile: 2^8, of the height that every reader of such logs expects."""


class TileMissing(LookupError):
    """A tile the log should have is not there, or is cut."""


def name_of(number: int) -> str:
    """A tile's number in its address: 1234067 is x001/x234/067."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return "/".join(parts)


class Tiles:
    """The tiles of one log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._full = lru_cache(maxsize=64)(self._read_full)

    def grow(self, first: int, entries: Iterable[bytes]) -> int:
        """Add entries, the first of which has index `first`, a multiple of 256. Returns the size of the log they make.

        Entries that are there already are written again with the same bytes. Raises ValueError, TileMissing.
        """
        if first % WIDTH:
            raise ValueError("tiles grow from the beginning of a tile")
        size = first
        waiting = iter(entries)
        while bundle := list(islice(waiting, WIDTH)):
            hashes = [merkle.leaf_hash(entry) for entry in bundle]
            number = size // WIDTH
            prefixed = b"".join(len(entry).to_bytes(2, "big") + entry for entry in bundle)
            self._write("entries", number, len(bundle), prefixed)
            self._write("0", number, len(bundle), b"".join(hashes))
            size += len(bundle)
        self._grow_upward(first // WIDTH, size)
        return size

    def _grow_upward(self, number: int, size: int) -> None:
        """Write the tiles above those of level 0 from `number` on."""
        level = 1
        while count := size >> 8 * level:
            number //= WIDTH
            for tile in range(number, -(-count // WIDTH)):
                width = min(WIDTH, count - tile * WIDTH)
                if not self._path(str(level), tile, WIDTH).exists():
                    self._write(str(level), tile, width, b"".join(self._roots_below(level, tile, width)))
            level += 1

    def _roots_below(self, level: int, tile: int, width: int) -> Iterator[bytes]:
        for below in range(tile * WIDTH, tile * WIDTH + width):
            yield merkle.root(self._hashes(level - 1, below, WIDTH))

    def node(self, level: int, index: int, size: int) -> bytes:
        """The hash over the 2^level leaves from index × 2^level on, in a log of `size` leaves. Raises TileMissing."""
        height, above = level // 8, level % 8
        tile, place = divmod(index << above, WIDTH)
        width = min(WIDTH, (size >> 8 * height) - tile * WIDTH)
        return merkle.root(self._hashes(height, tile, width)[place : place + (1 << above)])

    def hashes(self, number: int, size: int) -> list[bytes]:
        """The hashes of tile `number` of level 0, in a log of `size` leaves. Raises TileMissing."""
        return self._hashes(0, number, min(WIDTH, size - number * WIDTH))

    def entries(self, number: int, size: int) -> list[bytes]:
        """The entries under tile `number` of level 0, in a log of `size` leaves. Raises TileMissing."""
        data, found, at = self._read("entries", number, min(WIDTH, size - number * WIDTH)), [], 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        return found

    def _hashes(self, level: int, number: int, width: int) -> list[bytes]:
        data = self._full(level, number) if width == WIDTH else self._read(str(level), number, width)
        return [data[at : at + merkle.WIDTH] for at in range(0, width * merkle.WIDTH, merkle.WIDTH)]

    def _read_full(self, level: int, number: int) -> bytes:
        return self._read(str(level), number, WIDTH)

    def _read(self, kind: str, number: int, width: int) -> bytes:
        """A tile of at least that width: once a tile is full, its partial ones may be gone."""
        for path in (self._path(kind, number, width), self._path(kind, number, WIDTH)):
            if path.exists():
                data = path.read_bytes()
                if kind != "entries" and len(data) < width * merkle.WIDTH:
                    raise TileMissing(str(path.relative_to(self.folder)))
                return data
        raise TileMissing(str(self._path(kind, number, width).relative_to(self.folder)))

    def _write(self, kind: str, number: int, width: int, data: bytes) -> None:
        path = self._path(kind, number, width)
        if path.exists() and path.read_bytes() == data:
            return
        write_whole(path, data)
        if width == WIDTH:
            shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)

    def _path(self, kind: str, number: int, width: int) -> Path:
        path = self.folder / "tile" / kind / name_of(number)
        return path if width == WIDTH else path.with_name(path.name + ".p") / str(width)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; readers see the old one until the new one is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(draft, 0o644)
    os.replace(draft, path)
