"""The words of the house: which strings there are, which have Chinese, and the compiled catalogues.

English is what stands in the code; Chinese stands in one `django.po` for each top package. Babel does the
reading and writing, so no gettext programs are needed on a machine.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("hukou", "capture", "workflows", "audit")
KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_literal = re.compile(r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_call = re.compile(rf"\b(n?p?)gettext\(((?:{_literal.pattern}[,\s]*)+)")
_placeholder = re.compile(r"%\(\w+\)s|\{\w*\}")

Key = tuple[str, str | None]
"""Text and context."""


@dataclass(frozen=True)
class Fault:
    """One string without good Chinese."""

    package: str
    text: str
    reason: str
    """missing | placeholders"""


def strings_of(package: str) -> dict[Key, str | tuple[str, ...]]:
    """Every string of a package in code and templates: key → message id (a pair for plurals)."""
    found: dict[Key, str | tuple[str, ...]] = {}
    for path in _sources(package):
        text = path.read_text(encoding="utf-8")
        for context, message in _of_template(text, path) if path.suffix == ".html" else _of_code(text):
            first = message if isinstance(message, str) else message[0]
            if first:
                found[first, context] = message
    return found


def _of_code(text: str) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    options = {"encoding": "utf-8"}
    for _line, message, _notes, context in extract.extract(
        "python", io.BytesIO(text.encode()), KEYWORDS, options=options
    ):
        yield context, message if isinstance(message, str) else tuple(message)


def _of_template(text: str, path: Path) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    # What templatize makes is meant for xgettext and not quite Python, so its calls are read one by one.
    for function, arguments in _call.findall(templatize(text, origin=str(path))):
        strings = [ast.literal_eval(literal) for literal in _literal.findall(arguments)]
        context = strings.pop(0) if "p" in function else None
        yield context, strings[0] if len(strings) == 1 else tuple(strings)


def faults() -> Iterator[Fault]:
    """Strings that lack Chinese, or whose placeholders differ."""
    for package in PACKAGES:
        words = _read(_po(package))
        for (text, context), _message in strings_of(package).items():
            known = words.get(text, context)
            if known is None or not _filled(known.string):
                yield Fault(package, text, "missing")
            elif not _same_placeholders(text, known.string):
                yield Fault(package, text, "placeholders")


def update() -> None:
    """Take in the parts found beside each catalogue, add new strings empty, drop those nobody uses."""
    for package in PACKAGES:
        target = _po(package)
        known = _read(target)
        parts = sorted((target.parent / "parts").glob("*.po"))
        for part in parts:
            for message in _read(part):
                if message.id and _filled(message.string):
                    known.delete(message.id, context=message.context)  # adding alone would keep the old words
                    known.add(message.id, message.string, context=message.context)
        fresh = Catalog(locale="zh_Hans_CN", project="hukou-earchive", charset="utf-8", fuzzy=False)
        for (text, context), message_id in sorted(
            strings_of(package).items(), key=lambda item: (item[0][0], item[0][1] or "")
        ):
            old = known.get(text, context)
            fresh.add(message_id, old.string if old else "", context=context)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_po(file, fresh, no_location=True, omit_header=False, sort_output=True, width=0)
        target.write_text(_dateless(target.read_text(encoding="utf-8")), encoding="utf-8")
        for part in parts:
            part.unlink()


def compile_all() -> list[Path]:
    """Write the `.mo` beside every catalogue; what is up to date is left alone."""
    written = []
    for package in PACKAGES:
        source = _po(package)
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            with target.open("wb") as file:
                write_mo(file, _read(source))
            written.append(target)
    return written


def _po(package: str) -> Path:
    base: Path = settings.BASE_DIR
    return base / package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def _sources(package: str) -> Iterator[Path]:
    base: Path = settings.BASE_DIR
    yield from sorted(path for path in (base / package).rglob("*.py") if "migrations" not in path.parts)
    if package == "hukou":
        yield from sorted((base / "templates").rglob("*.html"))


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="zh_Hans_CN")
    return read_po(io.StringIO(_dateless(path.read_text(encoding="utf-8"))), locale="zh_Hans_CN")


def _filled(string: str | tuple[str, ...] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def _same_placeholders(text: str, string: str | tuple[str, ...]) -> bool:
    wanted = sorted(_placeholder.findall(text))
    strings = (string,) if isinstance(string, str) else string
    return all(
        set(_placeholder.findall(one)) <= set(wanted)
        and (len(strings) > 1 or sorted(_placeholder.findall(one)) == wanted)
        for one in strings
    )


def _dateless(text: str) -> str:
    """Without the dates of the header: a catalogue must not change because it was written again."""
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Generated-By')
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(dated))
