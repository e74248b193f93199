"""What the budgets of a case are reckoned from: when each step ran, and when the clock stood still."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

_ENDED_LATER = Q(ended_at=None) | Q(ended_at__gte=F("begun_at"))


def _never_two_at_once(name: str) -> ExclusionConstraint:
    """No two rows of a case overlap, and so only one is open.

    Case and time are one box (migration 0006): an index of boxes takes a row in a fifth of the time of one of ranges,
    and needs no extension.
    """
    span = Func("case", "begun_at", "ended_at", function="cases_span")
    return ExclusionConstraint(name=name, expressions=[(span, RangeOperators.OVERLAPS)])


class Suspension(models.Model):
    """A time in which the clock of a case stands still (中止计时): only for what the office cannot hasten."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("waiting for a supplement")
        INVESTIGATION = "investigation", _("under investigation")
        COSIGN = "cosign", _("with the other station")
        PUBLIC_NOTICE = "public_notice", _("in public notice")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="suspensions")
    kind = models.CharField(max_length=13, choices=Kind)
    level = models.PositiveSmallIntegerField(help_text="of the chain, whose officer asked for it")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["begun_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="suspension_ends_later", condition=_ENDED_LATER),
            models.UniqueConstraint(name="suspension_one_open", fields=["case"], condition=Q(ended_at=None)),
            _never_two_at_once("suspension_never_two"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class StepClock(models.Model):
    """One turn of one level at a case, with the working time it was given."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="step_clocks")
    level = models.PositiveSmallIntegerField(help_text="of the chain, from 1")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    budget_minutes = models.PositiveIntegerField(help_text="working time")

    class Meta:
        ordering: ClassVar = ["begun_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="step_clock_ends_later", condition=_ENDED_LATER),
            models.UniqueConstraint(name="step_clock_one_open", fields=["case"], condition=Q(ended_at=None)),
            _never_two_at_once("step_clock_never_two"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.level}"
