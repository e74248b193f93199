"""What a case still lacks, kept on its row: which acceptance materials, how many pages lie in it, since when it is whole.

`lacking`, `page_count` and `captured_at` of a case are projections to count, list and alert by, written anew by every verb
that changes pages, facts or ticks. `captured_at` is the first moment after acceptance at which nothing was missing; it is taken
back only when something is missing again before the case is handed up, and then it is the next such moment.
All functions expect the case locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hukou.catalogue import queries as catalogue
from hukou.catalogue import requirements
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import clock

from . import folders
from .models import Case
from .types import LACKING

PROJECTED = ("lacking", "page_count", "captured_at")
STAGE = "acceptance"


def keep(case: Case) -> None:
    """Write the projections anew, after an act that changed the pages of the case. One question, and one write."""
    put(case, folders.live_counts(case))
    case.save(update_fields=PROJECTED)


def put(case: Case, pages: Mapping[str, int], *, at: datetime | None = None) -> None:
    """Set the projections, unsaved. `pages`: material code → live pages; `at`: when it became so, by default now."""
    case.page_count = sum(pages.values())
    case.lacking = of(catalogue.spec_of(case.subtype), case.facts, case.judged, pages)
    if not case.lacking and case.accepted_at is not None:
        case.captured_at = case.captured_at or at or clock.now()
    elif case.lacking and case.level == 0:
        case.captured_at = None


def of(spec: SubTypeSpec, facts: list[str], judged: list[str], pages: Mapping[str, int]) -> list[str]:
    """Codes of the materials that acceptance needs and that are not complete, in the order of the list. Pure.

    Of a group of which any may be brought, all that could still come (`CaseFolder.missing_of`).
    """
    answer = requirements.completeness(
        spec, facts=frozenset(facts), judged=frozenset(judged), pages=pages, stages=folders.STAGES
    )
    return [slot.code for slot in answer.slots if slot.needed and slot.state in LACKING and slot.stage == STAGE]
