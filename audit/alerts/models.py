"""Alerts (预警) and what makes them: timers that stand, terms of the rules, mutes, and what officers said of an alert."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Office

from . import rules


class Timer(models.Model):
    """A fact that is, or will be, due an alert. It stands while the fact stands; README.md, "For a trigger".

    Written by `alerts_arm` and `alerts_disarm` in the transaction of the act, and by the sweep.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for its next rung")
        HELD = "held", _("muted or switched off")
        TOP = "top", _("at the top of its ladder")
        FAILING = "failing", _("could not be raised, tried again")

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, help_text="app.model:key of what it is about")
    case_id = models.BigIntegerField(null=True, help_text="the case it belongs to")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField(help_text="another moment is another alert")
    rung = models.PositiveSmallIntegerField(default=0, help_text="the last rung raised, 0 none")
    fire_at = models.DateTimeField(null=True, help_text="when to look at it again; never decides what is raised")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    happened = models.BooleanField(default=False, help_text="a moment, not a state: over once its alert is closed")
    details = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="timer_one_standing", fields=["rule", "subject"], condition=Q(happened=False)),
            models.UniqueConstraint(
                name="timer_one_happening", fields=["rule", "subject", "due_at"], condition=Q(happened=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="timer_to_fire", fields=["fire_at"], condition=Q(fire_at__isnull=False)),
            # What has been looked at already: few among those that only stand.
            models.Index(name="timer_seen_once", fields=["id"], condition=Q(fire_at=None) | ~Q(fire_at=F("due_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} due {self.due_at:%F %T}"


class AlertBatch(models.Model):
    """Alerts that were raised together and are on record as one event."""

    raised_at = models.DateTimeField()
    alerts = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.alerts} alerts at {self.raised_at:%F %T}"


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
    """One alert. Raised by the sweep; an officer takes note of it and closes it with a record of what was done."""

    rule = models.CharField(max_length=60, help_text="name of the rule that raised it")
    subject = models.CharField(max_length=80, help_text="app.model:key of what it is about")
    case_id = models.BigIntegerField(null=True, help_text="the case it belongs to")
    office = models.ForeignKey(
        "accounts.Office", on_delete=models.PROTECT, related_name="+", db_index=False, help_text="who is told"
    )
    role = models.CharField(max_length=6, default="office", help_text="office: everybody on case duty, leader: leaders")
    # Copied from the timer and made beside it: what a constraint would find out again for every alert of a backlog.
    concerned = models.ForeignKey(
        "accounts.Office",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="who has to act",
    )
    due_at = models.DateTimeField(help_text="the moment that passed")
    rung = models.PositiveSmallIntegerField(help_text="step of the escalation, from 1")
    details = models.JSONField(default=dict, help_text="ids, codes, case numbers; never personal data")
    raised_at = models.DateTimeField()
    batch = models.ForeignKey(
        AlertBatch, null=True, on_delete=models.PROTECT, related_name="members", db_index=False, db_constraint=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, help_text="the fact is over; a record is still owed")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closing_record = models.TextField(blank=True, help_text="what was wrong and what was done")
    handled = models.PositiveIntegerField(
        null=True, help_text="working minutes from raising to closing; counted anew after an edit of the calendar"
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="alert_once_per_rung", fields=["subject", "rule", "due_at", "rung"]),
            models.CheckConstraint(name="alert_rung_from_one", condition=Q(rung__gte=1)),
            models.CheckConstraint(
                name="alert_closed_whole",
                condition=Q(closed_at=None, closed_by=None, closing_record="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_record=""),
            ),
            models.CheckConstraint(
                name="alert_handled_when_closed", condition=Q(handled=None) | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="alert_acknowledged_whole",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="alert_open_of_office", fields=["office", "due_at"], condition=Q(closed_at=None)),
            models.Index(
                name="alert_open_counts", fields=["office", "role", "rung", "rule"], condition=Q(closed_at=None)
            ),
            models.Index(name="alert_open_concerned", fields=["concerned"], condition=Q(closed_at=None)),
            models.Index(name="alert_of_case", fields=["case_id"], condition=Q(case_id__isnull=False)),
            models.Index(name="alert_raised", fields=["raised_at"]),
            models.Index(F("closed_at").desc(), name="alert_closed_lately", condition=Q(closed_at__isnull=False)),
            models.Index(name="alert_not_timed", fields=["id"], condition=Q(closed_at__isnull=False, handled=None)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} rung {self.rung}"

    @property
    def label(self) -> str:
        """What is wrong, in the current language."""
        return rules.label_of(self.rule)


class AlertNote(models.Model):
    """What an officer wrote to an alert before it was closed. Append-only."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [models.CheckConstraint(name="alert_note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"note {self.pk} to alert {self.alert_id}"


class RuleTerms(models.Model):
    """What holds for a rule from a moment on: whether it is on, its ladder, its thresholds. Append-only."""

    rule = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    on = models.BooleanField(default=True)
    ladder = models.JSONField(help_text="[[working days, level], …], the first rung first")
    params = models.JSONField(default=dict, help_text="name → whole number")
    effective_from = models.DateTimeField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["rule", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="terms_version_once", fields=["rule", "version"]),
            models.CheckConstraint(name="terms_have_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.rule}/{self.version}"


class Mute(models.Model):
    """A rule that is silent for an office and those under it, or for one subject, until a moment. What is due waits."""

    rule = models.CharField(max_length=60)
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(
        max_length=80, blank=True, help_text="empty: everything of the office and those under it"
    )
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="lifted before its time")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="mute_ends_after_it_begins", condition=Q(until__gt=F("at"))),
            models.CheckConstraint(name="mute_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="mute_ended_whole",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} muted until {self.until:%F %T}"
