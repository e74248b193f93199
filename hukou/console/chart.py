"""The flow chart of a case: where it is, who did what when, what comes next. Drawn on the server as SVG.

The drawing is made from a plain list of stops, whoever knows them; `stops_of` reads them from a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hukou.catalogue import queries as catalogue
from hukou.kernel.clock import CITY_TIME
from workflows.approvals import queries as approvals
from workflows.approvals.models import Decision, Enquiry
from workflows.approvals.standing import Standing
from workflows.approvals.steps import STEPS, office_of
from workflows.cases.models import Case

State = Literal["done", "current", "ahead", "returned", "recalled", "refused", "paused", "against", "void"]
HERE = frozenset({"current", "paused"})
"""States of the stop at which the case stands."""
BEFORE_FILING = frozenset({Case.Status.COMPLETED, Case.Status.REFUSED})

PITCH = 148
"""From one stop to the next, in the units of the drawing."""
HEIGHT, LINE = 118, 17
"""Of a row, and of one more line of text in it."""
PER_ROW = 8
"""Stops side by side; a longer way goes on in the next row."""
LONGEST = {"label": 10, "office": 11}
"""Characters of a line that fit under a stop; a Latin letter counts half."""
SIGNS = {
    "done": "M-6 0l4 4 8-9",
    "refused": "M-5-5 5 5M5-5-5 5",
    "returned": "M5-4v3q0 4-4 4H-5m4-4-4 4 4 4",
    "recalled": "M5-4v3q0 4-4 4H-5m4-4-4 4 4 4",
    "paused": "M-3-5v10M3-5v10",
    "against": "M0-6v7M0 5v1",
    "void": "M-6 0h12",
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
    label: tuple[str, ...]
    """In lines, shortened to what fits; the whole stands in the list for readers."""
    office: str
    moment: str
    word: str
    """The state in the current language."""
    sign: str
    link: str
    """Path of the line from the stop before; empty for the first."""

    @property
    def more(self) -> int:
        """Lines of the label beyond the first."""
        return len(self.label) - 1

    @property
    def told(self) -> bool:
        """True where colour and moment alone would not say what happened."""
        return self.stop.state in ("void", "against", "returned", "recalled", "refused")


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
    lines = max((len(_lines(stop.label)) for stop in stops), default=1)
    height = HEIGHT + LINE * (lines - 1)
    marks = tuple(_mark(number, stop, height) for number, stop in enumerate(stops, 1))
    rows = -(-len(marks) // PER_ROW)
    here = next((m for m in marks if m.stop.state in HERE), None)
    last = here or next((m for m in reversed(marks) if m.stop.state != "ahead"), None)
    return Chart(
        marks=marks,
        width=PITCH * PER_ROW,
        height=height * rows,
        title=_("The way of this case"),
        description=_("{done} of {all} steps done. Now: {label}, {word}.").format(
            done=sum(m.stop.state == "done" for m in marks), all=len(marks), label=last.stop.label, word=last.word
        )
        if last
        else "",
    )


def chart_of(case: Case, decisions: Sequence[Decision] | None = None, asked: Sequence[Enquiry] | None = None) -> Chart:
    """The chart of a case; see `stops_of`."""
    return draw(stops_of(case, decisions, asked))


def stops_of(
    case: Case, decisions: Sequence[Decision] | None = None, asked: Sequence[Enquiry] | None = None
) -> list[Stop]:
    """What happened to the case in order, where it is, and what is still to come.

    `decisions`, `asked`: all of the case, where they are known already.
    """
    decisions = approvals.history(case) if decisions is None else decisions
    asked = Standing(case).enquiries if asked is None else asked
    office = case.station.short_name
    opened: State = "done" if case.accepted_at or case.status != Case.Status.DRAFT else "current"
    stops = [Stop(_("Opened"), office, case.opened_by.name, case.opened_at, opened)]
    if case.status == Case.Status.NOT_ACCEPTED:
        return [*stops, Stop(_("Not accepted"), office, "", case.closed_at, "refused")]
    by = case.accepted_by
    stops.append(Stop(_("Acceptance"), office, by.name if by else "", case.accepted_at, "done" if by else "ahead"))
    past = [(decision.decided_at, _of_decision(decision)) for decision in decisions]
    past += [(enquiry.asked_at, _of_enquiry(enquiry)) for enquiry in asked]
    stops += [stop for _moment, stop in sorted(past, key=itemgetter(0))]
    if case.status == Case.Status.WITHDRAWN:
        return [*stops, Stop(pgettext("chart", "Withdrawn"), office, "", case.closed_at, "refused")]
    standing = [decision for decision in decisions if decision.voided_at is None]
    if all(decision.outcome != Decision.Outcome.REFUSE for decision in standing):
        passed = {decision.level for decision in standing if decision.outcome == Decision.Outcome.APPROVE}
        here = any(stop.state in HERE for stop in stops)
        recalled = any(decision.outcome == Decision.Outcome.RECALL for decision in standing)
        stops += [*_ahead(case, passed, here=here, recalled=recalled), _entry(case)]
    filed: State = "done" if case.filed_at else "current" if case.status in BEFORE_FILING else "ahead"
    return [*stops, Stop(_("Filing"), office, "", case.filed_at, filed)]


def _of_decision(decision: Decision) -> Stop:
    """A decision where it fell; one that a supplement made void stays, as void."""
    states: dict[str, State] = {"approve": "done", "return": "returned", "recall": "recalled", "refuse": "refused"}
    state = states[decision.outcome]
    if decision.voided_at is not None and decision.outcome not in Decision.UNSEALED:
        state = "void"
    elif decision.application is not None and decision.application.applied_at is None:
        state = "current"
    recalled = decision.outcome == Decision.Outcome.RECALL
    return Stop(
        pgettext("chart", "Called back") if recalled else decision.step_label,
        decision.office.short_name,
        decision.officer_name,
        decision.decided_at,
        state,
    )


def _of_enquiry(enquiry: Enquiry) -> Stop:
    """What was asked, at the office that was asked: since when it waits, or who answered and when."""
    labels = {
        Enquiry.Kind.INVESTIGATION: pgettext("chart", "Investigation"),
        Enquiry.Kind.COSIGN: pgettext("chart", "Co-signature"),
        Enquiry.Kind.PUBLIC_NOTICE: pgettext("chart", "Public notice"),
    }
    label, office = labels[Enquiry.Kind(enquiry.kind)], enquiry.office.short_name
    if enquiry.answered_by is None:
        return Stop(label, office, "", enquiry.asked_at, "paused")
    against = enquiry.result == Enquiry.Result.NEGATIVE
    return Stop(label, office, enquiry.answered_by.name, enquiry.answered_at, "against" if against else "done")


def _ahead(case: Case, passed: set[int], *, here: bool, recalled: bool) -> list[Stop]:
    """Steps nobody has decided in the present round.

    `here`: the case stands at a stop before them; `recalled`: a leader called it back.
    """
    chain = case.chain or catalogue.spec_of(case.subtype).chain
    left = [level for level in range(1, len(chain) + 1) if level not in passed]
    stops = []
    if case.status == Case.Status.RETURNED:
        label = pgettext("chart", "Handing up anew") if recalled else pgettext("chart", "Supplement")
        stops.append(Stop(label, case.station.short_name, "", None, "current"))
    turn = not here and case.status in (Case.Status.ACCEPTED, Case.Status.IN_REVIEW)
    for level in left:
        step = chain[level - 1]
        mine = turn and level == left[0]
        who = case.claimed_by.name if mine and case.claimed_by else ""
        office = office_of(step, case.station).short_name
        stops.append(Stop(str(STEPS[step].label), office, who, None, "current" if mine else "ahead"))
    return stops


def _entry(case: Case) -> Stop:
    """The result comes into the population system (办结)."""
    by, approved = case.completed_by, case.status == Case.Status.APPROVED
    state: State = "done" if by else "current" if approved else "ahead"
    label = _("Entry in the population system")
    return Stop(label, case.station.short_name, by.name if by else "", case.completed_at, state)


def _mark(number: int, stop: Stop, height: int) -> Mark:
    column, row = (number - 1) % PER_ROW, (number - 1) // PER_ROW
    x, y = PITCH * column + PITCH // 2, height * row + 24
    words = {
        "done": pgettext("chart", "done"),
        "current": pgettext("chart", "here now"),
        "ahead": pgettext("chart", "to come"),
        "returned": pgettext("chart", "returned"),
        "recalled": pgettext("chart", "anew"),
        "refused": pgettext("chart", "ended"),
        "paused": pgettext("chart", "waiting for the answer"),
        "against": pgettext("chart", "against"),
        "void": pgettext("chart", "void"),
    }
    if number == 1:
        link = ""
    elif column:
        link = f"M{x - PITCH + 22} {y}H{x - 22}"
    else:  # down from the end of the row above, and back to the left
        bend = y - 38
        link = f"M{PITCH * PER_ROW - 4} {y - height}V{bend}H{x}V{y - 22}"
        link = (
            f"M{PITCH * PER_ROW - PITCH // 2 + 22} {y - height}H{link[1:].partition(' ')[0]}{link[link.index('V') :]}"
        )
    moment = stop.when.astimezone(CITY_TIME).strftime("%m-%d %H:%M") if stop.when else ""
    return Mark(
        stop=stop,
        number=number,
        x=x,
        y=y,
        label=_lines(stop.label),
        office=_short(" · ".join(filter(None, (stop.office, stop.officer))), LONGEST["office"]),
        moment=moment,
        word=words[stop.state],
        sign=SIGNS.get(stop.state, ""),
        link=link,
    )


def _lines(label: str) -> tuple[str, ...]:
    """A label in one line, or in two where words part; what still does not fit is cut."""
    first, second = "", ""
    for word in label.split(" "):
        grown = f"{first} {word}".strip()
        if not second and _width(grown) <= LONGEST["label"]:
            first = grown
        else:
            second = f"{second} {word}".strip()
    return tuple(_short(line, LONGEST["label"]) for line in (first, second) if line)


def _width(text: str) -> float:
    """In Chinese characters."""
    return sum(0.55 if ord(character) < 0x300 else 1 for character in text)


def _short(text: str, most: int) -> str:
    """`text` cut to the width of `most` Chinese characters."""
    if _width(text) <= most:
        return text
    kept = text
    while _width(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"
