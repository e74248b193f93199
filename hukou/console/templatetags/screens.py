"""What the templates need to read values aloud: icons, states, and numbers set in groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language

from audit.alerts.listing import MANY
from hukou.console.chart import LINE
from hukou.kernel import clock

register = template.Library()

STATES: Mapping[str, tuple[str, str]] = {
    # a case
    "draft": ("plain", "dashed-circle"),
    "accepted": ("police", "dot-circle"),
    "in_review": ("police", "half-circle"),
    "returned": ("warn", "back"),
    "approved": ("ok", "check-disc"),
    "refused": ("stop", "cross-square"),
    "withdrawn": ("plain", "minus-circle"),
    "filed": ("ok", "box"),
    "late_capture": ("warn", "clock"),
    "suspended": ("warn", "question-diamond"),
    "not_accepted": ("stop", "octagon"),
    "completed": ("ok", "tick"),
    "recall": ("warn", "back"),
    # a material slot
    "missing": ("warn", "dashed-square"),
    "partial": ("warn", "half-square"),
    "complete": ("ok", "check-disc"),
    "optional_present": ("ok", "check-disc"),
    "not_needed": ("plain", "dashed-circle"),
    # the quality of a page
    "pass": ("ok", "check-disc"),
    "warn": ("warn", "triangle"),
    "refuse": ("stop", "cross-square"),
    # the verdict of a check
    "PASSED": ("ok", "check-disc"),
    "HELD": ("ok", "check-disc"),
    "INDETERMINATE": ("warn", "question-diamond"),
    "FAILED": ("stop", "cross-square"),
    "BROKEN": ("stop", "cross-square"),
    # a decision, and its seal
    "approve": ("ok", "check-disc"),
    "sealing": ("police", "clock"),
    "return": ("warn", "back"),
    "void": ("plain", "minus-circle"),
    # a paper of a batch
    "waiting": ("plain", "dashed-circle"),
    "shown": ("police", "half-circle"),
    "signed": ("ok", "check-disc"),
    "failed": ("stop", "cross-square"),
    "aside": ("warn", "minus-circle"),
    # a due time, and an alert
    "soon": ("warn", "clock"),
    "late": ("stop", "octagon"),
    "open": ("stop", "octagon"),
    "closed": ("ok", "check-disc"),
    "acknowledged": ("police", "half-circle"),
    "settled": ("warn", "tick"),
    # a text to a telephone
    "kept": ("plain", "minus-circle"),
    "sending": ("police", "clock"),
    "sent": ("police", "half-circle"),
    "delivered": ("ok", "check-disc"),
    "given_up": ("stop", "cross-square"),
    # an inspection, a reviewed case, a finding, a rectification order
    "due": ("plain", "dashed-circle"),
    "drawn": ("police", "half-circle"),
    "done": ("ok", "check-disc"),
    "done_late": ("warn", "tick"),
    "in_order": ("ok", "check-disc"),
    "findings": ("warn", "triangle"),
    "minor": ("plain", "info"),
    "serious": ("warn", "triangle"),
    "grave": ("stop", "octagon"),
    "issued": ("police", "dot-circle"),
    "to_answer": ("warn", "clock"),
    "answered": ("police", "half-circle"),
    "sent_back": ("warn", "back"),
    # a seal in the register
    "live": ("ok", "check-disc"),
    "locked": ("stop", "octagon"),
    "left": ("stop", "minus-circle"),
    "expired": ("stop", "clock"),
    "renewed": ("plain", "tick"),
    "revoked": ("plain", "minus-circle"),
    # paper
    "filling": ("police", "half-circle"),
    "bound": ("ok", "box"),
    "dual": ("plain", "page"),
    "single": ("police", "machine"),
    "asked": ("warn", "question-diamond"),
    "out": ("warn", "back"),
    "unread": ("police", "dot-circle"),
    "read": ("plain", "tick"),
}
"""State → (tone, shape). Every state has a word besides: colour never speaks alone."""

UNKNOWN = ("plain", "info")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw the symbol `name` of static/hukou/icons.svg in the colour of the text around it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("hukou/icons.svg"), name
    )


@register.simple_tag
def state(value: str, label: str = "") -> SafeString:
    """Show the state `value` with its shape, colour and word (`label`; default: the value itself)."""
    # Written here, not in a template: a list has one on every line, and a template for each was half the cost of the list.
    tone, shape = STATES.get(str(value), UNKNOWN)
    return format_html(
        '<span class="state tone-{}" data-state="{}">{}<span>{}</span></span>', tone, value, icon(shape), label or value
    )


@register.simple_tag
def many(count: int) -> str:
    """A count that is not counted to its end where it is great."""
    return f"{MANY - 1}+" if count >= MANY else str(count)


@register.filter
def tone(value: str) -> str:
    """The colour name of a state: plain, police, warn, stop or ok."""
    return STATES.get(str(value), UNKNOWN)[0]


@register.filter
def shape(value: str) -> str:
    """The symbol of a state."""
    return STATES.get(str(value), UNKNOWN)[1]


@register.filter
def named(thing: Any) -> str:
    """The name of a catalogue thing in the language of the screen: its `name_zh` or `name_en`."""
    key = "name_zh" if (get_language() or "zh").startswith("zh") else "name_en"
    value = thing.get(key) if isinstance(thing, Mapping) else getattr(thing, key, None)
    return str(value or thing)


@register.filter
def worded(thing: Any) -> str:
    """The words of a catalogue pair `{"zh": …, "en": …}` in the language of the screen."""
    return str(thing["zh" if (get_language() or "zh").startswith("zh") else "en"])


@register.filter
def others_said(fields: Iterable[Mapping[str, Any]]) -> bool:
    """True when a form says something of people beside the applicant, has to, or says it wrongly."""
    return any(field["other"] and (field["value"] or field["required"] or field["problem"]) for field in fields)


@register.filter
def all_pages(slots: Iterable[Any]) -> list[Any]:
    """The pages of all slots in the order they lie in the folder."""
    return [placement for slot in slots for placement in slot.pages]


@register.filter
def lacking(slots: Iterable[Any]) -> list[Any]:
    """Needed slots that are not complete, of the stages before the decision."""
    return [
        slot
        for slot in slots
        if slot.needed and slot.state in ("missing", "partial") and slot.spec.stage != "completion"
    ]


@register.filter
def chart_line(more: int, first: int) -> int:
    """Where a line of the chart stands: `first`, or as many lines below it."""
    return first + more * LINE


@register.filter
def asked_for(decision: Any) -> list[str]:
    """What a return asks for: materials by name, other lines as they were written."""
    names = {line.code: named(line) for line in decision.case.subtype.spec.materials}
    return [names.get(line, line) for line in decision.missing]


@register.filter
def waited(since: datetime | None) -> str:
    """How long something has waited, as coarse as a person would say it: days and hours, hours, or minutes."""
    if since is None:
        return "—"
    now = clock.now()
    return timesince(since, now, depth=2 if now - since >= timedelta(days=1) else 1)


@register.filter
def still(until: datetime | None) -> str:
    """How much time is left until a moment, as coarse as `waited`."""
    if until is None:
        return "—"
    now = clock.now()
    return timeuntil(until, now, depth=2 if until - now >= timedelta(days=1) else 1)


@register.filter
def case_name(case: Any) -> SafeString | str:
    """A case in a trail of links: its short number, or which draft it is."""
    return short_number(case.number) if case.number else str(case)


def _grouped(text: str, *lengths: int) -> SafeString:
    parts, rest = [], text
    for length in lengths:
        parts.append(rest[:length])
        rest = rest[length:]
    parts.append(rest)
    return format_html(
        '<span class="grouped">{}</span>', format_html_join("", "<span>{}</span>", ((part,) for part in parts if part))
    )


@register.filter
def id_groups(number: str | None) -> SafeString | str:
    """A citizen ID number in groups 6-8-4, spaced by style so that copying gives the plain number."""
    return _grouped(number, 6, 8) if number else "—"


@register.filter
def number_groups(number: str | None) -> SafeString | str:
    """A case number in groups unit, day, sub-type, sequence."""
    return _grouped(number, 12, 8, 4) if number else "—"


@register.filter
def short_number(number: str | None) -> SafeString | str:
    """A case number without its unit, for lists that show the office: day, sub-type, sequence."""
    return _grouped(number[12:], 8, 4) if number else "—"
