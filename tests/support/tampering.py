"""Attacks on the trail and what notices them: a test that mounts one says so, and the table in the README is made of them.

python -m tests.support.tampering        # prints the table
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "audit" / "trail" / "README.md"
BEGIN, END = "<!-- made by `python -m tests.support.tampering` -->\n", "<!-- end -->\n"


@dataclass(frozen=True)
class Attack:
    """One line of the table."""

    words: str
    """What a superuser does."""
    detector: str
    """Who notices."""
    test: str


def attack(words: str, *, found_by: str) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Mark a test that does `words`. It may return the kinds of findings: then `found_by` is among them."""

    def marked(test: Callable[..., Collection[str] | None]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(*arguments: Any, **named: Any) -> None:
            kinds = test(*arguments, **named)
            assert kinds is None or found_by in kinds, f"{words}: {found_by} expected, {sorted(kinds)} found"

        return run

    return marked


def attacks() -> Iterator[Attack]:
    """Every marked test, read from the source, in the order of files and lines."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if "@attack(" not in source:
            continue
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                for call in function.decorator_list:
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "attack":
                        (found_by,) = (said.value for said in call.keywords if said.arg == "found_by")
                        yield Attack(
                            ast.literal_eval(call.args[0]), ast.literal_eval(found_by), f"{path.stem}.{function.name}"
                        )


def table() -> str:
    """The table as Markdown."""
    lines = [f"| {one.words} | {_marked(one.detector)} | `{one.test}` |" for one in attacks()]
    return "\n".join(["| a superuser … | noticed by | shown by |", "|---|---|---|", *lines, ""])


def _marked(detector: str) -> str:
    return f"`{detector}`" if detector.replace("_", "").isalpha() and "_" in detector else detector


def in_readme() -> str:
    """The table as it stands in the README."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    sys.stdout.write(table())
