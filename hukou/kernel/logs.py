"""Log lines for machines and administrators: one JSON object each, and no personal data in them."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

# Citizen ID numbers, mobile numbers and bank cards all are runs of this length; ours (ids, ports, times) are shorter.
LONG_NUMBER = re.compile(r"(?<!\w)\d{11,}[\dXx]?(?!\w)")
LONGEST_TEXT = 500
ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def without_persons(text: str) -> str:
    """The first line of `text`, with long numbers masked.

    PostgreSQL puts the refused row into the second line of an error (DETAIL), which is how names get into logs.
    """
    line = text.split("\n", 1)[0]
    return LONG_NUMBER.sub("[number]", line)[:LONGEST_TEXT]


class JsonLines(logging.Formatter):
    """Write a record as one JSON object: when, how bad, who says it, what, and the plain values given with `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": without_persons(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in ORDINARY and isinstance(value, (int, bool)):
                line[name] = value
            elif name not in ORDINARY and isinstance(value, str):
                line[name] = without_persons(value)
        if record.exc_info and record.exc_info[1]:
            line["error"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _chain(error: BaseException) -> list[dict[str, object]]:
    """The error and its causes, each with its place in the code; values of variables are left out."""
    links: list[dict[str, object]] = []
    seen: BaseException | None = error
    while seen is not None and len(links) < 5:
        frames = traceback.extract_tb(seen.__traceback__)
        links.append(
            {
                "type": type(seen).__name__,
                "text": without_persons(str(seen)),
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
            }
        )
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return links
