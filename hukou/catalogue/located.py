"""Read JSON and remember the line every value stands on, so that a fault in a catalogue can be shown where it is.

Stricter than `json.loads`: a key written twice, a number with a fraction, NaN and a byte-order mark are refused.
"""

from __future__ import annotations

import bisect
import json.decoder
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Value: TypeAlias = "dict[str, Located] | list[Located] | str | int | bool | None"

DEEPEST = 32
"""Nesting allowed; the catalogue needs six."""

_space = re.compile(r"[ \t\n\r]*")
_number = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])")
_unstorable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_words: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class BadJson(ValueError):
    """The text is not the JSON we read: the line, and what is wrong (with `{name}` placeholders for `data`)."""

    def __init__(self, line: int, reason: str | Promise, **data: str) -> None:
        self.line = line
        self.reason = reason
        self.data = data
        super().__init__(f"line {line}")


@dataclass(frozen=True)
class Located:
    """A JSON value, where it stands, and how to name it."""

    value: Value
    line: int
    """1-based."""
    path: str
    """For people: `categories[0].subtypes[3].chain`."""

    def plain(self) -> object:
        """The value without the lines, as `json.loads` gives it."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def read(data: bytes) -> Located:
    """Read one UTF-8 JSON document. Raises BadJson."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(data.count(b"\n", 0, error.start) + 1, _("not UTF-8")) from error
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> Located:
        root = self.value("", 0)
        self.skip_space()
        if self.at != len(self.text):
            raise self.bad(_("text after the end of the document"))
        return root

    def line(self) -> int:
        return bisect.bisect_left(self.newlines, self.at) + 1

    def bad(self, reason: str | Promise, **data: str) -> BadJson:
        return BadJson(self.line(), reason, **data)

    def skip_space(self) -> None:
        match = _space.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def take(self, mark: str) -> bool:
        """Step over `mark` when it comes next."""
        self.skip_space()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def value(self, path: str, depth: int) -> Located:
        if depth > DEEPEST:
            raise self.bad(_("nested too deep"))
        self.skip_space()
        line = self.line()
        if self.take("{"):
            return Located(self.members(path, depth), line, path)
        if self.take("["):
            items = [self.value(f"{path}[{index}]", depth + 1) for index in self.until("]")]
            return Located(items, line, path)
        if self.take('"'):
            return Located(self.string(), line, path)
        for word, meaning in _words.items():
            if self.take(word):
                return Located(meaning, line, path)
        number = _number.match(self.text, self.at)
        if number is None:
            raise self.bad(_("a value is expected here (whole numbers only)"))
        self.at = number.end()
        return Located(int(number[0]), line, path)

    def members(self, path: str, depth: int) -> dict[str, Located]:
        members: dict[str, Located] = {}
        for _position in self.until("}"):
            if not self.take('"'):
                raise self.bad(_("a key in double quotes is expected here"))
            key = self.string()
            if key in members:
                raise self.bad(_("key “{key}” is written twice"), key=key)
            if not self.take(":"):
                raise self.bad(_("a colon is expected here"))
            members[key] = self.value(f"{path}.{key}" if path else key, depth + 1)
        return members

    def until(self, end: str) -> Iterator[int]:
        """Count the items of a list or object, stepping over the commas, until `end`."""
        if self.take(end):
            return
        index = 0
        while True:
            yield index
            index += 1
            if self.take(end):
                return
            if not self.take(","):
                raise self.bad(_("a comma or {end} is expected here"), end=end)

    def string(self) -> str:
        try:
            text, self.at = json.decoder.scanstring(self.text, self.at, True)  # type: ignore[attr-defined]
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise self.bad(_("broken text in quotes")) from error
        assert isinstance(text, str)
        if _unstorable.search(text):
            raise self.bad(_("a character no database can keep"))
        return text
