"""Real photographs of papers with corners set by hand, where a folder of them lies; none of them is part of the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from capture.pipeline.geometry import Array


def folder() -> Path | None:
    """HUKOU_PHOTOS, or `shared/data/photos` beside the project; None where there is none."""
    named = os.environ.get("HUKOU_PHOTOS")
    place = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"
    return place if (place / "truth.json").is_file() else None


def with_truth() -> Iterator[tuple[str, bytes, Array]]:
    """Name, bytes and true corners (4 × 2) of each photograph that has a page."""
    place = folder()
    if place is None:
        return
    for name, entry in sorted(json.loads((place / "truth.json").read_text()).items()):
        if entry["corners_tl_tr_br_bl"] is not None:
            yield name, (place / name).read_bytes(), np.array(entry["corners_tl_tr_br_bl"], np.float64)
