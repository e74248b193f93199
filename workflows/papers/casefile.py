"""The case file: form and captured pages bound into one PDF. JPEG bytes go in as they are."""

from __future__ import annotations

import io
from collections.abc import Sequence

import img2pdf
import pikepdf

A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
MARGIN = img2pdf.mm_to_pt(8)


def merge(form_pdf: bytes, jpegs: Sequence[bytes], *, title: str) -> bytes:
    """The form followed by one A4 page per JPEG. `title` is a case number, never a name."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(form_pdf)) as bound:
        if jpegs:
            # Scans carry no reliable dpi, so each is fitted to the sheet; its bytes are not re-encoded.
            layout = img2pdf.get_layout_fun(pagesize=A4, border=(MARGIN, MARGIN), fit=img2pdf.FitMode.into)
            images = img2pdf.convert(list(jpegs), layout_fun=layout, nodate=True, creationdate=None)
            with pikepdf.open(io.BytesIO(images)) as pages:
                bound.pages.extend(pages.pages)
                _describe(bound, title)
                bound.save(out, deterministic_id=True, min_version="1.7")
        else:
            _describe(bound, title)
            bound.save(out, deterministic_id=True, min_version="1.7")
    return out.getvalue()


def _describe(pdf: pikepdf.Pdf, title: str) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
