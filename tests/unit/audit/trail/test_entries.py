"""The bytes of an event: one way to write them, and nothing else is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.trail import entries
from audit.trail.errors import BadDetails

ENTRY = entries.Entry(
    at=datetime(2026, 11, 21, 8, 15, 30, 5, tzinfo=UTC),
    action="case.accepted",
    subject="cases.case:17",
    subject_seq=3,
    case_id=17,
    officer_id=7,
    officer_number="010203",
    office_id=12,
    office_code="990102010000",
    duty="desk_officer",
    workstation="10.1.2.3",
    session="0" * 32,
    details={"number": "99010201000020261121010100001", "说明": "x"},
)
LEAF = (
    '{"action":"case.accepted","at":"2026-11-21T08:15:30.000005Z","case_id":17,'
    '"details":{"number":"99010201000020261121010100001","说明":"x"},"duty":"desk_officer","office_code":"990102010000",'
    '"office_id":12,"officer_id":7,"officer_number":"010203","session":"00000000000000000000000000000000",'
    '"subject":"cases.case:17","subject_seq":3,"v":1,"workstation":"10.1.2.3"}'
).encode()


def test_the_bytes_are_those_of_the_manual() -> None:
    assert ENTRY.to_bytes() == LEAF
    assert entries.from_bytes(LEAF) == ENTRY


def test_the_same_moment_in_another_zone_gives_the_same_bytes() -> None:
    assert replace(ENTRY, at=ENTRY.at.astimezone(timezone(timedelta(hours=8)))).to_bytes() == LEAF


@pytest.mark.parametrize(
    "broken",
    [
        LEAF.replace(b'"v":1', b'"v":2'),
        LEAF.replace(b",", b", "),
        LEAF.replace(b'"duty":"desk_officer",', b""),
        LEAF[:-1] + b',"x":1}',
        LEAF.replace(b"000005Z", b"000005+00:00"),
        b"[]",
        b"",
    ],
)
def test_other_bytes_are_not_read_as_an_event(broken: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError: json's, datetime's or ours
        entries.from_bytes(broken)


details = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text('ab汉😀\n"\\', max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_]{0,5}\Z"), inner),
)


@given(st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_]{0,5}\Z"), details))
def test_what_may_be_written_is_read_back_the_same(value: dict[str, object]) -> None:
    entries.check_details(value)
    entry = replace(ENTRY, details=value)
    assert entries.from_bytes(entry.to_bytes()) == entry


@given(st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_]{0,5}\Z"), details))
def test_the_parts_are_the_leaf_but_for_what_the_database_adds(value: dict[str, object]) -> None:
    entry = replace(ENTRY, details=value)
    part = entries.around(vars(entry))
    added = '"duty":"desk_officer","office_code":"990102010000","office_id":12'
    put_together = f'{part["head"]},"details":{part["details"]},{added},{part["middle"]},"subject_seq":3,{part["tail"]}'
    assert put_together.encode() == entry.to_bytes()


def test_an_entry_that_would_be_too_long_is_refused_before_it_is_written() -> None:
    known = vars(replace(ENTRY, details={"number": "x" * (entries.LONGEST_ENTRY - 400)}))
    with pytest.raises(BadDetails):
        entries.around(known)


@pytest.mark.parametrize("text", ["110101199003074514", "号110101199003074514。", "11010119900307451x"])
def test_an_id_number_is_recognised_anywhere_in_a_text(text: str) -> None:
    with pytest.raises(BadDetails, match=r"details\.notes\[0\]"):
        entries.check_details({"notes": [text]})
