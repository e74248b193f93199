"""What a catalogue must be like. Every fault is found, each with the line it stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .errors import Problem
from .located import Located
from .types import CONDITION_MODES, RETENTIONS, STAGES, STEPS

Words = str | Promise

SUBTYPE = {
    "code": str,
    "name_zh": str,
    "name_en": str,
    "chain": list,
    "decision_level": str,
    "on_the_spot": bool,
    "limit_working_days": dict,
    "capture_due_hours": int,
    "retention": str,
    "key_business": bool,
    "any_of": dict,
    "materials": list,
}
MATERIAL = {
    "code": str,
    "name_zh": str,
    "name_en": str,
    "required": bool,
    "condition_mode": str,
    "when": list,
    "condition_zh": str,
    "condition_en": str,
    "min_pages": int,
    "max_pages": int,
    "original": bool,
    "notes": str,
    "keep": str,
    "signers": list,
    "stage": str,
}


def problems(root: Located) -> Iterator[Problem]:
    """All faults of a parsed file."""
    shape = list(_fields(root, {"meta": dict, "categories": list}))
    yield from shape
    if shape:
        return
    meta, categories = _at(root, "meta"), _at(root, "categories")
    shape = list(_fields(meta, {"version": str, "facts": dict}))
    yield from shape
    if shape:
        return
    facts = set(_at(meta, "facts").value)  # type: ignore[arg-type]
    for code, names in _items(_at(meta, "facts")):
        yield from _fields(names, {"zh": str, "en": str})
        if not code:
            yield _problem(names, _("a fact needs a code"))
    codes: Counter[str] = Counter()
    for category in _list(categories):
        faults = list(_fields(category, {"code": str, "name_zh": str, "name_en": str, "subtypes": list}))
        yield from faults
        if faults:
            continue
        for subtype in _list(_at(category, "subtypes")):
            faults = list(_fields(subtype, SUBTYPE))
            yield from faults
            if faults:
                continue
            code = _text(subtype, "code")
            codes[code] += 1
            if codes[code] > 1:
                yield _problem(_at(subtype, "code"), _("sub-type {code} appears twice"), code=code)
            if len(code) != 4 or not code.isdigit() or code[:2] != _text(category, "code"):
                yield _problem(_at(subtype, "code"), _("a sub-type code has four digits and begins with its category"))
            yield from _subtype(subtype, facts)
    if not codes:
        yield _problem(categories, _("the catalogue has no sub-type"))


def _subtype(subtype: Located, facts: set[str]) -> Iterator[Problem]:
    chain = [item.value for item in _list(_at(subtype, "chain"))]
    for step in _list(_at(subtype, "chain")):
        if step.value not in STEPS:
            yield _problem(step, _("“{value}” is no step of a chain"), value=str(step.value))
    if not 1 <= len(chain) <= 4 or chain[0] != "station_accept":
        yield _problem(_at(subtype, "chain"), _("a chain has one to four steps and begins with station_accept"))
    elif str(chain[-1]).partition("_")[0] != _text(subtype, "decision_level"):
        yield _problem(_at(subtype, "chain"), _("the last step does not decide at decision_level"))
    order = [STEPS.index(str(step)) for step in chain if step in STEPS]
    if order != sorted(set(order)):
        yield _problem(_at(subtype, "chain"), _("the steps of a chain climb and never repeat"))
    if _text(subtype, "retention") not in RETENTIONS:
        yield _problem(_at(subtype, "retention"), _("retention is one of {options}"), options=", ".join(RETENTIONS))
    if _number(subtype, "capture_due_hours") < 1:
        yield _problem(_at(subtype, "capture_due_hours"), _("at least one hour"))
    for _step, days in _items(_at(subtype, "limit_working_days")):
        if not _is(days, int) or int(days.value) < 0:  # type: ignore[arg-type]
            yield _problem(days, _("a limit is a whole number of working days"))
    yield from _materials(subtype, facts)


def _materials(subtype: Located, facts: set[str]) -> Iterator[Problem]:
    codes: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for line in _list(_at(subtype, "materials")):
        faults = list(_fields(line, MATERIAL))
        yield from faults
        if faults:
            continue
        code = _text(line, "code")
        codes[code] += 1
        if codes[code] > 1:
            yield _problem(_at(line, "code"), _("material {code} appears twice in this sub-type"), code=code)
        yield from _line(line, facts)
        group = line.value.get("any_of_group") if isinstance(line.value, dict) else None
        if group is not None and isinstance(group.value, str):
            groups[group.value] += 1
    yield from _groups(_at(subtype, "any_of"), groups)


def _line(line: Located, facts: set[str]) -> Iterator[Problem]:
    for fact in _list(_at(line, "when")):
        if fact.value not in facts:
            yield _problem(fact, _("fact “{value}” is not in meta.facts"), value=str(fact.value))
    mode = _at(line, "condition_mode")
    if mode.value not in CONDITION_MODES:
        yield _problem(mode, _("condition_mode is one of {options}"), options=", ".join(CONDITION_MODES))
    if mode.value == "fact" and not _list(_at(line, "when")):
        yield _problem(_at(line, "when"), _("condition_mode “fact” names at least one fact"))
    if _text(line, "stage") not in STAGES:
        yield _problem(_at(line, "stage"), _("stage is one of {options}"), options=", ".join(STAGES))
    if not 1 <= _number(line, "min_pages") <= _number(line, "max_pages"):
        yield _problem(_at(line, "min_pages"), _("min_pages is at least 1 and at most max_pages"))


def _groups(wanted: Located, members: Counter[str]) -> Iterator[Problem]:
    for name, least in _items(wanted):
        if not _is(least, int) or not 1 <= int(least.value) <= members[name]:  # type: ignore[arg-type]
            yield _problem(least, _("group {group} asks for more members than it has"), group=name)
    for name in members:
        if isinstance(wanted.value, dict) and name not in wanted.value:
            yield _problem(wanted, _("group {group} has members but no minimum in any_of"), group=name)


def _fields(item: Located, wanted: dict[str, type]) -> Iterator[Problem]:
    """Missing fields and fields of the wrong type."""
    if not isinstance(item.value, dict):
        yield _problem(item, _("an object is expected here"))
        return
    for name, kind in wanted.items():
        found = item.value.get(name)
        if found is None:
            yield _problem(item, _("field “{name}” is missing"), name=name)
        elif not _is(found, kind):
            yield _problem(found, _("field “{name}” has the wrong type"), name=name)


def _is(item: Located, kind: type) -> bool:
    """True when the value is of `kind`; true and false are no numbers."""
    return isinstance(item.value, kind) and not (kind is int and isinstance(item.value, bool))


def _at(item: Located, name: str) -> Located:
    assert isinstance(item.value, dict)
    return item.value[name]


def _items(item: Located) -> Iterator[tuple[str, Located]]:
    assert isinstance(item.value, dict)
    yield from item.value.items()


def _list(item: Located) -> list[Located]:
    assert isinstance(item.value, list)
    return item.value


def _text(item: Located, name: str) -> str:
    return str(_at(item, name).value)


def _number(item: Located, name: str) -> int:
    value: Any = _at(item, name).value
    return int(value)


def _problem(item: Located, reason: Words, **data: str) -> Problem:
    return Problem(item.line, item.path, reason, data)
