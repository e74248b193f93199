"""How well pages are found: on hard scenes whose truth is known, and on real photographs where a folder of them lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from capture.pipeline import scenes
from capture.pipeline.decode import decode
from capture.pipeline.find import find_pages
from capture.pipeline.geometry import overlap
from tests.support import photographs

SEEDS = range(3)
KINDS: dict[str, list[dict[str, Any]]] = {
    "dark, green and black mats": [{"ground": ground} for ground in scenes.MATS],
    "wood and grey desks": [{"ground": "wood"}, {"ground": "grey"}],
    "white and near-white desks": [{"ground": ground} for ground in scenes.LIGHT],
    "2 to 4 cards and booklets on a mat": [{"papers": papers} for papers in (2, 3, 4)],
    "2 to 4 cards and booklets on a light desk": [{"ground": "white", "papers": papers} for papers in (2, 3, 4)],
    "lens bent by 3 %, not calibrated": [{"bend": 0.03}],
    "lens bent by 3 %, calibrated": [{"bend": 0.03, "calibrated": True}],
    "lamp in a glossy desk, crumpled, dim": [
        {"ground": "black", "lamp": 0.12},
        {"crumpled": 1.0},
        {"light": 0.5, "noise": 6},
    ],
    "5 and 16 megapixels": [{"size": (2592, 1944)}, {"size": (4608, 3456)}],
}
EMPTY: list[dict[str, Any]] = [
    {"ground": ground, "lamp": lamp} for ground in (*scenes.MATS, "wood", "grey", *scenes.LIGHT) for lamp in (0, 0.12)
]


def rows() -> Iterator[tuple[str, float, str, str]]:
    """Rows (name, value, unit, note): intersection over union of what was found with what is there."""
    for name, kinds in KINDS.items():
        shares = [share for kind in kinds for seed in SEEDS for share in _shares(seed, **kind)]
        yield f"finding: {name}", float(np.mean(shares)), "IoU", f"lowest {min(shares):.3f} of {len(shares)} papers"
    false = sum(len(find_pages(scenes.scene(seed, papers=0, **kind).image, most=4)) for kind in EMPTY for seed in SEEDS)
    yield "finding: false pages on empty desks", false, "pages", f"{len(EMPTY) * len(SEEDS)} pictures"
    yield from _photographs()


def _photographs() -> Iterator[tuple[str, float, str, str]]:
    shares = {
        name: max((overlap(page.quad, truth) for page in find_pages(decode(photo)[0])), default=0.0)
        for name, photo, truth in photographs.with_truth()
    }
    if shares:
        lowest = min(shares, key=lambda name: shares[name])
        note = f"lowest {shares[lowest]:.3f} ({lowest}) of {len(shares)}"
        yield "finding: real photographs", float(np.mean(list(shares.values()))), "IoU", note


def _shares(seed: int, *, calibrated: bool = False, **kind: Any) -> list[float]:
    scene = scenes.scene(seed, **kind)
    found = find_pages(scene.image, most=max(1, len(scene.truth)), camera=scene.camera if calibrated else None)
    return [max((overlap(page.quad, truth) for page in found), default=0.0) for truth in scene.truth]
