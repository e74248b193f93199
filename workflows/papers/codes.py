"""QR codes on papers. What they carry is for machines and never personal data."""

from __future__ import annotations

import io

import segno


def qr(text: str) -> str:
    """`text` as a QR code, SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()
