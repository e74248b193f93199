"""What the wall draws: late counts with their shape, and the scale of the days of old."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .screens import icon

register = template.Library()
SCALE = 1000
"""The days of old, in units of the drawing."""


@register.simple_tag
def late(count: int) -> SafeString:
    """How many are late: a red octagon with the number, or a quiet dash; never the colour alone."""
    if not count:
        return format_html('<span class="none" title="{}">–</span>', _("none is late"))
    words = ngettext("{count} late", "{count} late", count).format(count=count)
    return format_html('<span class="late-mark" title="{}">{}<span>{}</span></span>', words, icon("octagon"), count)


@register.inclusion_tag("wall/turnaround.html")
def turnaround(wall: Any, before: int) -> dict[str, Any]:
    """Today and the last week against the days of old, on one scale: a bar to the median, a line on to the 90th percentile."""
    rows = [_row(_("Today"), wall.today, before), _row(_("7 days"), wall.week, before)]
    return {"before": before, "scale": SCALE, "rows": rows}


def _row(label: str, took: Any, before: int) -> dict[str, Any]:
    return {"label": label, "took": took, "median": _along(took.median, before), "ninth": _along(took.ninth, before)}


def _along(days: float | None, before: int) -> int:
    return 0 if days is None else round(min(days / before, 1) * SCALE)
