"""What one calibration picture said, signed, so that the browser can keep it until the round is complete.

The server keeps no half-finished calibration: each picture is looked at once and answered with a token; the last
request brings all tokens back. A token holds numbers only, belongs to one camera, and lasts an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core import signing

from capture.pipeline import colour
from capture.pipeline.calibration import NoView, View, look, same
from capture.pipeline.decode import decode
from capture.pipeline.errors import Unreadable
from hukou.kernel import canonical

from . import errors

Kind = Literal["sheet", "mat", "grey"]
KINDS: tuple[Kind, ...] = ("sheet", "mat", "grey")
SALT = "capture.stations.looks"
LASTS = 3600
"""Seconds in which a calibration is to be finished."""


@dataclass(frozen=True)
class Look:
    """One picture, looked at."""

    camera_id: int
    kind: Kind
    sha256: str
    """Of the picture."""
    view: View | None = None
    """The sheet in it (`sheet`)."""
    mat: tuple[float, ...] | None = None
    """The empty mat (`mat`)."""
    grey: tuple[float, float, float] | None = None
    """Gains of the grey card (`grey`)."""

    def token(self) -> str:
        """The look for the browser to keep."""
        kept = {
            "camera": self.camera_id,
            "kind": self.kind,
            "sha256": self.sha256,
            "view": self.view.as_json() if self.view else None,
            "mat": self.mat,
            "grey": self.grey,
        }
        return signing.dumps(kept, salt=SALT, compress=True)


def at(camera_id: int, kind: Kind, photo: bytes, before: Sequence[Look] = ()) -> Look:
    """Look at one picture; `before`: those taken earlier. Raises PictureUnreadable, SheetNotFound, SheetBlurred,
    SheetNotMoved, MatNotEmpty, NotACard, CardTooDark, CardTooLight, ColouredLight."""
    sha256 = canonical.sha256(photo)
    try:
        if kind == "sheet":
            view = look(photo)
            if any(same(view, one.view) for one in before if one.view is not None):
                raise errors.SheetNotMoved
            return Look(camera_id, kind, sha256, view=view)
        image, _media_type = decode(photo)
        if kind == "mat":
            return Look(camera_id, kind, sha256, mat=colour.mat_surface(image))
        return Look(camera_id, kind, sha256, grey=colour.grey_gains(image).gains)
    except Unreadable as cause:
        raise errors.PictureUnreadable from cause
    except (NoView, colour.NotEven) as cause:
        digits = 2 if cause.limit < 10 else 0
        raise errors.REFUSED[cause.reason](
            measure=f"{cause.measure:.{digits}f}", limit=f"{cause.limit:.{digits}f}"
        ) from cause


def kept(camera_id: int, tokens: Sequence[str]) -> list[Look]:
    """The looks the browser brings back. Raises PictureForgotten for one that is old, altered or of another camera."""
    return [_kept(camera_id, token) for token in tokens]


def _kept(camera_id: int, token: str) -> Look:
    try:
        held: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature as cause:
        raise errors.PictureForgotten from cause
    if held["camera"] != camera_id:
        raise errors.PictureForgotten
    grey = held["grey"]
    return Look(
        camera_id,
        held["kind"],
        held["sha256"],
        view=View.from_json(held["view"]) if held["view"] else None,
        mat=tuple(held["mat"]) if held["mat"] else None,
        grey=(grey[0], grey[1], grey[2]) if grey else None,
    )
