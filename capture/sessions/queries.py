"""Questions about pages; nothing here writes."""

from __future__ import annotations

from .findings import Said, said
from .models import Page


def findings(page: Page) -> list[Said]:
    """What quality noticed on the page, in the current language, worst first."""
    kept = sorted(page.quality.get("findings", []), key=lambda finding: finding["level"] != "refuse")
    return [said(finding) for finding in kept]
