"""A scale from nothing to a round number, with few round steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS = (1, 2, 2.5, 5, 10)
LEAST = 1e-9
"""What is less is nothing."""


@dataclass(frozen=True)
class Scale:
    """Where a value lies between `begin` and `end` of the drawing."""

    most: float
    """The last step; nothing shown is more."""
    step: float
    begin: float
    end: float

    @property
    def steps(self) -> tuple[float, ...]:
        """The values a line is drawn at, from nothing on."""
        return tuple(round(self.step * n, 9) for n in range(round(self.most / self.step) + 1))

    def at(self, value: float) -> float:
        """Where the value lies."""
        return self.begin + (self.end - self.begin) * value / self.most


def scale(values: Iterable[float | None], *, begin: float, end: float, about: int = 5, whole: bool = False) -> Scale:
    """A scale for these values, none of them negative. `whole`: they are counted, so steps are whole numbers."""
    most = max((value for value in values if value is not None), default=0)
    if most < LEAST:
        most = 1
    rough = most / about
    magnitude = 10 ** floor(log10(rough))
    step = next(magnitude * n for n in STEPS if magnitude * n >= rough * 0.999)
    if whole:
        step = max(1, ceil(step))
    return Scale(most=step * ceil(round(most / step, 9)), step=step, begin=begin, end=end)
