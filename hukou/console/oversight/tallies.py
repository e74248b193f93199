"""Counts of alerts as links: what narrows a list, and the table of offices by kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alerts import rules
from audit.alerts.listing import STATES, Counted, Narrowing
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
    whole = {"kind": "", "rule": "", "office": "", "rung": ""}
    return {
        **of_state,
        "all": address(narrowing, state=""),
        "whole": address(narrowing, **whole),
        "nothing": address(narrowing, **whole, state=""),
    }


def fits(one: Counted, narrowing: Narrowing, *, but: Sequence[str] = ()) -> bool:
    """Whether alerts counted together are meant; `but` names what is not asked."""
    wanted = {"kind": one.kind, "rule": one.rule, "office": str(one.office_id), "rung": str(one.rung)}
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
        order = {"rung": int, "kind": list(rules.Kind).index}.get(name, words[name])
        shown = [value for value in tally if value]
        found[name] = [(value, words[name](value), tally[value]) for value in sorted(shown, key=order)]  # type: ignore[arg-type]
    return found


def matrix(counted: Sequence[Counted], narrowing: Narrowing) -> dict[str, Any] | None:
    """Offices by kinds; None where there is nothing to compare."""
    cells: Counter[tuple[int, str]] = Counter()
    for one in counted:
        cells[one.office_id, one.kind] += _in_state(one, narrowing.state)
    cells = Counter({key: count for key, count in cells.items() if count})
    offices = list(Office.objects.filter(pk__in={office for office, _kind in cells}).order_by("code"))
    kinds = [kind for kind in [*rules.Kind, ""] if any(cells[office.pk, kind] for office in offices)]
    if len(offices) < 2:
        return None

    def cell(office: Office | None, kind: str | None) -> Cell:
        count = sum(
            n for (pk, of_kind), n in cells.items() if office in (None, _is(office, pk)) and kind in (None, of_kind)
        )
        other = {"office": str(office.pk) if office else "", "kind": kind or ""}
        return Cell(count, address(narrowing, **other))

    return {
        "kinds": [(rules.Kind(kind).label if kind else _("other"), cell(None, kind)) for kind in kinds],
        "rows": [(office, [cell(office, kind) for kind in kinds], cell(office, None)) for office in offices],
        "all": cell(None, None),
    }


def _is(office: Office | None, pk: int) -> Office | None:
    return office if office is not None and office.pk == pk else None


def details(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a rule found, as lines of names and values."""
    lines = []
    for name, value in found.items():
        said = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        if value not in (None, "", [], {}):
            lines.append((str(DETAILS.get(name, name)), said[:200]))
    return lines


def _in_state(one: Counted, state: str) -> int:
    return {"open": one.open, "acknowledged": one.acknowledged, "settled": one.settled}.get(state, one.all)
