"""The flow chart of a case: where it is, who did what when, what comes next. Drawn on the server as SVG.

The drawing is made from a plain list of stops, whoever knows them; `stops_of` reads them from a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hukou.catalogue import queries as catalogue
from hukou.kernel.clock import CITY_TIME
from workflows.approvals import queries as approvals
from workflows.approvals.models import Decision
from workflows.approvals.steps import STEPS, office_of
from workflows.cases.models import Case

State = Literal["done", "current", "ahead", "returned", "refused", "paused"]

PITCH = 168
"""From one stop to the next, in the units of the drawing."""
HEIGHT = 118
PER_ROW = 6
"""Stops side by side; a longer way goes on in the next row."""
LONGEST = {"label": 11, "office": 12}
"""Characters of a line that fit under a stop; a Latin letter counts half."""
SIGNS = {
    "done": "M-6 0l4 4 8-9",
    "refused": "M-5-5 5 5M5-5-5 5",
    "returned": "M5-4v3q0 4-4 4H-5m4-4-4 4 4 4",
    "paused": "M-3-5v10M3-5v10",
}
"""What stands in the disc of a stop, as a path around its middle; a number where there is none."""


@dataclass(frozen=True)
class Stop:
    """One thing that happened to the case, is happening, or is to come."""

    label: str
    office: str
    officer: str
    when: datetime | None
    state: State


@dataclass(frozen=True)
class Mark:
    """A stop with its place in the drawing."""

    stop: Stop
    number: int
    x: int
    y: int
    label: str
    """Shortened to what fits; the whole stands in the list for readers."""
    office: str
    moment: str
    word: str
    """The state in the current language."""
    sign: str
    link: str
    """Path of the line from the stop before; empty for the first."""


@dataclass(frozen=True)
class Chart:
    """A drawing ready for `components/chart.html`."""

    marks: tuple[Mark, ...]
    width: int
    height: int
    title: str
    description: str


def draw(stops: Sequence[Stop]) -> Chart:
    """Lay the stops out from left to right, row under row."""
    marks = tuple(_mark(number, stop) for number, stop in enumerate(stops, 1))
    rows = -(-len(marks) // PER_ROW)
    here = next((m for m in marks if m.stop.state in ("current", "paused")), None)
    last = here or next((m for m in reversed(marks) if m.stop.state != "ahead"), None)
    return Chart(
        marks=marks,
        width=PITCH * PER_ROW,
        height=HEIGHT * rows,
        title=_("The way of this case"),
        description=_("{done} of {all} steps done. Now: {label}, {word}.").format(
            done=sum(m.stop.state == "done" for m in marks), all=len(marks), label=last.stop.label, word=last.word
        )
        if last
        else "",
    )


def chart_of(case: Case) -> Chart:
    """The chart of a case."""
    return draw(stops_of(case))


def stops_of(case: Case) -> list[Stop]:
    """What happened to the case in order, where it is, and the steps still to come."""
    office = case.station.short_name
    opened: State = "done" if case.accepted_at or case.status != Case.Status.DRAFT else "current"
    stops = [Stop(_("Opened"), office, case.opened_by.name, case.opened_at, opened)]
    if case.status == "not_accepted":
        return [*stops, Stop(_("Not accepted"), office, "", case.closed_at, "refused")]
    by = case.accepted_by
    stops.append(Stop(_("Acceptance"), office, by.name if by else "", case.accepted_at, "done" if by else "ahead"))
    history = approvals.history(case)
    stops += [_of_decision(decision) for decision in history]
    if case.status == Case.Status.WITHDRAWN:
        return [*stops, Stop(pgettext("chart", "Withdrawn"), office, "", case.closed_at, "refused")]
    refused = any(d.outcome == Decision.Outcome.REFUSE and d.voided_at is None for d in history)
    if not refused:
        stops += _ahead(case, {d.level for d in history if d.voided_at is None and d.outcome == "approve"})
    filed = case.filed_at is not None
    closed = case.status in (Case.Status.APPROVED, Case.Status.REFUSED, "completed")
    return [*stops, Stop(_("Filing"), office, "", case.filed_at, "done" if filed else "current" if closed else "ahead")]


def _of_decision(decision: Decision) -> Stop:
    states: dict[str, State] = {"approve": "done", "return": "returned", "refuse": "refused"}
    return Stop(
        decision.step_label,
        decision.office.short_name,
        decision.officer_name,
        decision.decided_at,
        states[decision.outcome],
    )


def _ahead(case: Case, passed: set[int]) -> list[Stop]:
    """Steps nobody has decided in the present round; the one whose turn it is, or that is paused, among them."""
    chain = case.chain or catalogue.spec_of(case.subtype).chain
    left = [level for level in range(1, len(chain) + 1) if level not in passed]
    stops = []
    if case.status == Case.Status.RETURNED:
        stops.append(Stop(pgettext("chart", "Supplement"), case.station.short_name, "", None, "current"))
    for level in left:
        state: State = "ahead"
        if level == left[0] and case.status in (Case.Status.ACCEPTED, Case.Status.IN_REVIEW):
            state = "current"
        elif level == left[0] and case.status == "suspended":
            state = "paused"
        step = chain[level - 1]
        stops.append(Stop(str(STEPS[step].label), office_of(step, case.station).short_name, "", None, state))
    return stops


def _mark(number: int, stop: Stop) -> Mark:
    column, row = (number - 1) % PER_ROW, (number - 1) // PER_ROW
    x, y = PITCH * column + PITCH // 2, HEIGHT * row + 24
    words = {
        "done": pgettext("chart", "done"),
        "current": pgettext("chart", "here now"),
        "ahead": pgettext("chart", "to come"),
        "returned": pgettext("chart", "returned"),
        "refused": pgettext("chart", "ended"),
        "paused": pgettext("chart", "paused"),
    }
    if number == 1:
        link = ""
    elif column:
        link = f"M{x - PITCH + 22} {y}H{x - 22}"
    else:  # down from the end of the row above, and back to the left
        bend = y - 38
        link = f"M{PITCH * PER_ROW - 4} {y - HEIGHT}V{bend}H{x}V{y - 22}"
        link = (
            f"M{PITCH * PER_ROW - PITCH // 2 + 22} {y - HEIGHT}H{link[1:].partition(' ')[0]}{link[link.index('V') :]}"
        )
    moment = stop.when.astimezone(CITY_TIME).strftime("%m-%d %H:%M") if stop.when else ""
    return Mark(
        stop=stop,
        number=number,
        x=x,
        y=y,
        label=_short(stop.label, LONGEST["label"]),
        office=_short(" · ".join(filter(None, (stop.office, stop.officer))), LONGEST["office"]),
        moment=moment,
        word=words[stop.state],
        sign=SIGNS.get(stop.state, ""),
        link=link,
    )


def _short(text: str, most: int) -> str:
    """`text` cut to the width of `most` Chinese characters."""
    width, kept = 0.0, ""
    for character in text:
        width += 0.55 if ord(character) < 0x300 else 1
        if width > most:
            return kept.rstrip() + "…"
        kept += character
    return kept
