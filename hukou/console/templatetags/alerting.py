"""Alerts read aloud: their state, how grave they are, whom they were told to."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.alerts import rules

from .screens import icon, state

register = template.Library()

WORDS = {
    "open": gettext_lazy("open"),
    "acknowledged": gettext_lazy("taken note of"),
    "settled": gettext_lazy("over, record owed"),
    "closed": pgettext_lazy("alert", "closed"),
}
GRAVITY = {1: ("info", "plain"), 2: ("triangle", "warn"), 3: ("octagon", "stop")}


@register.filter
def state_of(alert: Any) -> str:
    """The state of an alert: open, acknowledged, settled or closed."""
    if alert.closed_at:
        return "closed"
    if alert.settled_at:
        return "settled"
    return "acknowledged" if alert.acknowledged_at else "open"


@register.simple_tag
def alert_state(alert: Any) -> SafeString:
    """The state with shape, colour and word."""
    value = state_of(alert)
    return state(value, str(WORDS[value]))


@register.simple_tag
def gravity(rule: str) -> SafeString:
    """The shape of how grave a rule is, with a word for readers."""
    known = rules.get(rule)
    shape, tone = GRAVITY[known.severity if known else 2]
    words = {1: _("to be known"), 2: _("to be mended"), 3: _("at once")}[known.severity if known else 2]
    return format_html(
        '<span class="gravity tone-{}" title="{}">{}<span class="seen-by-readers">{}</span></span>',
        tone,
        words,
        icon(shape),
        words,
    )


@register.filter
def kind_label(rule: str) -> str:
    """The kind of a rule in words; "" for one without."""
    known = rules.get(rule)
    return known.kind.label if known else ""


@register.filter
def told(alert: Any) -> str:
    """Whom it was told to: an office, or its leaders."""
    name: str = alert.office.short_name
    return _("{office}, its leader").format(office=name) if alert.role == rules.Level.LEADER else name


@register.simple_tag
def level_label(level: str) -> str:
    """Whom a rung is told to, in words."""
    return rules.Level(level).label
