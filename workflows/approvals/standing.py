"""What stands on a case: the decisions in force, and what was asked and answered. Read once, used by every rule."""

from __future__ import annotations

from functools import cached_property

from hukou.kernel import canonical, once
from workflows.cases.models import Case

from . import errors
from .models import Decision, Enquiry


class Standing:
    """Decisions in force and enquiries of one case, asked for when first needed. Stale after a verb has written."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def decisions(self) -> list[Decision]:
        """Those not voided, in the order they fell."""
        live = Decision.objects.filter(case=self.case, voided_at=None)
        return once.ask(("standing", self.case.pk), lambda: list(live.select_related("officer").order_by("pk")))

    @cached_property
    def enquiries(self) -> list[Enquiry]:
        """All of them, answered or not, in the order they were made."""
        asked = Enquiry.objects.filter(case=self.case).select_related("office", "asked_by", "answered_by")
        return once.ask(("enquiries", self.case.pk), lambda: list(asked.order_by("pk")))

    @property
    def open_enquiry(self) -> Enquiry | None:
        """What is being asked now."""
        return next((enquiry for enquiry in self.enquiries if enquiry.answered_at is None), None)

    def decided(self, level: int) -> bool:
        """True when a decision of this level is in force."""
        return any(decision.level == level for decision in self.decisions)

    def persons_below(self, level: int) -> set[str]:
        """ID numbers of everyone who accepted the case or decided a level below `level` in its present round."""
        people = {decision.officer.id_number for decision in self.decisions if decision.level < level}
        return people | ({self.case.accepted_by.id_number} if self.case.accepted_by else set())

    def look(self, content: str) -> str:
        """Digest of all a decision rests on: pages and form (by `content`, their digest), decisions, enquiries."""
        return canonical.digest(
            {
                "content": content,
                "decisions": [[d.pk, d.level, d.outcome, d.opinion] for d in self.decisions],
                "enquiries": [[asked.pk, asked.kind, asked.result, asked.answer] for asked in self.enquiries],
            }
        )

    def require_nothing_against(self) -> None:
        """Raise StandsAgainst when the last answer of some kind is negative."""
        last = {enquiry.kind: enquiry for enquiry in self.enquiries if enquiry.answered_at is not None}
        for enquiry in last.values():
            if enquiry.result == Enquiry.Result.NEGATIVE:
                raise errors.StandsAgainst(kind=enquiry.get_kind_display())
