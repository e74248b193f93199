"""Is a file brought for sealing one that shows the same to everybody? And where does the seal go?"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.seals import drawing, pades
from workflows.seals.types import Field

from .errors import PaperUnfit

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 40
FIELD = "officer_seal"
SIDE = 20 * drawing.MM
"""Of an officer's square seal, points."""
MARGIN = 40.0
"""Between the seal and the edges of the last page, points."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Paper:
    """A file fit to be sealed."""

    pages: int
    box: Box


def looked_at(pdf: bytes, name: str) -> Paper:
    """What a file is. Raises PaperUnfit.

    Refused is whatever could look different on another screen than on the officer's: scripts and actions, layers,
    form fields, attached files. A file that carries a signature is refused too: ours would be one nobody expected.
    """

    def refuse(why: Promise) -> PaperUnfit:
        return PaperUnfit(name=name, why=why)

    if len(pdf) > MOST_BYTES:
        raise refuse(_("the file is larger than 20 MB"))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if document.is_encrypted:
                raise refuse(_("the file is encrypted"))
            root, pages = document.Root, len(document.pages)
            if not 1 <= pages <= MOST_PAGES:
                raise refuse(_("the file has no page, or more than 40"))
            if "/AcroForm" in root and len(root.AcroForm.get("/Fields", ())):
                raise refuse(_("the file has form fields or a signature"))
            names: pikepdf.Object = root.get("/Names", pikepdf.Dictionary())
            if "/OpenAction" in root or "/AA" in root or "/JavaScript" in names or "/EmbeddedFiles" in names:
                raise refuse(_("the file contains actions, scripts or attached files"))
            if "/OCProperties" in root:
                raise refuse(_("the file has layers that can be switched off"))
            box = _box(document.pages[-1])
        # What our writer cannot take shall be told now and not when ten thousand others are being signed.
        pades.lay_out(pdf, [field(Paper(pages, box))])
    except PaperUnfit:
        raise
    except Exception as broken:  # whatever forged or broken bytes do to the parsers
        raise refuse(_("the file is no readable PDF")) from broken
    return Paper(pages, box)


def field(paper: Paper) -> Field:
    """The field that is laid out and signed at once."""
    return Field(FIELD, 0, "batch", "personal", paper.pages - 1, paper.box)


def _box(page: pikepdf.Page) -> Box:
    """The lower right corner of what is seen of the page."""
    _left, bottom, right, _top = (float(edge) for edge in page.cropbox)
    return (right - MARGIN - SIDE, bottom + MARGIN, right - MARGIN, bottom + MARGIN + SIDE)
