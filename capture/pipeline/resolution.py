"""With how many dots per inch was the paper seen? Counted in the photograph, never on the straightened page.

Straightening makes as many pixels as one likes; what the camera saw is what the archive may claim (DA/T 31-2017, 9.4).
"""

from __future__ import annotations

import numpy as np

from .geometry import Corners
from .lens import fits
from .types import Settings

INCH = 25.4
SAME_SHAPE = 1.08
"""Two sides may tell resolutions this far apart before the paper is taken for another one than the material says."""


def captured_dpi(corners: Corners, settings: Settings, width: int, height: int) -> float | None:
    """Dots per inch of the page with these `corners` in a picture of this size; None when nothing tells its size.

    A calibrated camera knows its mat. Without one the material's paper tells, if the page has that paper's shape; of
    its two directions the poorer counts, for a sheet seen aslant is foreshortened in one.
    """
    camera = settings.camera
    if camera is not None and camera.px_per_mm is not None and fits(camera, width, height):
        return round(camera.px_per_mm * width / camera.width * INCH, 1)
    if settings.paper is None:
        return None
    quad = np.array(corners)
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    seen = sorted(((sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2))
    shorter, longer = (float(pixels) / mm for pixels, mm in zip(seen, sorted(settings.paper), strict=True))
    if max(shorter, longer) > SAME_SHAPE * min(shorter, longer):
        return None
    return round(min(shorter, longer) * INCH, 1)
