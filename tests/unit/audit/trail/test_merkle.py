"""The tree is that of RFC 6962: known heads and proofs, and laws that hold for every tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.trail import merkle
from tests.support import reference_tree

# Entries and heads of the reference test data of Certificate Transparency (certificate-transparency-go, merkletree).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

trees = st.integers(1, 70).map(lambda size: [hashlib.sha256(bytes([n])).digest() for n in range(size)])


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_heads_are_those_of_the_reference_data(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == HEADS[size - 1]


def test_an_inclusion_path_is_that_of_the_reference_data() -> None:
    assert [node.hex() for node in reference_tree.inclusion_proof(5, LEAVES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << k for k in range(12) if 1 << k < len(leaves))
    return merkle.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


@given(trees)
def test_growing_leaf_by_leaf_gives_the_head_by_definition(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == naive_root(leaves)


@given(trees, st.data())
def test_a_frontier_can_be_put_away_and_taken_up_again(leaves: list[bytes], data: st.DataObject) -> None:
    pause = data.draw(st.integers(0, len(leaves)))
    first = merkle.Frontier()
    first.extend(leaves[:pause])
    second = merkle.Frontier.from_bytes(pause, first.to_bytes())
    second.extend(leaves[pause:])
    assert second.root() == naive_root(leaves)


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="hashes"):
        merkle.Frontier.from_bytes(3, bytes(32))


@given(trees, st.data())
def test_every_leaf_is_provable_and_no_other_passes_for_it(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, head = reference_tree.inclusion_proof(index, leaves), merkle.root(leaves)
    assert merkle.verify_inclusion(index, len(leaves), leaves[index], proof, head)
    assert not merkle.verify_inclusion(index, len(leaves), bytes(32), proof, head)
    assert not merkle.verify_inclusion(len(leaves), len(leaves), leaves[index], proof, head)
    assert not merkle.verify_inclusion(index, len(leaves), leaves[index], [*proof, bytes(32)], head)
    if proof:
        assert not merkle.verify_inclusion(index, len(leaves), leaves[index], proof[:-1], head)


@given(trees, st.data())
def test_growth_is_provable_and_a_changed_past_is_not(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = reference_tree.consistency_proof(old, leaves)
    head = merkle.root(leaves)
    assert merkle.verify_consistency(old, len(leaves), merkle.root(leaves[:old]), head, proof)
    rewritten = [bytes(32), *leaves[1:old]]
    assert not merkle.verify_consistency(old, len(leaves), merkle.root(rewritten), head, proof)
