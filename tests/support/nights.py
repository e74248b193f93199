"""What is left to the night: more of what every run looks at already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def by_night(*values: object) -> Any:
    """A row of parameters that is asked only with `-m nightly`."""
    return pytest.param(*values, marks=pytest.mark.nightly)


def by_day(few: int, rows: Iterable[Any]) -> list[Any]:
    """The rows, single parameters, with all but the first few left to the night."""
    return [row if place < few else by_night(row) for place, row in enumerate(rows)]
