"""Circulars as they were issued, their prints, who took note of them, and what offices had to say."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from . import months

SHA256 = r"^[0-9a-f]{64}$"


class Circular(models.Model):
    """One version of the circular of a month, frozen: figures, formulas, offices, everything a print shows.

    The database refuses to change or remove one, and holds the digest to be that of the data. A correction is the next
    version. `data` are the canonical bytes (RFC 8785) whose SHA-256 stands in the trail.
    """

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="who issued it")
    month = models.DateField(help_text="its first day")
    version = models.PositiveSmallIntegerField(help_text="from 1 without a gap")
    data = models.TextField(help_text="canonical JSON, see drafting")
    digest = models.CharField(max_length=64, help_text="SHA-256 of data as UTF-8")
    reason = models.CharField(max_length=400, blank=True, help_text="why it was corrected; empty for the first version")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-month", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="circular_version_once", fields=["office", "month", "version"]),
            models.CheckConstraint(name="circular_version_from_one", condition=Q(version__gte=1)),
            models.CheckConstraint(name="circular_month_is_its_first", condition=Q(month__day=1)),
            models.CheckConstraint(name="circular_digest_hex", condition=Q(digest__regex=SHA256)),
            models.CheckConstraint(
                name="circular_corrected_with_reason",
                condition=Q(version=1, reason="") | Q(version__gt=1) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} v{self.version}"

    @property
    def period(self) -> months.Month:
        """The month it is about."""
        return months.Month.of(self.month)

    @property
    def said(self) -> dict[str, Any]:
        """What the data say."""
        said: dict[str, Any] = json.loads(self.data)
        return said


class Print(models.Model):
    """A circular as it was printed when it was frozen: byte for byte what was circulated. Never changed."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="prints")
    kind = models.CharField(max_length=8, help_text="name of a registered kind, see prints")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="circular_print_once", fields=["circular", "kind"]),
            models.CheckConstraint(name="circular_print_digest_hex", condition=Q(sha256__regex=SHA256)),
        ]

    def __str__(self) -> str:
        return f"{self.circular} {self.kind}"


class Receipt(models.Model):
    """An office took note of a circular; the first who did is kept."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="receipts")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["read_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="circular_read_once", fields=["circular", "office"]),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} read {self.circular_id}"


class Statement(models.Model):
    """What an office has to say to its figures (说明), and what the city bureau answered. The figures stay as they are."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="statements")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=20, blank=True, help_text="which content; empty: the whole")
    text = models.CharField(max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="circular_statement_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="circular_statement_answered_whole",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} on {self.circular_id}"
