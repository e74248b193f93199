"""Canonical bytes: one value, one spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.kernel import canonical

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        ({"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}, None),
        ("\u2028\x7f", '"\u2028\x7f"'),
        ('\x00\b\t\n\f\r"\\/', '"\\u0000\\b\\t\\n\\f\\r\\"\\\\/"'),
    ],
)
def test_the_spelling_is_that_of_rfc_8785(value: Any, spelling: str | None) -> None:
    if spelling is None:  # the sorting example of RFC 8785 section 3.2.3
        assert list(json.loads(canonical.encode(value))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    else:
        assert canonical.encode(value).decode() == spelling


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert json.loads(canonical.encode(value)) == value


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES))
def test_the_order_of_the_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical.digest(value) == canonical.digest(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, {"a": {"b": float("nan")}}, {1: "a"}, b"bytes", {"a": {1, 2}}])
def test_what_has_no_one_spelling_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical.encode(value)


def test_digests_are_sha256_in_lower_case_hex() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical.sha256(b"") == empty
    assert canonical.digest({}) == canonical.sha256(b"{}")
