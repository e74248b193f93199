"""What verification can find wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    code: str
    """Stable word. Bytes: page_missing, page_altered, seal_not_passed, shelf_missing, shelf_altered. Rows the trail
    does not know: not_in_trail. Rows the trail knows and the database has no more: page_gone, document_gone,
    record_gone, version_gone. Rows rewritten after filing: manifest_altered, content_altered; versions that do not
    follow from each other: chain_broken."""
    subject: str
    """Which file or record, by digest or name; never personal data."""
