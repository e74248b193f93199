"""The tallies: what is counted of all facts of a month or a day, so that a table is read and not counted.

A row stands for all facts that agree in its dimensions; each column of `Counters` is one counter of `counting` summed
over them. A case is counted once under every date it has: the day it was accepted, closed and filed (`base`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.TextChoices):
    """The date by which a case belongs to a period (domain.md §4.4)."""

    ACCEPTED = "accepted", _("by the date of acceptance")
    CLOSED = "closed", _("by the date of closing")
    FILED = "filed", _("by the date of filing")


class Counters(models.Model):
    """What is summed. Each column is explained in `counting.COUNTERS`."""

    cases = models.BigIntegerField(default=0)
    key_cases = models.BigIntegerField(default=0)
    spot_cases = models.BigIntegerField(default=0)
    deferred_cases = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    due = models.BigIntegerField(default=0)
    due_complete = models.BigIntegerField(default=0)
    due_on_time = models.BigIntegerField(default=0)
    pages = models.BigIntegerField(default=0)
    pages_late = models.BigIntegerField(default=0)
    late_page_cases = models.BigIntegerField(default=0)
    pages_against = models.BigIntegerField(default=0)
    against_cases = models.BigIntegerField(default=0)
    returned_cases = models.BigIntegerField(default=0)
    returns = models.BigIntegerField(default=0)
    asked_cases = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    withdrawn = models.BigIntegerField(default=0)
    turned_away = models.BigIntegerField(default=0)
    late_cases = models.BigIntegerField(default=0)
    decided = models.BigIntegerField(default=0)
    turnaround_sum = models.BigIntegerField(default=0)
    suspended_cases = models.BigIntegerField(default=0)
    suspended_sum = models.BigIntegerField(default=0)
    added_cases = models.BigIntegerField(default=0)
    versions_sum = models.BigIntegerField(default=0)
    alerted_cases = models.BigIntegerField(default=0)
    alerts_sum = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class MonthTally(Counters):
    """All facts of a month that agree in everything a table may ask for."""

    base = models.CharField(max_length=8, choices=Base)
    month = models.DateField(help_text="its first day")
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    branch = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    category = models.CharField(max_length=2)
    subtype = models.CharField(max_length=4)
    key_business = models.BooleanField()
    secret = models.BooleanField()
    on_the_spot = models.BooleanField()
    deciding_level = models.CharField(max_length=10)
    deferred = models.BooleanField()
    outcome = models.CharField(max_length=12, blank=True)

    GRAIN: ClassVar = (
        *("station", "branch", "category", "subtype", "key_business", "secret", "on_the_spot"),
        *("deciding_level", "deferred", "outcome"),
    )

    class Meta:
        verbose_name_plural = "month tallies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="month_tally_once",
                fields=[
                    *("base", "month", "station", "subtype", "outcome", "deferred", "deciding_level"),
                    *("key_business", "secret", "on_the_spot", "category", "branch"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base} {self.month} {self.station_id} {self.subtype}"


class DayTally(Counters):
    """All facts of a station's day."""

    base = models.CharField(max_length=8, choices=Base)
    day = models.DateField()
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    branch = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    secret = models.BooleanField()

    GRAIN: ClassVar = ("station", "branch", "secret")

    class Meta:
        verbose_name_plural = "day tallies"
        constraints: ClassVar = [
            models.UniqueConstraint(name="day_tally_once", fields=["base", "day", "station", "secret", "branch"]),
        ]

    def __str__(self) -> str:
        return f"{self.base} {self.day} {self.station_id}"


class Spread(models.Model):
    """How long decisions took: closed cases of a month by how much working time they needed (`spans`)."""

    month = models.DateField(help_text="in which they were closed; its first day")
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    branch = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    category = models.CharField(max_length=2)
    subtype = models.CharField(max_length=4)
    key_business = models.BooleanField()
    secret = models.BooleanField()
    on_the_spot = models.BooleanField()
    deciding_level = models.CharField(max_length=10)
    deferred = models.BooleanField()
    outcome = models.CharField(max_length=12, blank=True)
    until = models.PositiveIntegerField(help_text="working minutes: the end of the span")
    cases = models.BigIntegerField(default=0)

    GRAIN: ClassVar = MonthTally.GRAIN

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="spread_once",
                fields=[
                    *("month", "station", "subtype", "until", "outcome", "deferred", "deciding_level"),
                    *("key_business", "secret", "on_the_spot", "category", "branch"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.station_id} {self.subtype} up to {self.until}"


class Followed(models.Model):
    """How far the trail has been followed: every event before `leaf` is in the facts and in the tallies."""

    THE_ONE: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    leaf = models.BigIntegerField(default=0, help_text="place in the log of the next event to read")
    at = models.DateTimeField(null=True, help_text="when it was followed last")
    recounted_on = models.DateField(null=True, help_text="the last day on which everything was counted anew")

    class Meta:
        verbose_name_plural = "followed"
        constraints: ClassVar = [models.CheckConstraint(name="followed_once", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"followed up to {self.leaf}"
