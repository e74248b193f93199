from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.kernel import id_numbers
from hukou.kernel.id_numbers import BadIdNumber, parse

# Vectors of domain.md §7.
KNOWN = {
    "11010519491231002X": (date(1949, 12, 31), "2"),
    "440524188001010014": (date(1880, 1, 1), "1"),
    "420704202601150029": (date(2026, 1, 15), "2"),
    "420704199003071238": (date(1990, 3, 7), "1"),
    "42070219850101401X": (date(1985, 1, 1), "1"),
}
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("number", KNOWN)
def test_a_known_number_tells_birth_date_and_sex(number):
    read = parse(number, today=TODAY)
    assert (read.number, read.born_on, read.sex) == (number, *KNOWN[number])


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_what_a_hurried_clerk_types_is_understood(typed):
    assert parse(typed, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    ["", "1", "11010519491231002", "110105194912310021", "1101051949123100XX", "11010519491231002XX", "北" * 18],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadIdNumber):
        parse(text, today=TODAY)


@pytest.mark.parametrize("day", ["20250230", "20251301", "00000101", "20261122", "18691231"])
def test_an_impossible_birth_date_is_refused_though_the_last_character_fits(day):
    body = f"420704{day}002"
    with pytest.raises(BadIdNumber):
        parse(body + id_numbers.check_character(body), today=TODAY)


def test_the_refusal_does_not_repeat_the_number():
    with pytest.raises(BadIdNumber) as refusal:
        parse("110105194912310021", today=TODAY)
    assert "110105194912310021" not in str(refusal.value)


def test_a_number_shows_itself_masked_in_a_traceback():
    assert repr(parse("11010519491231002X", today=TODAY)) == "IdNumber(110105***********X)"


def test_a_number_is_read_aloud_in_groups():
    assert id_numbers.grouped("11010519491231002X") == "110105 19491231 002X"
    assert id_numbers.grouped("") == ""


def test_a_text_of_another_length_is_masked_whole():
    assert id_numbers.masked("12345") == "*****"


def test_the_digest_depends_on_the_salt_and_not_on_the_spelling():
    one, other = b"0123456789abcdef", b"fedcba9876543210"
    digest = id_numbers.salted_digest("11010519491231002x", salt=one)
    assert digest == id_numbers.salted_digest("11010519491231002X", salt=one)
    assert digest != id_numbers.salted_digest("11010519491231002X", salt=other)
    with pytest.raises(ValueError, match="16 bytes"):
        id_numbers.salted_digest("11010519491231002X", salt=b"short")


@given(st.sampled_from(sorted(KNOWN)), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(number, place, character):
    spoilt = number[:place] + character + number[place + 1 :]
    if spoilt != number:
        with pytest.raises(BadIdNumber):
            parse(spoilt, today=TODAY)


@given(st.sampled_from(sorted(KNOWN)), st.integers(0, 16))
def test_two_neighbours_changed_round_are_always_noticed(number, place):
    spoilt = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if spoilt != number:
        with pytest.raises(BadIdNumber):
            parse(spoilt, today=TODAY)
