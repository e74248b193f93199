"""What makes a page doubtful within its case, and the alerts that follow when one is kept or a picture is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from capture.sessions import duplicates
from capture.sessions.models import Page
from hukou.kernel import numbers

from .models import Case, HeldPage, MaterialPage

KEPT = "case.page_kept"
REUSED = "case.picture_reused"
LOOK_BACK = timedelta(days=30)
"""How far back a sweep looks: an alert is raised once, so nothing older can be news."""


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


def find_kept(now: datetime) -> Iterator[rules.Due]:
    """Pages kept in spite of the quality check."""
    kept = HeldPage.objects.filter(kept=True, settled_at__gt=now - LOOK_BACK, settled_at__lte=now)
    for held in kept.select_related("material__case", "page").iterator(chunk_size=500):
        yield rules.Due(
            subject=f"cases.case:{held.material.case_id}",
            office_id=held.material.case.station_id,
            due_at=held.settled_at or now,
            rung=1,
            details={
                "number": held.material.case.number,
                "material": held.material.code,
                "level": held.level,
                "why": codes(held),
            },
        )


def find_reused(now: datetime) -> Iterator[rules.Due]:
    """Pictures that lie, byte for byte, in two cases: a sign that no paper was seen (domain.md §8.1)."""
    elsewhere = MaterialPage.objects.filter(page__original=OuterRef("page__original")).exclude(
        material__case=OuterRef("material__case")
    )
    new = MaterialPage.objects.filter(placed_at__gt=now - LOOK_BACK, placed_at__lte=now, superseded_at=None)
    new = new.exclude(material__case__number__startswith=numbers.MEASURING)  # they all show the same specimen
    for placed in new.filter(Exists(elsewhere)).select_related("material__case").iterator(chunk_size=500):
        yield rules.Due(
            subject=f"cases.case:{placed.material.case_id}",
            office_id=placed.material.case.station_id,
            due_at=placed.placed_at,
            rung=1,
            details={"number": placed.material.case.number, "material": placed.material.code},
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(rules.AlertRule(name=KEPT, label=_("A doubtful page was kept"), find=find_kept))
    rules.register(rules.AlertRule(name=REUSED, label=_("The same picture lies in two cases"), find=find_reused))
