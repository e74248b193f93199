"""Calibration pictures for tests of devices: made once per run, because rendering takes half a second each."""

from __future__ import annotations

from functools import cache

from capture.pipeline import sheet_photographs as photographs
from capture.stations import looks
from capture.stations.looks import Kind, Look
from capture.stations.types import Device

LENS = photographs.lens((2592, 1944), px_per_mm=7.86)
"""5 million pixels over A4 landscape."""
DEVICE = Device("d" * 64, "USB Document Camera (0c45:6366)", LENS.width, LENS.height)
PLACES = (
    {"at": (0, 0)},
    {"at": (-40, -25), "turn": 8},
    {"at": (42, -26), "turn": -6},
    {"at": (41, 27), "turn": 90},
    {"at": (-42, 26), "turn": 2},
)


@cache
def sheet(number: int) -> bytes:
    """A picture of the sheet: in the middle, then toward each corner of the picture."""
    return photographs.photograph(LENS, number, **PLACES[number])  # type: ignore[arg-type]


@cache
def mat() -> bytes:
    """The empty mat."""
    return photographs.empty_mat(LENS)


@cache
def grey() -> bytes:
    """The grey card in light that is a little too yellow."""
    return photographs.grey_card(LENS, cast=(0.85, 1.0, 1.05))


@cache
def seen(kind: Kind, number: int = 0) -> Look:
    """One picture, looked at for camera 0."""
    photo = {"sheet": lambda: sheet(number), "mat": mat, "grey": grey}[kind]()
    return looks.at(0, kind, photo)


def round_of_pictures() -> list[Look]:
    """All a calibration needs, and the mat and the card."""
    return [*(seen("sheet", number) for number in range(5)), seen("mat"), seen("grey")]
