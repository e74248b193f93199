"""A page of a PDF as a picture, seals and all: what a screen shows where no PDF program is at hand."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

_one_at_a_time = Lock()
"""PDFium may be used by one thread at a time."""


def page_png(pdf: bytes, *, page: int = 1, width: int = 1000) -> bytes:
    """Draw page `page` (1-based) `width` pixels wide, as PNG. Raises LookupError when there is no such page."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()  # the visible seals are form fields
            if not 1 <= page <= len(document):
                raise LookupError(f"no page {page}")
            sheet = document[page - 1]
            picture = sheet.render(scale=width / sheet.get_width(), may_draw_forms=True).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
