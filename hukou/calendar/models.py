"""The city's working calendar: what differs from the plain week, year by year, with its whole history."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """The one row that says which state of the calendar is in force; every edit gives it a new stamp.

    Whoever writes a due time holds it in share, whoever edits holds it alone. So no due time can be written by
    a calendar that has just been replaced.
    """

    THE_ONE: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="calendar_one_edition", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.stamp)


class YearVersion(models.Model):
    """One edit of a year: version 1 is what was published. Append-only."""

    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="null: the system"
    )
    made_at = models.DateTimeField()
    complete = models.BooleanField(default=False, help_text="with it the published holidays of the year are all in")
    reason = models.CharField(max_length=200, help_text="the notice it follows, or why the bureau differs")

    class Meta:
        ordering: ClassVar = ["year", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_version_once", fields=["year", "version"]),
            models.CheckConstraint(name="calendar_version_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.version}"


class DayRule(models.Model):
    """What a version says of one day. The newest version that names a day holds. Append-only."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORK = "work", _("working day instead")
        PLAIN = "plain", _("as the week says")

    version = models.ForeignKey(YearVersion, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=20, blank=True, help_text="of the holiday it belongs to, e.g. 春节")

    class Meta:
        ordering: ClassVar = ["day", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_day_once_per_version", fields=["version", "day"]),
        ]
        indexes: ClassVar = [models.Index(F("day"), F("version").desc(), name="calendar_day_newest")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
