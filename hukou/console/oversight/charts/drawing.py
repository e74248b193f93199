"""What a chart is made of: marks at places, words under it, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH = 960
"""Every chart is so many units wide and as high as it must be; on the screen it fills its place."""
LETTER = 13
"""Height of the labels, the same in every chart; 13 units of 960 stay readable on A4."""
SERIES = 4
"""More lines or bars side by side cannot be told apart by shape and shade."""


@dataclass(frozen=True)
class Caption:
    """What stands above and under a chart, so that it can be printed alone."""

    title: str
    unit: str
    source: str
    """Where the numbers come from."""
    period: str


@dataclass(frozen=True)
class Series:
    """Numbers that belong together, one for each label; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Mark:
    """One thing drawn. `tone` is a class of the style sheet; `tip` is said when it is pointed at."""

    shape: str
    """rect | line | text | path | dot"""
    tone: str
    at: tuple[str, ...]
    """Its numbers, written for SVG: rect x y width height; line x1 y1 x2 y2; text x y; path d; dot x y."""
    words: str = ""
    anchor: str = "middle"
    tip: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart, ready to be shown."""

    kind: str
    caption: Caption
    height: int
    marks: tuple[Mark, ...]
    head: tuple[str, ...]
    """Of the table that says the same."""
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...] = ()
    """Tone and words."""
    note: str = ""
    width: int = field(default=WIDTH, init=False)


class Pen:
    """Collects marks."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []

    def rect(self, x: float, y: float, width: float, height: float, *, tone: str, tip: str = "") -> None:
        """A filled rectangle; one without area is left out."""
        if width > 0 and height > 0:
            self.marks.append(Mark("rect", tone, (_n(x), _n(y), _n(width), _n(height)), tip=tip))

    def line(self, x1: float, y1: float, x2: float, y2: float, tone: str) -> None:
        """A straight line."""
        self.marks.append(Mark("line", tone, (_n(x1), _n(y1), _n(x2), _n(y2))))

    def text(self, x: float, y: float, words: str, anchor: str = "middle", tone: str = "label") -> None:
        """Words on their base line."""
        self.marks.append(Mark("text", tone, (_n(x), _n(y)), words=words, anchor=anchor))

    def path(self, points: Sequence[tuple[float, float]], tone: str) -> None:
        """A line from point to point."""
        if len(points) > 1:
            steps = " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
            self.marks.append(Mark("path", tone, (f"M{steps}",)))

    def dot(self, x: float, y: float, tone: str, tip: str = "") -> None:
        """A point; its tone gives it its shape."""
        self.marks.append(Mark("dot", tone, (_n(x), _n(y)), tip=tip))


Words = Callable[[float], str]
"""How a number is written for the reader."""


def written(value: float | None, words: Words) -> str:
    """A number for the reader; a dash where there is none."""
    return "—" if value is None else words(value)


def room_for(words: str, letter: float = LETTER) -> float:
    """About how wide words are: a Chinese sign is as wide as it is high, a Latin one about half."""
    return sum(letter if ord(sign) > 0x2E80 else letter * 0.56 for sign in words)


def cut(words: str, room: float) -> str:
    """Words that fit into so much room, with an ellipsis where they did not."""
    if room_for(words) <= room:
        return words
    while words and room_for(words) + LETTER > room:
        words = words[:-1]
    return f"{words}…"


def table_of(first: str, labels: Sequence[str], series: Sequence[Series], words: Words) -> tuple[tuple[str, ...], ...]:
    """The rows of the table that says what the chart shows."""
    return tuple(
        (label, *(written(each.values[place], words) for each in series)) for place, label in enumerate(labels)
    )


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
