"""The Merkle tree of RFC 6962 §2.1, over leaf hashes. Pure; knows nothing of events or storage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

EMPTY_ROOT = hashlib.sha256(b"").digest()
WIDTH = 32  # bytes of a SHA-256


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry: SHA-256 of 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, largest first, one per 1-bit of `size`.

    Enough to go on appending and to know the root, without the leaves.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Read what `to_bytes` wrote. Raises ValueError when the length does not fit `size`."""
        if len(data) != WIDTH * size.bit_count():
            raise ValueError(f"a frontier of {size} leaves has {size.bit_count()} hashes")
        return cls(size, [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)])

    def to_bytes(self) -> bytes:
        """The peaks one after another."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        peak = leaf
        for level in range(self.size.bit_length()):
            if not self.size >> level & 1:
                break
            peak = node_hash(self.peaks.pop(), peak)
        self.peaks.append(peak)
        self.size += 1

    def add(self, level: int, subtree: bytes) -> None:
        """Add the root of 2^level leaves at once. Raises ValueError unless the size is a multiple of that."""
        if self.size & ((1 << level) - 1):
            raise ValueError("a subtree starts at a multiple of its size")
        while self.size >> level & 1:
            subtree = node_hash(self.peaks.pop(), subtree)
            self.size -= 1 << level
            level += 1
        self.peaks.append(subtree)
        self.size += 1 << level

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The tree head."""
        if not self.peaks:
            return EMPTY_ROOT
        head = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            head = node_hash(peak, head)
        return head


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree head over leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def subtrees(first: int, leaves: bytes) -> Iterator[tuple[int, bytes]]:
    """(level, root) of the full subtrees that cover these leaf hashes, the first of which has index `first`."""
    at, end = first, first + len(leaves) // WIDTH
    while at < end:
        level = (end - at).bit_length() - 1
        if at:
            level = min(level, (at & -at).bit_length() - 1)
        yield level, _full(leaves[WIDTH * (at - first) : WIDTH * (at - first + (1 << level))])
        at += 1 << level


def _full(row: bytes) -> bytes:
    """The root over a power of two of hashes: row by row, two at a time as they lie side by side."""
    sha256 = hashlib.sha256
    while len(row) > WIDTH:
        row = b"".join([sha256(b"\x01" + row[at : at + 2 * WIDTH]).digest() for at in range(0, len(row), 2 * WIDTH)])
    return row


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], head: bytes) -> bool:
    """True when `proof` shows that `leaf` is number `index` of the tree `head` of `size` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == head


def verify_consistency(old: int, new: int, old_head: bytes, new_head: bytes, proof: Sequence[bytes]) -> bool:
    """True when `proof` shows that the tree `old_head` is a prefix of `new_head` (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_head == new_head
    path = list(proof) if old & (old - 1) else [old_head, *proof]
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and older == old_head and newer == new_head


def split_of(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
