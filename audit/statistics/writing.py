"""How figures are written for the reader."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from .cubes import Measure, Unit

NONE = "—"
"""Where nothing stands below the line, there is no figure."""
MINUTES = 60


def written(measure: Measure, value: float | None) -> str:
    """A figure with its unit: 1,234 · 98.3% · 3.5 h · 1.25."""
    return NONE if value is None else writer(measure)(value)


def writer(measure: Measure) -> Callable[[float], str]:
    """Writes figures of a measure."""
    return _WRITERS[measure.unit]


def number_of(measure: Measure, value: float | None) -> float | None:
    """The figure as a number in its unit: hours of working time, percent, else as it is."""
    return value / MINUTES if value is not None and measure.unit == Unit.WORKING_TIME else value


def number_writer(measure: Measure) -> Callable[[float], str]:
    """Writes what `number_of` gives."""
    return _in_hours if measure.unit == Unit.WORKING_TIME else writer(measure)


def unit_of(measure: Measure, things: object) -> str:
    """What one of it is; `things`: what the cube counts."""
    if measure.unit == Unit.PERCENT:
        return "%"
    if measure.unit == Unit.WORKING_TIME:
        return _("hours of working time")
    return str(things)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _percent(value: float) -> str:
    return f"{value:.1f}%"


def _rate(value: float) -> str:
    return f"{value:,.2f}"


def _hours(value: float) -> str:
    return _("{hours} h").format(hours=f"{value / MINUTES:,.1f}")


def _in_hours(value: float) -> str:
    return _("{hours} h").format(hours=f"{value:,.1f}")


_WRITERS: dict[Unit, Callable[[float], str]] = {
    Unit.NUMBER: _whole,
    Unit.PERCENT: _percent,
    Unit.PER_CASE: _rate,
    Unit.WORKING_TIME: _hours,
}
