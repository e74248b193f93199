"""Alerts (预警): raised by rule, once per rung, until closed with a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hukou.accounts.models import Office

from . import rules


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts."""

    def open(self) -> Self:
        """Not closed yet."""
        return self.filter(closed_at=None)

    def within(self, offices: Iterable[Office]) -> Self:
        """Of these offices and of every office under them."""
        ids = [office.pk for office in offices]
        return self.filter(Q(office__in=ids) | Q(office__parent__in=ids) | Q(office__parent__parent__in=ids))


class Alert(models.Model):
    """One alert. Raised by the sweep, closed by an officer who says what was done; nothing else ever changes it."""

    rule = models.CharField(max_length=60, help_text="name of the rule that raised it")
    subject = models.CharField(max_length=80, help_text="app.model:key of what it is about")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="the moment that passed")
    rung = models.PositiveSmallIntegerField(help_text="step of the escalation, from 1")
    details = models.JSONField(default=dict, help_text="ids, codes, case numbers; never personal data")
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closing_record = models.TextField(blank=True, help_text="what was wrong and what was done")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="alert_once_per_rung", fields=["rule", "subject", "due_at", "rung"]),
            models.CheckConstraint(name="alert_rung_from_one", condition=Q(rung__gte=1)),
            models.CheckConstraint(
                name="alert_closed_whole",
                condition=Q(closed_at=None, closed_by=None, closing_record="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_record=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="alert_open_of_office", fields=["office", "due_at"], condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} rung {self.rung}"

    @property
    def label(self) -> str:
        """What is wrong, in the current language."""
        return rules.label_of(self.rule)
