"""How many pages of paper an electronic file stands for."""

from __future__ import annotations

from workflows.cases import folders
from workflows.cases.models import Case
from workflows.cases.types import Slot


def pages_with_paper(case: Case) -> int:
    """Captured pages of the filed case that have a page of paper.

    Portraits have none. Both sides of a card are two captures and one page of its certified copy.
    """
    return sum(_pages(slot) for slot in folders.as_filed(case).slots)


def _pages(slot: Slot) -> int:
    if slot.is_portrait or slot.spec.keep == "system_capture":
        return 0
    two_on_one = slot.spec.capture.sides == 2 and slot.spec.keep == "copy_certified"
    return (len(slot.pages) + 1) // 2 if two_on_one else len(slot.pages)
