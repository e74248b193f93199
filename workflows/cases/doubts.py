"""What makes a page doubtful within its case."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from capture.sessions import duplicates
from capture.sessions.models import Page

from .models import Case, HeldPage, MaterialPage


@dataclass(frozen=True)
class Doubt:
    """A doubt about a page that only its case can tell; its words are those of `capture.sessions.findings`."""

    code: str
    measure: float
    limit: float
    level: str = "warn"

    def as_json(self) -> dict[str, Any]:
        """As kept with the held page: the same shape as a finding of quality."""
        return asdict(self)


def about(case: Case, page: Page, *, beside: int | None = None) -> list[Doubt]:
    """Doubts about a new page: by its ink it shows a sheet that lies in this case already (DA/T 31-2017, 10.5).

    `beside`: a placement that does not count, because the new page takes its place.
    """
    if page.kind == Page.Kind.PORTRAIT:
        return []
    others = MaterialPage.objects.filter(material__case=case, superseded_at=None, page__kind=Page.Kind.PAGE)
    digests = dict(others.values_list("pk", "page__sha256"))
    least = duplicates.nearest(page.sha256, [digest for pk, digest in digests.items() if pk != beside])
    return [Doubt("duplicate", *least)] if least is not None else []


def codes(held: HeldPage) -> list[str]:
    """Codes of everything that makes the page doubtful."""
    return [finding["code"] for finding in findings(held)]


def findings(held: HeldPage) -> list[dict[str, Any]]:
    """What quality found and what the case doubts, worst first."""
    both = [*held.page.quality.get("findings", []), *held.doubts]
    return sorted(both, key=lambda finding: finding["level"] != "refuse")
