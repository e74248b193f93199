"""Every environment variable of the product: declared once with name, type, default and help.

`docs/settings.md` is generated from `DECLARED`, so the manual cannot drift from the code.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class BadSetting(SystemExit):
    """A setting has a value that cannot be read; the process must not start with a guess."""


@dataclass(frozen=True)
class Setting:
    """One declared variable: what it is called, what it holds, and what it is for."""

    name: str
    kind: str
    default: str
    help: str


DECLARED: list[Setting] = []


def _declare(name: str, kind: str, default: T, help: str, parse: Callable[[str], T]) -> T:
    DECLARED.append(Setting(name, kind, "" if default is None else str(default), help))
    raw = os.environ.get(name, "")
    if raw == "":
        return default
    try:
        return parse(raw)
    except ValueError as exc:
        raise BadSetting(f"{name}={raw!r} 不是有效的{kind} / is not a valid {kind}: {exc}") from exc


def text(name: str, default: str, help: str) -> str:
    """Read a plain string."""
    return _declare(name, "text", default, help, str)


def number(name: str, default: int, help: str) -> int:
    """Read a whole number."""
    return _declare(name, "number", default, help, int)


def flag(name: str, default: bool, help: str) -> bool:
    """Read yes/no: 1, true, yes, on against 0, false, no, off."""

    def parse(raw: str) -> bool:
        words: dict[str, bool] = {
            **dict.fromkeys(("1", "true", "yes", "on"), True),
            **dict.fromkeys(("0", "false", "no", "off"), False),
        }
        if raw.lower() not in words:
            raise ValueError("use 1 or 0")
        return words[raw.lower()]

    return _declare(name, "flag", default, help, parse)


def folder(name: str, default: Path, help: str) -> Path:
    """Read a folder; relative paths count from where the process was started."""
    return _declare(name, "folder", default, help, lambda raw: Path(raw).expanduser().resolve())


def choice(name: str, default: str, options: tuple[str, ...], help: str) -> str:
    """Read one word out of a fixed list."""

    def parse(raw: str) -> str:
        if raw not in options:
            raise ValueError("one of " + ", ".join(options))
        return raw

    return _declare(name, " | ".join(options), default, help, parse)


def said(setting: Setting) -> str:
    """What the environment says of a setting now, its default where it says nothing."""
    return os.environ.get(setting.name, "") or setting.default


def everything() -> list[dict[str, Any]]:
    """All declared settings in order, ready for the manual."""
    return [vars(setting) for setting in DECLARED]
