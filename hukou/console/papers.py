"""Where a walkthrough gets its pictures: photographs from a folder, or ones made from specimen sheets."""

from __future__ import annotations

import math
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from capture.pipeline import specimens
from hukou.catalogue.types import MaterialSpec
from hukou.kernel.errors import DomainError
from workflows.cases.types import Slot
from workflows.papers import specimen

SUFFIXES = {".jpg", ".jpeg", ".png"}

ATTEMPTS = 1_000
"""More pictures than one case is ever offered."""
SHARPER = 1.08
"""The camera's resolution on the paper, as a multiple of what the material asks for: more would only take longer."""
FILLED = 0.84
"""How much of the picture the paper takes; the picture stands upright, 3 : 4, as large as that needs."""


class Supply:
    """Hands out one picture after another; what the check refuses is set aside and not offered again."""

    def __init__(self, photos: Path | None, *, whose: int = 0) -> None:
        """`whose`: the case the papers are made for; no two cases share a picture."""
        self._waiting = sorted(p for p in photos.iterdir() if p.suffix.lower() in SUFFIXES) if photos else []
        self._offered: Path | None = None
        self._whose = whose
        self.refused: list[str] = []
        self.used = 0

    def next_for(self, slot: Slot, attempt: int) -> tuple[bytes, str]:
        """Bytes and device label of the next picture for `slot`."""
        self._offered = None
        if slot.is_portrait:
            return specimens.portrait(seed=ATTEMPTS * self._whose + attempt), "specimen"
        if self._waiting:
            self._offered = self._waiting.pop(0)
            return self._offered.read_bytes(), "file"
        return photograph(slot.spec, attempt, whose=self._whose), "specimen"

    def took(self) -> None:
        """The offered picture became a page."""
        self.used += self._offered is not None

    def set_aside(self, why: str) -> None:
        """The offered picture was not taken. A specimen that is not is a fault of ours and stops the walkthrough."""
        if self._offered is None:
            raise SpecimenRefused(why=why)
        self.refused.append(f"{self._offered.name}: {why}")


def photograph(line: MaterialSpec, copy: int, *, whose: int = 0) -> bytes:
    """JPEG of a specimen of that material on a desk. No two `copy` numbers look alike, nor those of two cases (`whose`)."""
    ppi = round(SHARPER * line.capture.least_dpi)
    paper = specimens.paper(specimen.render(line.code, line.name_zh, copy=copy, ppi=ppi, whose=whose))
    height, width = paper.shape[:2]
    unit = math.ceil(max(width / 3, height / 4) / FILLED)
    return specimens.photograph(paper, seed=copy, size=(3 * unit, 4 * unit), fill=FILLED)


class SpecimenRefused(DomainError):
    """A paper made by the walkthrough itself did not pass the quality check."""

    code = "specimen_refused"
    message = _("A specimen was not taken: {why}.")
    next_step = _("This is a fault of the program: report it with the output above.")


class NoPhotographs(DomainError):
    """The folder named holds no picture a page could be made of."""

    code = "no_photographs"
    message = _("There is no JPEG or PNG picture in the folder {folder}.")
    next_step = _("Name a folder with photographs of papers, or leave --photos out to use specimens.")


def existing_folder(path: str) -> Path:
    """The folder of photographs. Raises NoPhotographs."""
    folder = Path(path).expanduser()
    if not folder.is_dir() or not any(p.suffix.lower() in SUFFIXES for p in folder.iterdir()):
        raise NoPhotographs(folder=path)
    return folder
