"""What one event says, and the bytes it says it in. Pure; the format is described in README.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from hukou.kernel import canonical

from .errors import BadDetails

FORMAT = 1
LONGEST_ENTRY = 65_535  # bytes; C2SP tlog-tiles prefixes an entry with a uint16
ADDED_AT_MOST = 256  # bytes of duty, office and number with their names
LARGEST_NUMBER = 2**53 - 1  # RFC 8785 numbers are IEEE 754 doubles
_KEY = re.compile(r"^[a-z][a-z0-9_]*$")
_CITIZEN_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class Entry:
    """Everything an event says. Field by field the same as the columns of `Event`."""

    at: datetime
    action: str
    subject: str
    subject_seq: int
    case_id: int | None
    officer_id: int | None
    officer_number: str
    office_id: int | None
    office_code: str
    duty: str
    workstation: str
    session: str
    details: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """The leaf: RFC 8785 bytes of the fields and the format number. Raises BadDetails when too long."""
        content = {"v": FORMAT, **vars(self), "at": moment(self.at)}
        leaf = canonical.encode(content)
        if len(leaf) > LONGEST_ENTRY:
            raise BadDetails(f"an entry has at most {LONGEST_ENTRY} bytes, this one has {len(leaf)}; log digests")
        return leaf


FIELDS = tuple(field.name for field in fields(Entry))


def around(known: Mapping[str, Any]) -> dict[str, str]:
    """The leaf without `duty`, `office_code`, `office_id` and `subject_seq`, which the database knows first.

    `head`, `details`, `middle` and `tail` are canonical text; put together in their order they are `Entry.to_bytes`.
    Raises BadDetails when the leaf would be too long.
    """
    text = {name: canonical.encode(value).decode() for name, value in _parts(known)}
    if sum(len(part.encode()) for part in text.values()) > LONGEST_ENTRY - ADDED_AT_MOST:
        raise BadDetails(f"an entry has at most {LONGEST_ENTRY} bytes, this one has more; log digests")
    return {
        "head": text["head"][:-1],
        "details": text["details"],
        "middle": text["middle"][1:-1],
        "tail": text["tail"][1:],
    }


def _parts(known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "head", {"action": known["action"], "at": moment(known["at"]), "case_id": known["case_id"]}
    yield "details", known["details"]
    yield "middle", {name: known[name] for name in ("officer_id", "officer_number", "session", "subject")}
    yield "tail", {"v": FORMAT, "workstation": known["workstation"]}


def from_bytes(leaf: bytes) -> Entry:
    """Read a leaf back. Raises ValueError when the bytes are not exactly what `Entry.to_bytes` writes."""
    content = json.loads(leaf)
    if not isinstance(content, dict) or content.pop("v", None) != FORMAT or set(content) != set(FIELDS):
        raise ValueError("not an entry of a known format")
    entry = Entry(**{**content, "at": datetime.fromisoformat(content["at"])})
    if entry.to_bytes() != leaf:
        raise ValueError("the entry is not in canonical form")
    return entry


def moment(at: datetime) -> str:
    """`at` in UTC with microseconds, e.g. 2026-11-21T08:15:30.123456Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def check_details(value: Any, path: str = "details") -> None:
    """Raise BadDetails unless `value` is JSON-like with simple keys, whole numbers and no citizen's ID number."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not (isinstance(key, str) and _KEY.match(key)):
                raise BadDetails(f"{path} has a key that is not snake_case")
            check_details(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            check_details(item, f"{path}[{position}]")
    elif isinstance(value, str):
        if "\0" in value or _CITIZEN_ID.search(value):
            raise BadDetails(f"{path} holds a citizen's ID number or a NUL; the trail keeps ids and digests only")
    elif isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise BadDetails(f"{path} is beyond 2^53 - 1; write it as text")
    elif value is not None:
        raise BadDetails(f"{path} is a {type(value).__name__}; use text, whole numbers, true/false, lists and objects")
