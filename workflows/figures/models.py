"""What figures are counted from: one row a case, the tallies over these rows, and how far the trail has been followed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflows.cases.models import Case

from .tallies import Base, DayTally, Followed, MonthTally, Spread

__all__ = ["Base", "CaseFact", "DayTally", "Followed", "MonthTally", "Spread"]


class CaseFact(models.Model):
    """What is counted about one case: every numbered case has a row, and every request that was turned away.

    Made from the tables of the business alone and at any time anew (`projection`); whoever reads it never writes.
    Days are those of the city, kept beside the moments, so that no question has to know about time zones. Pages are
    counted as domain.md §4.4 does; `pages` lie in the slots now, the others were laid there once.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("under way")
        APPROVED = "approved", pgettext_lazy("case", "approved")
        REFUSED = "refused", pgettext_lazy("case", "refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        NOT_ACCEPTED = "not_accepted", _("not accepted")

    class Level(models.TextChoices):
        STATION = "station", _("police station")
        BRANCH = "branch", _("branch bureau")
        CITY = "city", _("city bureau")

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="fact")
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    branch = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    category = models.CharField(max_length=2)
    subtype = models.CharField(max_length=4)
    key_business = models.BooleanField()
    secret = models.BooleanField(help_text="adoption: counted in no figure that could point at it")
    on_the_spot = models.BooleanField()
    chain_length = models.PositiveSmallIntegerField(help_text="levels of its chain")
    deciding_level = models.CharField(max_length=10, choices=Level)

    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True, help_text="city day; none for a request turned away")
    deferred = models.BooleanField(default=False, help_text="延迟采录")
    capture_due_at = models.DateTimeField(null=True)
    fell_due = models.BooleanField(default=False, help_text="the capture deadline has passed")
    first_page_at = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True, help_text="when every acceptance paper was there for the first time")

    pages = models.PositiveIntegerField(default=0, help_text="lying in the slots now")
    pages_late = models.PositiveIntegerField(default=0, help_text="laid in after the deadline and before filing")
    pages_doubtful = models.PositiveIntegerField(default=0, help_text="kept although the quality check doubted them")
    pages_forced = models.PositiveIntegerField(default=0, help_text="kept although the quality check refused them")
    pages_plain = models.PositiveIntegerField(default=0, help_text="from a file instead of a camera")

    returns = models.PositiveSmallIntegerField(default=0)
    recalls = models.PositiveSmallIntegerField(default=0)
    investigations = models.PositiveSmallIntegerField(default=0)
    cosigns = models.PositiveSmallIntegerField(default=0)
    public_notices = models.PositiveSmallIntegerField(default=0)

    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True, help_text="city day")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    turnaround = models.PositiveIntegerField(
        null=True, help_text="working minutes from acceptance to decision, without those the clock stood still"
    )
    suspended = models.PositiveIntegerField(default=0, help_text="working minutes the clock stood still, when closed")
    late = models.BooleanField(default=False, help_text="decided or withdrawn after its budget of time was used up")

    filed_at = models.DateTimeField(null=True)
    filed_on = models.DateField(null=True, help_text="city day")
    versions = models.PositiveSmallIntegerField(default=0, help_text="made after filing by late captures (补充采录)")
    alerts = models.PositiveSmallIntegerField(default=0, help_text="raised about it, every rung")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="fact_accepted_whole",
                condition=Q(accepted_on=None, accepted_at=None)
                | Q(accepted_on__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="fact_closed_whole",
                condition=Q(closed_on=None, closed_at=None, outcome="")
                | Q(closed_on__isnull=False, closed_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="fact_filed_whole",
                condition=Q(filed_on=None, filed_at=None) | Q(filed_on__isnull=False, filed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            # A cell of a table is a period and, below the city, an office: drilled down to from the newest case back.
            models.Index(name="fact_accepted", fields=["accepted_on", "station"]),
            models.Index(name="fact_closed", fields=["closed_on", "station"], condition=Q(closed_on__isnull=False)),
            models.Index(name="fact_filed", fields=["filed_on", "station"], condition=Q(filed_on__isnull=False)),
            models.Index(
                name="fact_to_fall_due",
                fields=["capture_due_at"],
                condition=Q(fell_due=False, capture_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"fact of {self.case_id}"

    @property
    def hours(self) -> float | None:
        """Working hours it took; None while it is not decided."""
        return None if self.turnaround is None else self.turnaround / 60
