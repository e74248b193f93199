"""Log lines are JSON and hold no personal data."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from hukou.kernel.logs import JsonLines


def line(message: str, *values: object, error: bool = False, **extra: object) -> dict[str, Any]:
    record = logging.getLogger("test").makeRecord(
        "test", logging.WARNING, __file__, 1, message, values, sys.exc_info() if error else None, extra=dict(extra)
    )
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_says_when_how_bad_who_and_what() -> None:
    found = line("case %s climbed", 17, case=17)

    assert found["level"] == "WARNING"
    assert found["event"] == "case 17 climbed"
    assert found["case"] == 17
    assert found["at"].endswith("+00:00")


def test_id_numbers_and_telephone_numbers_are_masked() -> None:
    found = line("refused 11010119900307775X of %s", "13800138000", who="110101199003077758")

    assert found["event"] == "refused [number] of [number]"
    assert found["who"] == "[number]"


def test_the_row_a_database_error_shows_is_cut_off() -> None:
    try:
        raise ValueError('null value violates "name"\nDETAIL:  Failing row contains (7, 张三, 110101199003077758).')
    except ValueError as first:
        try:
            raise RuntimeError("could not store 110101199003077758") from first
        except RuntimeError:
            found = line("failed", error=True)

    assert [link["text"] for link in found["error"]] == ["could not store [number]", 'null value violates "name"']
    assert "张三" not in json.dumps(found, ensure_ascii=False)
    assert "test_the_row_a_database_error" in found["error"][0]["at"][-1]


def test_values_that_are_not_plain_are_left_out() -> None:
    assert "request" not in line("seen", request=object())
