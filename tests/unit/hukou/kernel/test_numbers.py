from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.kernel import numbers

UNIT, DAY = "429901510000", date(2026, 11, 21)


def test_a_case_number_is_unit_day_sub_type_and_sequence():
    number = numbers.case_number(unit=UNIT, day=DAY, subtype="1102", sequence=7)
    assert number == "429901510000" + "20261121" + "1102" + "00007"
    assert len(number) == 29


@given(
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.dates(date(2000, 1, 1)),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    st.integers(1, 99_999),
)
def test_a_case_number_is_read_back(unit, day, subtype, sequence):
    read = numbers.read_case_number(numbers.case_number(unit=unit, day=day, subtype=subtype, sequence=sequence))
    assert read == numbers.CaseNumber(unit, f"{day:%Y%m%d}", subtype, sequence)


@pytest.mark.parametrize("text", ["", "4299", "4" * 28, "4" * 30, "x" * 29, "４" * 29, "4" * 29])
def test_what_is_no_case_number_reads_as_none(text):
    assert numbers.read_case_number(text) is None


@pytest.mark.parametrize(("retention", "mark"), [("permanent", "Y"), ("30y", "D30"), ("10y", "D10")])
def test_an_archive_number_tells_fonds_year_retention_unit_and_item(retention, mark):
    number = numbers.archive_number(unit=UNIT, year=2026, retention=retention, sequence=42)
    assert number == f"4299-HJ·2026-{mark}-429901510000-00042"


def test_a_sequence_that_does_not_fit_is_refused_rather_than_made_longer():
    for sequence in (0, 100_000):
        with pytest.raises(ValueError, match="sequence"):
            numbers.case_number(unit=UNIT, day=DAY, subtype="1102", sequence=sequence)
        with pytest.raises(ValueError, match="sequence"):
            numbers.archive_number(unit=UNIT, year=2026, retention="30y", sequence=sequence)
