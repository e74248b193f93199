"""The rules a catalogue file must keep. All faults are collected, each with its line, before the file is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import sealing
from .errors import Problem
from .located import Located
from .types import CONDITION_MODES, PAPERS, QUALITY_RULES, RETENTIONS, STAGES, STEPS, CaptureSpec

KEEPS = ("original_kept", "copy_certified", "collected", "system_generated", "system_capture")
LEVELS = ("station", "branch", "city")
INVESTIGATIONS = ("none", "optional", "required")
CONFIDENCES = ("source", "mixed")
CAPTURE = tuple(field.name for field in fields(CaptureSpec))
TOO_LARGE = _("a catalogue file has at most {largest} bytes")
MOST = 1_000_000
"""No number of a catalogue is larger: days, hours and pages."""


def problems(root: Located) -> list[Problem]:
    """Every rule `root` breaks, in the order of the file."""
    checks = _Checks()
    checks.catalogue(root)
    return sorted(checks.problems, key=lambda problem: problem.line)


class _Checks:
    """Walks the file once. A field of the wrong kind is reported and then left out of the rules between fields."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.facts: Collection[str] = ()

    def report(self, node: Located, message: str | Promise, **data: object) -> None:
        self.problems.append(Problem(node.line, node.path, message, {name: str(value) for name, value in data.items()}))

    # Reading one field: None means "reported, go on without it".

    def members(self, node: Located) -> dict[str, Located]:
        if isinstance(node.value, dict):
            return node.value
        self.report(node, _("an object is expected here"))
        return {}

    def field(self, node: Located, key: str) -> Located | None:
        members = node.value if isinstance(node.value, dict) else {}
        if key not in members:
            self.report(node, _("field “{field}” is missing"), field=key)
            return None
        return members[key]

    def object(self, node: Located, key: str) -> Located | None:
        found = self.field(node, key)
        if found is not None and not isinstance(found.value, dict):
            self.report(found, _("an object is expected here"))
            return None
        return found

    def items(self, node: Located, key: str, *, least: int = 0) -> list[Located]:
        found = self.field(node, key)
        if found is None:
            return []
        if not isinstance(found.value, list):
            self.report(found, _("a list is expected here"))
            return []
        if len(found.value) < least:
            self.report(found, _("at least {least} entries are expected here"), least=least)
        return found.value

    def text(self, node: Located, key: str, *, longest: int = 400, empty: bool = False) -> str | None:
        found = self.field(node, key)
        return None if found is None else self.text_of(found, longest=longest, empty=empty)

    def text_of(self, node: Located, *, longest: int = 400, empty: bool = False) -> str | None:
        if not isinstance(node.value, str):
            self.report(node, _("text is expected here"))
        elif not empty and not node.value.strip():
            self.report(node, _("this text must not be empty"))
        elif len(node.value) > longest:
            self.report(node, _("this text is longer than {longest} characters"), longest=longest)
        else:
            return node.value
        return None

    def texts(self, node: Located, key: str) -> list[str]:
        texts = [self.text_of(item, longest=60) for item in self.items(node, key)]
        return [text for text in texts if text is not None]

    def word(self, node: Located, key: str, known: Collection[str]) -> str | None:
        found = self.field(node, key)
        return None if found is None else self.word_of(found, known)

    def word_of(self, node: Located, known: Collection[str]) -> str | None:
        text = self.text_of(node)
        if text is not None and text not in known:
            self.report(node, _("“{word}” is unknown; known: {known}"), word=text, known=", ".join(known))
            return None
        return text

    def number(self, node: Located, key: str, *, least: int = 0) -> int | None:
        found = self.field(node, key)
        return None if found is None else self.number_of(found, least=least)

    def number_of(self, node: Located, *, least: int = 0) -> int | None:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int):
            self.report(node, _("a whole number is expected here"))
        elif not least <= value <= MOST:
            self.report(node, _("a number from {least} to {most} is expected here"), least=least, most=MOST)
        else:
            return value
        return None

    def flag(self, node: Located, key: str) -> bool | None:
        found = self.field(node, key)
        if found is None:
            return None
        if not isinstance(found.value, bool):
            self.report(found, _("true or false is expected here"))
            return None
        return found.value

    def code(self, node: Located, shape: str) -> str | None:
        found = self.field(node, "code")
        text = None if found is None else self.text_of(found, longest=40)
        if found is not None and text is not None and not re.fullmatch(shape, text):
            self.report(found, _("code “{code}” has the wrong shape"), code=text)
            return None
        return text

    def each_once(self, nodes: list[Located], codes: list[str | None]) -> None:
        counts: Counter[str] = Counter()
        for node, code in zip(nodes, codes, strict=True):
            if code is not None:
                counts[code] += 1
                if counts[code] == 2:
                    self.report(node, _("“{code}” appears twice"), code=code)

    # The parts of the file.

    def catalogue(self, root: Located) -> None:
        self.members(root)
        meta = self.object(root, "meta")
        if meta is not None:
            self.meta(meta)
        categories = self.items(root, "categories", least=1)
        self.each_once(categories, [self.category(category) for category in categories])

    def meta(self, meta: Located) -> None:
        self.text(meta, "title")
        self.text(meta, "version", longest=40)
        facts = self.object(meta, "facts")
        if facts is not None:
            self.facts = self.members(facts)
            for fact in self.facts.values():
                self.text(fact, "zh", longest=80)
                self.text(fact, "en", longest=160)
        self.meaning_of_each(meta, "chain_steps", STEPS)
        self.meaning_of_each(meta, "stage", STAGES)
        self.meaning_of_each(meta, "condition_mode", CONDITION_MODES)
        self.meaning_of_each(meta, "keep", KEEPS)
        self.meaning_of_each(meta, "retention_basis", RETENTIONS)
        self.seals(meta)
        self.actors(meta)

    def meaning_of_each(self, meta: Located, key: str, known: tuple[str, ...]) -> None:
        """`meta[key]` explains every known word and no other."""
        words = self.object(meta, key)
        if words is None:
            return
        for word, meaning in self.members(words).items():
            if word not in known:
                self.report(meaning, _("“{word}” is unknown; known: {known}"), word=word, known=", ".join(known))
        for word in known:
            self.text(words, word)

    def seals(self, meta: Located) -> None:
        seals = self.object(meta, "seal_by_step")
        if seals is not None:
            for step in STEPS:
                words = [self.word_of(item, sealing.words_of(step)) for item in self.items(seals, step)]
                if None not in words and not sealing.complete(step, [word for word in words if word]):
                    self.report(seals, _("step “{step}” asks for one officer's seal and at most one unit's"), step=step)

    def actors(self, meta: Located) -> None:
        """Every step belongs to sworn officers; auxiliaries get none of them (norm 公通字〔2021〕12号 art 7)."""
        rules = self.object(meta, "actor_rules")
        if rules is None:
            return
        officer_only = self.texts(rules, "officer_only")
        for step in STEPS:
            if step not in officer_only:
                self.report(rules, _("step “{step}” must be for sworn officers only"), step=step)
        for item in self.items(rules, "auxiliary_may"):
            if item.value in STEPS:
                self.report(item, _("an auxiliary may never take the step “{step}”"), step=item.value)
        for pair in self.items(rules, "distinct_persons"):
            steps = pair.value if isinstance(pair.value, list) else []
            if len(steps) != 2:
                self.report(pair, _("a pair of steps is expected here"))
            for person_of in steps:
                self.word_of(person_of, STEPS)

    def category(self, node: Located) -> str | None:
        code = self.code(node, r"\d{2}")
        self.text(node, "name_zh", longest=60)
        self.text(node, "name_en", longest=120)
        subtypes = self.items(node, "subtypes", least=1)
        self.each_once(subtypes, [self.subtype(subtype, code) for subtype in subtypes])
        return code

    def subtype(self, node: Located, category: str | None) -> str | None:
        code = self.code(node, r"\d{4}")
        if code and category and not code.startswith(category):
            self.report(
                node, _("code “{code}” does not begin with its category {category}"), code=code, category=category
            )
        self.text(node, "name_zh", longest=80)
        self.text(node, "name_en", longest=160)
        self.word(node, "accept_level", ("station",))
        self.word(node, "investigation", INVESTIGATIONS)
        self.word(node, "retention", RETENTIONS)
        self.word(node, "basis_confidence", CONFIDENCES)
        self.text(node, "basis", longest=1000)
        self.text(node, "declare_deadline_zh", empty=True)
        self.texts(node, "output_documents")
        for key in ("investigation_excluded_from_limit", "biometric_check", "key_business"):
            self.flag(node, key)
        self.number(node, "public_notice_days")
        self.number(node, "capture_due_hours", least=1)
        self.limits(node, self.chain(node))
        materials = self.items(node, "materials", least=1)
        self.each_once(materials, [self.material(line) for line in materials])
        self.groups(node, materials)
        return code

    def chain(self, node: Located) -> list[str]:
        """The steps climb, begin with acceptance, and only the last decides — at the decision level."""
        items = self.items(node, "chain", least=1)
        words = [self.word_of(item, STEPS) for item in items]
        level = self.word(node, "decision_level", LEVELS)
        on_the_spot = self.flag(node, "on_the_spot")
        chain = [word for word in words if word is not None]
        if not chain or len(chain) < len(items):
            return []
        if chain[0] != STEPS[0]:
            self.report(items[0], _("a chain begins with station_accept"))
        for item, step, after in zip(items[1:], chain, chain[1:], strict=False):
            if STEPS.index(after) <= STEPS.index(step):
                self.report(item, _("step “{after}” cannot follow “{step}”"), after=after, step=step)
        for item, step in zip(items[:-1], chain, strict=False):
            if step.endswith("_approve"):
                self.report(item, _("only the last step may decide, not “{step}”"), step=step)
        if chain[-1].endswith("_review"):
            self.report(items[-1], _("the last step must decide; “{step}” only reviews"), step=chain[-1])
        if level is not None and chain[-1].partition("_")[0] != level:
            self.report(
                items[-1],
                _("the chain ends with “{step}”, but the decision level is {level}"),
                step=chain[-1],
                level=level,
            )
        if on_the_spot is not None and on_the_spot != (len(chain) == 1):
            self.report(node, _("on_the_spot is true exactly when the chain has one step"))
        return chain

    def limits(self, node: Located, chain: list[str]) -> None:
        limits = self.object(node, "limit_working_days")
        ceiling = self.number(node, "limit_ceiling_working_days")
        calendar = self.field(node, "limit_calendar_days")
        if calendar is not None and calendar.value is not None:
            self.number_of(calendar, least=1)
        if limits is None:
            return
        total = self.number(limits, "total")
        days = [self.number(limits, step) for step in chain]
        for word, found in self.members(limits).items():
            if chain and word != "total" and word not in chain:
                self.report(found, _("“{word}” is not a step of this chain"), word=word)
        known = [day for day in days if day is not None]
        if chain and total is not None and len(known) == len(chain) and sum(known) != total:
            self.report(limits, _("the steps add up to {sum} days, not {total}"), sum=sum(known), total=total)
        if ceiling is not None and total is not None and ceiling < total:
            self.report(
                limits, _("the promise of {total} days is over the ceiling of {ceiling}"), total=total, ceiling=ceiling
            )

    def material(self, node: Located) -> str | None:
        code = self.code(node, r"[A-Z][A-Z0-9_]*")
        self.text(node, "name_zh", longest=80)
        self.text(node, "name_en", longest=160)
        self.text(node, "notes", empty=True)
        self.flag(node, "original")
        self.word(node, "keep", KEEPS)
        self.word(node, "stage", STAGES)
        self.texts(node, "signers")
        least, most = self.number(node, "min_pages", least=1), self.number(node, "max_pages", least=1)
        if least is not None and most is not None and least > most:
            self.report(node, _("min_pages {least} is more than max_pages {most}"), least=least, most=most)
        self.condition(node)
        self.capture(node)
        return code

    def capture(self, node: Located) -> None:
        """How the paper is captured, where the line says so (DA/T 31-2017, 9.3 and 9.4)."""
        capture = node.value.get("capture") if isinstance(node.value, dict) else None
        if capture is None:
            return
        for name, found in self.members(capture).items():
            if name == "paper":
                self.word_of(found, PAPERS)
            elif name == "sides":
                if (sides := self.number_of(found, least=1)) is not None and sides > 2:
                    self.report(found, _("a paper has one side or two"))
            elif name == "colour":
                self.flag(capture, name)
            elif name == "least_dpi":
                self.number_of(found, least=100)
            elif name == "limits":
                self.limits_of_quality(found)
            else:
                self.report(found, _("“{word}” is unknown; known: {known}"), word=name, known=", ".join(CAPTURE))

    def limits_of_quality(self, node: Located) -> None:
        for rule, pair in self.members(node).items():
            numbers = pair.value if isinstance(pair.value, list) else []
            if rule not in QUALITY_RULES:
                known = ", ".join(QUALITY_RULES)
                self.report(pair, _("“{word}” is unknown; known: {known}"), word=rule, known=known)
            elif len(numbers) != 2 or not all(
                re.fullmatch(r"\d{1,6}(\.\d{1,4})?", str(text.value)) for text in numbers
            ):
                self.report(
                    pair,
                    _("two numbers are expected here, each in quotation marks: where doubt and where refusal begins"),
                )

    def condition(self, node: Located) -> None:
        required, mode = self.flag(node, "required"), self.word(node, "condition_mode", CONDITION_MODES)
        facts = self.items(node, "when")
        for fact in facts:
            self.fact(fact)
        group = self.field(node, "any_of_group")
        if group is not None and group.value is not None:
            self.text_of(group, longest=40)
        conditional = mode is not None and mode != "always"
        self.text(node, "condition_zh", longest=160, empty=not conditional)
        self.text(node, "condition_en", longest=160, empty=not conditional)
        if mode is None:
            return
        if required is not None and required == conditional:
            self.report(node, _("required is true exactly when condition_mode is always"))
        if bool(facts) != (mode == "fact"):
            self.report(node, _("facts in “when” belong to condition_mode fact, and only to it"))
        if not conditional and group is not None and group.value is not None:
            self.report(group, _("a material that is always needed cannot be one of a choice"))

    def fact(self, node: Located) -> None:
        text = self.text_of(node)
        if text is not None and text not in self.facts:
            self.report(node, _("fact “{fact}” is not listed in meta.facts"), fact=text)

    def groups(self, node: Located, materials: list[Located]) -> None:
        declared = self.object(node, "any_of")
        groups = self.members(declared) if declared is not None else {}
        sizes = Counter(group for group, _node in self.memberships(materials))
        for name, found in groups.items():
            least = self.number_of(found, least=1)
            if not sizes[name]:
                self.report(found, _("choice “{group}” has no materials"), group=name)
            elif least is not None and least > sizes[name]:
                self.report(
                    found, _("choice “{group}” asks for {least} of {size}"), group=name, least=least, size=sizes[name]
                )
        for group, member in self.memberships(materials):
            if group not in groups:
                self.report(member, _("choice “{group}” is not declared in any_of"), group=group)

    def memberships(self, materials: list[Located]) -> Iterator[tuple[str, Located]]:
        for line in materials:
            group = line.value.get("any_of_group") if isinstance(line.value, dict) else None
            if group is not None and isinstance(group.value, str):
                yield group.value, group
