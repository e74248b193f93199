"""The log as files, and proofs from them, against the tree written down the way the standard says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.trail import merkle, proofs
from audit.trail.tiles import TileMissing, Tiles, name_of
from tests.support import reference_tree

ENTRIES = [f"entry {number}".encode() for number in range(66_000)]
HASHES = [merkle.leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    """A log with more than one full tile of level 1."""
    tiles = Tiles(tmp_path_factory.mktemp("log"))
    assert tiles.grow(0, ENTRIES) == len(ENTRIES)
    return tiles


@pytest.mark.parametrize(("number", "name"), [(0, "000"), (67, "067"), (1067, "x001/067"), (1234067, "x001/x234/067")])
def test_a_tile_is_named_in_groups_of_three(number: int, name: str) -> None:
    assert name_of(number) == name


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000])
def test_a_log_grown_in_steps_has_the_files_of_one_written_at_once(tmp_path: Path, size: int) -> None:
    at_once, stepwise = Tiles(tmp_path / "a"), Tiles(tmp_path / "b")
    at_once.grow(0, ENTRIES[:size])
    for end in sorted({1, 100, 256, 300, 512, size}):
        if end <= size:
            begin = (end - 1) // 256 * 256
            for first in range(0, begin + 1, 256):
                stepwise.grow(first, ENTRIES[first:end])
    assert proofs.head(stepwise, size) == proofs.head(at_once, size) == merkle.root(HASHES[:size])
    full = lambda folder: {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}  # noqa: E731
    assert full(tmp_path / "a").items() <= full(tmp_path / "b").items()


def test_a_full_tile_takes_the_place_of_its_partial_ones(tmp_path: Path) -> None:
    tiles = Tiles(tmp_path)
    tiles.grow(0, ENTRIES[:200])
    assert (tmp_path / "tile/0/000.p/200").exists()
    tiles.grow(0, ENTRIES[:256])
    assert sorted(str(p.relative_to(tmp_path / "tile")) for p in tmp_path.rglob("*") if p.is_file()) == [
        "0/000",
        "1/000.p/1",
        "entries/000",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 256, 257, 65_536, 65_537, 66_000])
def test_heads_and_proofs_are_those_of_the_standard(long: Tiles, size: int) -> None:
    hashes = HASHES[:size]
    assert proofs.head(long, size) == merkle.root(hashes)
    for index in {0, size // 2, size - 1}:
        path = proofs.inclusion(long, index, size)
        assert merkle.verify_inclusion(index, size, hashes[index], path, merkle.root(hashes))
    for old in {1, (size + 1) // 2, max(1, size - 1), size}:
        proof = proofs.consistency(long, old, size)
        assert merkle.verify_consistency(old, size, merkle.root(hashes[:old]), merkle.root(hashes), proof)


def test_proofs_of_small_logs_are_the_reference_ones(long: Tiles) -> None:
    for size in range(1, 20):
        for index in range(size):
            assert proofs.inclusion(long, index, size) == reference_tree.inclusion_proof(index, HASHES[:size])
        for old in range(1, size + 1):
            assert proofs.consistency(long, old, size) == reference_tree.consistency_proof(old, HASHES[:size])


def test_entries_come_back_as_they_were_written(long: Tiles) -> None:
    assert long.entries(1, 600) == ENTRIES[256:512]
    assert long.entries(257, len(ENTRIES)) == ENTRIES[65_792:]


def test_what_is_outside_the_log_or_gone_is_said(tmp_path: Path) -> None:
    tiles = Tiles(tmp_path)
    tiles.grow(0, ENTRIES[:300])
    with pytest.raises(IndexError):
        proofs.inclusion(tiles, 300, 300)
    with pytest.raises(IndexError):
        proofs.consistency(tiles, 0, 300)
    with pytest.raises(ValueError, match="beginning of a tile"):
        tiles.grow(100, [])
    (tmp_path / "tile/0/000").unlink()
    with pytest.raises(TileMissing, match="tile/0/000"):
        proofs.inclusion(Tiles(tmp_path), 5, 300)
