"""Counts of alerts as links: what narrows a list, and the table of offices by kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alerts import rules
from audit.alerts.listing import STATES, Counted, Narrowing, offices_under
from hukou.accounts.models import Office

DETAILS: Mapping[str, Any] = {
    "number": gettext_lazy("case number"),
    "missing": gettext_lazy("missing"),
    "level": gettext_lazy("step"),
    "hours": gettext_lazy("hours"),
    "minutes": gettext_lazy("minutes"),
    "seconds": gettext_lazy("seconds"),
    "days": gettext_lazy("days"),
    "pages": gettext_lazy("pages"),
    "case": gettext_lazy("case"),
    "cases": gettext_lazy("cases"),
    "material": gettext_lazy("material"),
    "size": gettext_lazy("size of the log"),
    "witness": gettext_lazy("witness"),
    "year": gettext_lazy("year"),
    "failure": gettext_lazy("what went wrong"),
    "why": gettext_lazy("what went wrong"),
    "error": gettext_lazy("what went wrong"),
    "task": gettext_lazy("background job"),
    "text": gettext_lazy("text"),
    "findings": gettext_lazy("findings"),
    "kinds": gettext_lazy("kinds of findings"),
    "pid": gettext_lazy("process"),
    "application": gettext_lazy("program"),
    "database": gettext_lazy("database"),
    "seal": gettext_lazy("seal"),
    "camera": gettext_lazy("camera"),
}
"""What rules find, in words; a name that is not here is shown as it is."""


@dataclass(frozen=True)
class Cell:
    """A number that links to what it counts."""

    count: int
    url: str


class Filled(dict[str, Any]):
    """Thresholds for a sentence; one the rule no longer has stays as its name."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def address(narrowing: Narrowing, after: str = "", **other: str) -> str:
    """The address of the list narrowed so."""
    said = narrowing.said(**other) | ({"after": after} if after else {})
    return f"{reverse('alerts')}{f'?{urlencode(said)}' if said else ''}"


def links(narrowing: Narrowing) -> dict[str, str]:
    """Addresses of the same list in each state, and with nothing left out."""
    of_state = {state: address(narrowing, state=state) for state in STATES}
    whole = {"kind": "", "rule": "", "under": "", "office": "", "rung": ""}
    return {
        **of_state,
        "all": address(narrowing, state=""),
        "whole": address(narrowing, **whole),
        "nothing": address(narrowing, **whole, state=""),
    }


def fits(one: Counted, narrowing: Narrowing, *, but: Sequence[str] = ()) -> bool:
    """Whether alerts counted together are meant; `but` names what is not asked."""
    wanted = {"kind": one.kind, "rule": one.rule, "office": str(one.office_id), "rung": str(one.rung)}
    if narrowing.under and one.office_id not in offices_under([int(narrowing.under)]):
        return False
    return all(getattr(narrowing, name) in ("", value) for name, value in wanted.items() if name not in but)


def of(counted: Iterable[Counted], narrowing: Narrowing) -> dict[str, int]:
    """State → how many of what is meant; "all" of every state."""
    found: Counter[str] = Counter()
    for one in counted:
        if fits(one, narrowing):
            found["open"] += one.open
            found["acknowledged"] += one.acknowledged
            found["settled"] += one.settled
    return {"open": 0, "acknowledged": 0, "settled": 0, **found, "all": found.total()}


def choices(counted: Sequence[Counted], narrowing: Narrowing) -> dict[str, list[tuple[str, str, int]]]:
    """What can be chosen of each condition: (value, words, how many there are with the others as chosen)."""
    offices = {str(office.pk): office.short_name for office in Office.objects.all()}
    words: dict[str, Callable[[str], str]] = {
        "kind": lambda value: rules.Kind(value).label,
        "rule": rules.label_of,
        "office": lambda value: offices.get(value, value),
        "rung": lambda value: _("rung {rung}").format(rung=value),
    }
    values: dict[str, Callable[[Counted], str]] = {
        "kind": lambda one: one.kind,
        "rule": lambda one: one.rule,
        "office": lambda one: str(one.office_id),
        "rung": lambda one: str(one.rung),
    }
    found = {}
    for name, value_of in values.items():
        tally: Counter[str] = Counter()
        for one in counted:
            if fits(one, narrowing, but=(name,)):
                tally[value_of(one)] += _in_state(one, narrowing.state)
        chosen = getattr(narrowing, name)
        if chosen:
            tally[chosen] += 0
        shown = sorted((value for value in tally if value), key=_orders(words)[name])
        found[name] = [(value, words[name](value), tally[value]) for value in shown]
    return found


def _orders(words: Mapping[str, Callable[[str], str]]) -> dict[str, Callable[[str], Any]]:
    """What the choices of a condition are sorted by."""
    kinds = [str(kind) for kind in rules.Kind]
    return {"rung": int, "kind": kinds.index, "rule": words["rule"], "office": words["office"]}


def matrix(counted: Sequence[Counted], narrowing: Narrowing, root: Office | None) -> dict[str, Any] | None:
    """An office and those right under it, with all under each, by kinds; None where there is nothing to compare.

    `root`: the office that is looked at; a line leads to the same table one office further down.
    """
    if root is None:
        return None
    parents = dict(Office.objects.values_list("pk", "parent_id"))
    below = list(Office.objects.filter(parent=root).order_by("code"))
    cells: Counter[tuple[int, str]] = Counter()
    for one in counted:
        line = _line(one.office_id, root.pk, parents)
        if line is not None:
            cells[line, one.kind] += _in_state(one, narrowing.state)
    kinds = [kind for kind in [*map(str, rules.Kind), ""] if any(cells[office.pk, kind] for office in [root, *below])]
    if not below or not kinds:
        return None

    def row(office: Office) -> dict[str, Any]:
        where = {"office": "", "under": str(office.pk)}
        if office == root or office.level == Office.Level.STATION:
            where = {"office": str(office.pk), "under": narrowing.under}
        line = [Cell(cells[office.pk, kind], address(narrowing, **where, kind=kind)) for kind in kinds]
        return {
            "office": office,
            "cells": line,
            "all": Cell(sum(cell.count for cell in line), address(narrowing, **where)),
        }

    rows = [row(office) for office in [root, *below]]
    columns = [sum(line["cells"][place].count for line in rows) for place in range(len(kinds))]
    return {
        "root": root,
        "up": address(narrowing, under=str(root.parent_id or ""), office="") if narrowing.under else "",
        "kinds": [rules.Kind(kind).label if kind else _("other") for kind in kinds],
        "rows": rows,
        "sums": [
            Cell(count, address(narrowing, office="", kind=kind)) for count, kind in zip(columns, kinds, strict=True)
        ],
        "all": sum(columns),
    }


def _line(office: int, root: int, parents: Mapping[int, int | None]) -> int | None:
    """The line an office counts in: the root itself, or the one right under it that it lies under."""
    here: int | None = office
    while here is not None and here != root and parents.get(here) != root:
        here = parents.get(here)
    return here


def details(found: Mapping[str, Any], *, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """What a rule found, as lines of names and values."""
    lines = []
    for name, value in found.items():
        if name in but:
            continue
        said = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        if value not in (None, "", [], {}):
            lines.append((str(DETAILS.get(name, name)), said[:200]))
    return lines


def _in_state(one: Counted, state: str) -> int:
    return {"open": one.open, "acknowledged": one.acknowledged, "settled": one.settled}.get(state, one.all)
