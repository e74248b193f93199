"""Papers as officers bring them for sealing: small PDFs, each of them another one."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf


def certificate(number: int, *, pages: int = 1, spoil: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """A certificate of A4 size that says its number; `spoil` may change it before it is written."""
    document = pikepdf.new()
    for page in range(pages):
        document.add_blank_page(page_size=(595, 842))
        said = f"BT /F1 24 Tf 90 700 Td (Certificate {number}, page {page + 1}) Tj ET".encode()
        document.pages[page].Contents = document.make_stream(said)
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        document.pages[page].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    if spoil is not None:
        spoil(document)
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
