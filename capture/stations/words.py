"""What a camera certifies, in plain words; the same on the stations page, the calibration page and the capture page."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .models import Camera
from .types import FINE, LEGIBLE, Certificate

PAPERS: dict[str, str | Promise] = {"A4": "A4", "A3": "A3", "ID-1": gettext_lazy("identity card")}

WARNINGS: dict[str, tuple[str | Promise, str | Promise]] = {
    "stretched": (
        gettext_lazy("The browser pulls the camera's levels apart: white and black are cut off."),
        gettext_lazy(
            "Lower contrast and exposure in the camera's own settings, or switch the camera from MJPEG to YUY2 or NV12."
        ),
    ),
    "overexposed": (
        gettext_lazy("The white of the paper is burnt out."),
        gettext_lazy("Lower the camera's exposure or its lamp; faint seals are lost in burnt-out paper."),
    ),
}
"""What is not as it should be with light and dark, and what to do."""


def says(certificate: Certificate, width: int, height: int) -> str:
    """One sentence on what a picture of `width` × `height` pixels can certify of a paper."""
    values = {"paper": PAPERS[certificate.paper], "dpi": certificate.dpi, "pixels": pixels(width, height)}
    if not certificate.fits:
        sentence = _("{paper} does not lie wholly in the picture at this height of the camera.")
    elif certificate.grade == 0:
        sentence = _(
            "This camera has {pixels}; {paper} comes to {dpi} dpi only, less than 200 dpi (DA/T 31-2017, 9.4)."
        )
    elif certificate.grade == LEGIBLE:
        sentence = _("{paper}: {dpi} dpi, enough for ordinary pages (200 dpi), not for small or dense print (300 dpi).")
    else:
        sentence = _("{paper}: {dpi} dpi, enough for small and dense print too (300 dpi).")
    return _closed_up(sentence.format(**values))


def _closed_up(sentence: str) -> str:
    """Chinese takes a space beside Latin letters and none between its own signs; a paper's name may be either."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", sentence)


def pixels(width: int, height: int) -> str:
    """The size of a sensor as people say it: 500 万像素, 5 megapixels."""
    count = width * height
    if (get_language() or "zh").startswith("zh"):
        step = 10 if count < 1e7 else 100  # sold as 500 万, 800 万, 1600 万
        return f"{round(count / 1e4 / step) * step} 万像素"
    return f"{count / 1e6:.1f} megapixels"


def as_json(camera: Camera, certificates: tuple[Certificate, ...]) -> dict[str, dict[str, Any]]:
    """Paper → what is certified of it, for scripts."""
    return {
        one.paper: {
            "dpi": one.dpi,
            "fits": one.fits,
            "estimated": one.estimated,
            "grade": one.grade,
            "least": LEGIBLE,
            "fine": FINE,
            "says": says(one, camera.width, camera.height),
        }
        for one in certificates
    }
