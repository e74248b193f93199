"""Questions about pages; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .findings import Said, said
from .models import Page


def findings(page: Page) -> list[Said]:
    """What quality noticed on the page, in the current language, worst first."""
    return said_of(page.quality.get("findings", []))


def said_of(kept: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Findings as kept with a page, in the current language, worst first."""
    return [said(finding) for finding in sorted(kept, key=lambda finding: finding["level"] != "refuse")]
