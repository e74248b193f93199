"""Case numbers: unit code, day, sub-type, and a running number without gaps (domain.md §7)."""

from __future__ import annotations

from datetime import date

from django.db import connection

from hukou.accounts.models import Office
from hukou.kernel import numbers


def next_case_number(*, station: Office, subtype_code: str, day: date) -> str:
    """The next number of that station, day and sub-type. A rolled-back acceptance leaves no gap."""
    prefix = numbers.case_prefix(unit=station.code, day=day, subtype=subtype_code)
    return numbers.case_number(unit=station.code, day=day, subtype=subtype_code, sequence=next_sequence(prefix))


def next_sequence(prefix: str) -> int:
    """The next running number under `prefix`; the counter row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_numbercounter (prefix, last) values (%s, 1)"
            " on conflict (prefix) do update set last = cases_numbercounter.last + 1 returning last",
            [prefix],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
