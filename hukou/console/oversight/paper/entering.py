"""What stands in a form, read: numbers and days. What cannot be one is said back by the verb's own error."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from hukou.kernel import clock
from workflows.volumes.errors import BadEntry
from workflows.volumes.shelving import OLDEST

LONGEST = 9
"""Digits of a number somebody types."""


def number(sent: QueryDict, name: str) -> int:
    """A whole number of the form. Raises BadEntry."""
    text = sent.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        raise BadEntry(field=text or "—")
    return int(text)


def number_or(sent: QueryDict, name: str, otherwise: int | None = None) -> int | None:
    """A whole number, or `otherwise` when nothing was typed. Raises BadEntry."""
    return number(sent, name) if sent.get(name, "").strip() else otherwise


def day(sent: QueryDict, name: str) -> date:
    """A calendar day of the form. Raises BadEntry."""
    text = sent.get(name, "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError as not_a_day:
        raise BadEntry(field=text or "—") from not_a_day


def year_or(sent: QueryDict, name: str, otherwise: int | None = None) -> int | None:
    """A year paper may be of, or `otherwise` when none was named. Raises BadEntry."""
    found = number_or(sent, name, otherwise)
    if found is not None and not OLDEST <= found <= clock.today().year:
        raise BadEntry(field=found)
    return found
