"""Paper that is called up and comes back, and what was found to differ between paper and electronic file."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hukou.kernel.errors import NotFound


class LoanQuerySet(models.QuerySet["Loan"]):
    """Questions about loans."""

    def under_way(self) -> Self:
        """Asked for or out: neither returned nor refused nor withdrawn."""
        return self.filter(state__in=Loan.UNDER_WAY)

    def lock(self, loan_id: int) -> Loan:
        """The loan, locked for this transaction. Raises NotFound."""
        if not self.select_for_update().filter(pk=loan_id).values_list("pk").first():
            raise NotFound
        return self.with_context().get(pk=loan_id)

    def with_context(self) -> Self:
        """With the rows screens and rules ask for."""
        return self.select_related(
            "station__parent__parent",
            "case__subtype__catalogue",
            "case__station__parent__parent",
            "volume__box__cabinet",
            "office",
            "asked_by",
            "handed_by",
            "taken_by",
        )


class Loan(models.Model):
    """The paper of a case, or a whole volume, called up (调取): asked for, handed over, returned.

    ASKED → OUT → RETURNED; an ASKED one may instead end REFUSED by the station, or WITHDRAWN by who asked. When the
    paper of a case lies in a bound volume, the volume goes along: `volume` then names it.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("paper", "asked for")
        OUT = "out", pgettext_lazy("paper", "out")
        RETURNED = "returned", pgettext_lazy("paper", "returned")
        REFUSED = "refused", pgettext_lazy("paper", "not handed over")
        WITHDRAWN = "withdrawn", _("request withdrawn")

    class Purpose(models.TextChoices):
        INSPECTION = "inspection", pgettext_lazy("paper", "inspection")
        AUDIT = "audit", _("audit or discipline")
        COURT = "court", _("court or procuratorate")
        LOOKUP = "lookup", _("consultation")
        REPAIR = "repair", _("capture or repair")

    class Condition(models.TextChoices):
        GOOD = "good", pgettext_lazy("paper", "as handed over")
        DAMAGED = "damaged", pgettext_lazy("paper", "damaged")
        INCOMPLETE = "incomplete", pgettext_lazy("paper", "incomplete")

    UNDER_WAY = ("asked", "out")

    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="loans")
    volume = models.ForeignKey("volumes.Volume", null=True, on_delete=models.PROTECT, related_name="loans")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    purpose = models.CharField(max_length=10, choices=Purpose)
    ref = models.CharField(max_length=80, blank=True, help_text='what asked for it, e.g. "inspection.sample:17"')
    basis = models.CharField(max_length=200, blank=True, help_text="letter or case it is asked for under")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="that asks")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(null=True)
    handed_to = models.CharField(max_length=80, blank=True, help_text="who carried it away")
    pages_out = models.PositiveIntegerField(null=True, help_text="counted when handed over")
    due_on = models.DateField(null=True, help_text="last day it may be away")

    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    pages_back = models.PositiveIntegerField(null=True, help_text="counted when returned")
    condition = models.CharField(max_length=10, choices=Condition, blank=True)
    remark = models.CharField(max_length=200, blank=True, help_text="at return, or why it was not handed over")

    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="of a request that came to nothing")

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="loan_of_something", condition=Q(case__isnull=False) | Q(volume__isnull=False)),
            models.CheckConstraint(
                name="loan_out_whole",
                condition=Q(state__in=("out", "returned"), handed_by__isnull=False, handed_at__isnull=False)
                & Q(pages_out__isnull=False, due_on__isnull=False)
                & ~Q(handed_to="")
                | ~Q(state__in=("out", "returned")) & Q(handed_by=None, handed_at=None),
            ),
            models.CheckConstraint(
                name="loan_returned_whole",
                condition=Q(state="returned", taken_by__isnull=False, returned_at__isnull=False)
                & Q(pages_back__isnull=False)
                & ~Q(condition="")
                | ~Q(state="returned") & Q(taken_by=None, returned_at=None),
            ),
            models.CheckConstraint(
                name="loan_ended_whole",
                condition=Q(state__in=("refused", "withdrawn"), ended_by__isnull=False, ended_at__isnull=False)
                & ~Q(remark="")
                | ~Q(state__in=("refused", "withdrawn")) & Q(ended_by=None, ended_at=None),
            ),
            models.UniqueConstraint(name="case_paper_out_once", fields=["case"], condition=Q(state="out")),
            models.UniqueConstraint(name="volume_out_once", fields=["volume"], condition=Q(state="out")),
            models.UniqueConstraint(
                name="paper_asked_once_per_ref",
                fields=["case", "ref"],
                condition=Q(state__in=("asked", "out")) & ~Q(ref=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="loan_under_way", fields=["station"], condition=Q(state__in=("asked", "out"))),
            models.Index(name="loan_of_ref", fields=["ref"], condition=~Q(ref="")),
        ]

    def __str__(self) -> str:
        return f"loan {self.pk}"

    @property
    def look(self) -> str:
        """The state as a sign of the screens: a returned case is work, returned paper is not."""
        return "closed" if self.state == self.State.RETURNED else self.state


class Difference(models.Model):
    """Paper and electronic file were found to differ (不一致); settled with a record. What was found is never rewritten."""

    class Kind(models.TextChoices):
        COUNT = "count", _("another number of pages")
        NO_PAPER = "no_paper", _("captured, but not among the paper")
        NO_CAPTURE = "no_capture", _("on paper, but not captured")
        FOREIGN = "foreign", _("paper of another case")
        DAMAGED = "damaged", _("damaged or illegible")

    class Found(models.TextChoices):
        PUTTING_IN = "putting_in", _("when put into the volume")
        BINDING = "binding", _("when bound")
        LATE_CAPTURE = "late_capture", _("when added to after filing")
        INSPECTION = "inspection", _("at an inspection")
        RETURN = "return", _("when returned")

    class Settled(models.TextChoices):
        CAPTURED = "captured", _("captured later")
        LIST_CORRECTED = "list_corrected", _("list corrected")
        FOUND_AGAIN = "found_again", _("found again")
        EXPLAINED = "explained", _("explained, both are right")

    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="paper_differences")
    volume = models.ForeignKey("volumes.Volume", null=True, on_delete=models.PROTECT, related_name="differences")
    loan = models.ForeignKey(Loan, null=True, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=10, choices=Kind)
    found = models.CharField(max_length=12, choices=Found)
    counted = models.IntegerField(null=True, help_text="pages of paper")
    expected = models.IntegerField(null=True, help_text="pages there should be")
    note = models.CharField(max_length=200)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    settled = models.CharField(max_length=14, choices=Settled, blank=True)
    settled_note = models.CharField(max_length=200, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="difference_about_something", condition=Q(case__isnull=False) | Q(volume__isnull=False)
            ),
            models.CheckConstraint(
                name="difference_settled_whole",
                condition=Q(settled="", settled_note="", settled_by=None, settled_at=None)
                | ~Q(settled="") & ~Q(settled_note="") & Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="difference_open", fields=["station"], condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"difference {self.pk}"
