"""What quality noticed, in words: for each code of the pipeline a sentence and what to do now.

Adding a rule: measure it in `capture.pipeline.quality`, give its code its words here (README of this folder).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from capture.pipeline.types import CLAUSES


@dataclass(frozen=True)
class Words:
    """The sentence for a finding and the advice with it; `{measure}` and `{limit}` are filled in."""

    message: str | Promise
    advice: str | Promise
    unit: str = "ratio"
    """How numbers are shown: `ratio` 0.21, `share` 4.8%, `whole` 92, `degrees` 2.9°."""


WORDS: dict[str, Words] = {
    "no_page": Words(
        _("No sheet of paper was found in the picture."),
        _("Lay the paper flat on the mat with all four edges in view and capture again."),
    ),
    "blurred": Words(
        _("The page is blurred (sharpness {measure}, {limit} is required)."),
        _("Lay the paper flat, wait until the camera has focused, and capture again."),
    ),
    "dark": Words(
        _("The page is too dark (brightness {measure}, {limit} is required)."),
        _("Switch on the lamp of the camera or raise the exposure, and capture again."),
        "whole",
    ),
    "glare": Words(
        _("Reflections hide part of the page ({measure} of it, at most {limit})."),
        _("Turn the lamp aside or move the paper out of the reflection, and capture again."),
        "share",
    ),
    "blank": Words(
        _("The page looks blank (ink on {measure} of it)."),
        _("Check that the printed side is up. Keep it only if this side belongs to the file."),
        "share",
    ),
    "cut": Words(
        _("The page runs out of the picture: an edge or a corner is missing."),
        _("Move the paper so that all four corners can be seen, and capture again."),
        "share",
    ),
    "skewed": Words(
        _("The print is askew by {measure} (at most {limit})."),
        _("Straighten the paper, or correct the four corners."),
        "degrees",
    ),
    "duplicate": Words(
        _("This paper already lies in this case."),
        _("Lay down the next paper. Keep it only if the file really needs it twice."),
    ),
    "covered": Words(
        _("Something lies over the edge of the page ({measure} of its outline)."),
        _("Move other papers and clips away from the page and flatten turned-in corners, then capture again."),
        "share",
    ),
    "finger": Words(
        _("Fingers cover part of the page ({measure} of it, at most {limit})."),
        _("Lay the paper flat, take your hand out of the picture, and capture again."),
        "share",
    ),
    "grey": Words(
        _(
            "The picture has no colour (chroma {measure}, {limit} is required), but this material bears stamps or photographs."
        ),
        _(
            "Set the camera to colour and capture again. If the paper bears no stamp yet, check that it is the right one."
        ),
        "whole",
    ),
    "low_dpi": Words(
        _("The page was captured with {measure} dpi; {limit} dpi are required."),
        _("Bring the camera nearer, choose a higher resolution, or use a camera with more pixels for this paper."),
        "whole",
    ),
    "no_face": Words(
        _("No face was found in the portrait."),
        _("Ask the citizen to look into the camera without hat or mask, and capture again."),
        "whole",
    ),
    "several_faces": Words(
        _("There are {measure} faces in the portrait."),
        _("Ask others to step out of the picture, and capture again."),
        "whole",
    ),
    "face_small": Words(
        _("The face is too small in the portrait ({measure} of its height, {limit} is required)."),
        _("Bring the camera nearer or ask the citizen to come closer, and capture again."),
        "share",
    ),
    "face_blurred": Words(
        _("The face is blurred (sharpness {measure}, {limit} is required)."),
        _("Ask the citizen to keep still, wait until the camera has focused, and capture again."),
    ),
    "face_dark": Words(
        _("The face is too dark (brightness {measure}, {limit} is required)."),
        _("Turn on a light in front of the citizen or raise the exposure, and capture again."),
        "whole",
    ),
    "small": Words(
        _("The page is too small in the picture ({measure} pixels, {limit} are required)."),
        _("Bring the camera nearer, or choose a higher resolution, and capture again."),
        "whole",
    ),
}


@dataclass(frozen=True)
class Said:
    """A finding in the current language."""

    code: str
    level: str
    """`warn` or `refuse`."""
    message: str
    advice: str
    clause: str = ""
    """Of DA/T 31-2017, such as "10.5"; empty where it has none."""


def said(kept: Mapping[str, Any]) -> Said:
    """A finding, as kept with a page, in the current language. A code of a later version is shown as it is."""
    code, level = str(kept["code"]), str(kept["level"])
    words = WORDS.get(code)
    if words is None:
        return Said(code, level, code, "")
    numbers = {name: _shown(float(kept[name]), words.unit) for name in ("measure", "limit")}
    return Said(code, level, str(words.message).format(**numbers), str(words.advice), CLAUSES.get(code, ""))


def _shown(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value * 100:.2g}%"
    if unit == "degrees":
        return f"{value:.1f}°"
    return f"{value:.0f}" if unit == "whole" else f"{value:.2f}"
