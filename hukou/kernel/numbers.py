"""Case numbers and archive numbers (domain.md §7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

RETENTION_MARKS = {"permanent": "Y", "30y": "D30", "10y": "D10"}
MOST = 99_999
"""The last sequence number five digits can hold."""
MEASURING = "9999"
"""Unit codes that begin so belong to no police unit: a case numbered under one was made for measuring (`seed_load`)."""
_CASE = re.compile(r"([0-9]{12})([0-9]{8})([0-9]{4})([0-9]{5})")


@dataclass(frozen=True)
class CaseNumber:
    """The parts of a case number."""

    unit: str
    """12-digit code of the accepting unit."""
    day: str
    """yyyymmdd of acceptance."""
    subtype: str
    sequence: int
    """1-based, per unit, day and sub-type."""


def case_prefix(*, unit: str, day: date, subtype: str) -> str:
    """What all case numbers of a unit, day and sub-type begin with."""
    return f"{unit}{day:%Y%m%d}{subtype}"


def case_number(*, unit: str, day: date, subtype: str, sequence: int) -> str:
    """unit(12) + yyyymmdd + sub-type(4) + sequence(5)."""
    return f"{case_prefix(unit=unit, day=day, subtype=subtype)}{_five_digits(sequence)}"


def read_case_number(text: str) -> CaseNumber | None:
    """The parts of a case number, or None when it is not one."""
    match = _CASE.fullmatch(text)
    if match is None:
        return None
    try:
        datetime.strptime(match[2], "%Y%m%d")  # noqa: DTZ007 - a calendar day, no moment
    except ValueError:
        return None
    return CaseNumber(match[1], match[2], match[3], int(match[4]))


def archive_prefix(*, unit: str, year: int, retention: str) -> str:
    """全宗号-HJ·年度-保管期限-单位代码: the fonds is the unit's city (first four digits)."""
    return f"{unit[:4]}-HJ·{year}-{RETENTION_MARKS[retention]}-{unit}"


def archive_number(*, unit: str, year: int, retention: str, sequence: int) -> str:
    """档号: the prefix and the item number (件号), five digits."""
    return f"{archive_prefix(unit=unit, year=year, retention=retention)}-{_five_digits(sequence)}"


def _five_digits(sequence: int) -> str:
    if not 1 <= sequence <= MOST:
        raise ValueError(f"a sequence number is 1 to {MOST}")
    return f"{sequence:05d}"
