"""What stands on the form: an officer's mark with opinion and seal, and a unit's seal fitted to its frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .canvas import INK, MM, Drawing, paste
from .glyphs import advance_of, write


def signed_panel(
    *, seal: Drawing, opinion: str, signature_lines: Sequence[str], width: float, height: float
) -> Drawing:
    """An officer's mark on the form: the opinion above, who and when below, the personal seal beside them.

    The opinion is set as large as it fits and never cut: what is sealed must be there to read.
    """
    drawing = Drawing(width, height)
    side = min(height - 4, 20 * MM)
    edge = width - side - 10
    paste(drawing, seal, edge + 6, 3.0, side / seal.width)
    leading = 12.5
    foot = 6.0 + leading * (len(signature_lines) - 1)
    for place, line in enumerate(signature_lines):
        _set(drawing, line, edge - _length(line, 9) - 2, foot - place * leading, 9)
    size, lines = _fitting(opinion, width=edge - 10, height=height - foot - leading - 2)
    for place, line in enumerate(lines):
        _set(drawing, line, 6.0, height - size - 1 - place * size * 1.38, size)
    return drawing


def fitted(seal: Drawing, *, width: float, height: float) -> Drawing:
    """`seal` in the middle of a box, as large as it may be without growing past its true size."""
    scale = min(width / seal.width, height / seal.height, 1.0)
    drawing = Drawing(width, height)
    paste(drawing, seal, (width - seal.width * scale) / 2, (height - seal.height * scale) / 2, scale)
    return drawing


def _set(drawing: Drawing, line: str, x: float, y: float, size: float) -> None:
    """One line of plain text from (x, y) on."""
    for character in line:
        advance = advance_of(character) * size
        write(drawing, character, (x + advance / 2, y), size, colour=INK, sans=True)
        x += advance


def _length(line: str, size: float) -> float:
    return sum(advance_of(character) for character in line) * size


def _fitting(text: str, *, width: float, height: float) -> tuple[float, list[str]]:
    """The largest size from 10.5 points down at which `text` fits the box, and its lines."""
    size = 10.5
    while True:
        lines = [piece for line in text.splitlines() for piece in _wrap(line, size, width)]
        if len(lines) * size * 1.38 <= height or size <= 2:
            return size, lines
        size -= 0.5


def _wrap(line: str, size: float, width: float) -> Iterator[str]:
    start, used = 0, 0.0
    for place, character in enumerate(line):
        advance = advance_of(character) * size
        # A full stop or comma never begins a line; it hangs over the edge instead.
        if used + advance > width and place > start and character not in "，。、；：！？）》”":
            yield line[start:place]
            start, used = place, 0.0
        used += advance
    yield line[start:]
