"""Periods by name, and the parts a period falls into. Days are city days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

NAMED = {
    "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "this_quarter": gettext_lazy("this quarter"),
    "last_12_months": gettext_lazy("last twelve months"),
    "this_year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
}
LONGEST = 366 * 30
"""Days; what is longer is a mistyped year."""


def read(name: str, since: str, until: str, *, today: date) -> tuple[date, date]:
    """First and last day. A name goes before days; without either it is the last twelve months. Raises ValueError."""
    if name:
        return named(name, today)
    if not since and not until:
        return named("last_12_months", today)
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    if not 0 <= (last - first).days < LONGEST:
        raise ValueError(f"{since} to {until}")
    return first, last


def named(name: str, today: date) -> tuple[date, date]:
    """First and last day of a period by name. Raises ValueError."""
    month, year = first_of_month(today), today.replace(month=1, day=1)
    if name == "this_month":
        return month, end_of_month(today)
    if name == "last_month":
        return first_of_month(month - timedelta(days=1)), month - timedelta(days=1)
    if name == "this_quarter":
        first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return first, end_of_month(first.replace(month=first.month + 2))
    if name == "last_12_months":
        return later(month, -11), end_of_month(today)
    if name == "this_year":
        return year, year.replace(month=12, day=31)
    if name == "last_year":
        return year.replace(year=year.year - 1), year - timedelta(days=1)
    raise ValueError(name)


def before(since: date, until: date) -> tuple[date, date]:
    """The period of the same length just before: as many months where these are whole months, else as many days."""
    if since.day == 1 and until == end_of_month(until):
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        return later(since, -months), since - timedelta(days=1)
    return since - timedelta(days=(until - since).days + 1), since - timedelta(days=1)


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return later(first_of_month(day), 1) - timedelta(days=1)


def later(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def months(since: date, until: date) -> Iterator[date]:
    """The first days of the months a period touches."""
    month = first_of_month(since)
    while month <= until:
        yield month
        month = later(month, 1)


def part_of(part: str, day: date) -> date:
    """The first day of the year, quarter, month, week or day that holds a day."""
    if part == "year":
        return day.replace(month=1, day=1)
    if part == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if part == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if part == "week" else day


def ends(part: str, first: date) -> date:
    """The last day of the part that begins with a day."""
    if part == "year":
        return first.replace(month=12, day=31)
    if part == "quarter":
        return end_of_month(later(first, 2))
    if part == "month":
        return end_of_month(first)
    return first + timedelta(days=6) if part == "week" else first


def parts(part: str, since: date, until: date) -> list[date]:
    """The first days of all parts a period touches, in order."""
    found, day = [], part_of(part, since)
    while day <= until:
        found.append(day)
        day = ends(part, day) + timedelta(days=1)
    return found


def words(part: str, first: date) -> str:
    """What a part is called."""
    if part == "year":
        return f"{first.year}"
    if part == "quarter":
        return _("{year} Q{quarter}").format(year=first.year, quarter=(first.month - 1) // 3 + 1)
    if part == "month":
        return f"{first:%Y-%m}"
    if part == "week":
        year, week, _day = first.isocalendar()
        return _("{year} week {week}").format(year=year, week=week)
    return f"{first:%Y-%m-%d}"


def labels() -> dict[str, str]:
    """What the parts themselves are called."""
    return {"year": _("Year"), "quarter": _("Quarter"), "month": _("Month"), "week": _("Week"), "day": _("Day")}


def length(days: int) -> str:
    """How long a period is, in words."""
    return ngettext("{days} day", "{days} days", days).format(days=days)
