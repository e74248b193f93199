"""What the screens of inspections need to read values aloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from audit.inspection import queries
from audit.inspection.models import Finding
from audit.inspection.results import Rate

register = template.Library()
SEVERITY = {Finding.Severity.MINOR: "minor", Finding.Severity.SERIOUS: "serious", Finding.Severity.GRAVE: "grave"}


@register.simple_tag
def rate(value: Rate) -> str:
    """A rate in per cent with one decimal, exactly; a dash where there is nothing to take a share of."""
    return "—" if value.permille is None else f"{percent(value.permille)} %"


@register.filter
def percent(permille: int) -> str:
    """Per thousand as per cent: 52 → "5.2", 50 → "5"."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


@register.filter
def minus(number: int, less: int) -> int:
    """The difference."""
    return number - less


@register.filter
def risk_label(code: str) -> str:
    """What a risk code means."""
    return queries.risk_label(code)


@register.filter
def severity_state(severity: int) -> str:
    """The state a severity is shown as."""
    return SEVERITY.get(Finding.Severity(severity), "minor")


@register.filter
def of_code(names: Mapping[str, Any], code: str) -> Any:
    """The thing of that code; None when there is none."""
    return names.get(code)
