"""Texts to the stations' own telephones, each kept with what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import PHONE, Office

from . import kinds, words

LONGEST = 140
"""Signs of a text: two short messages in Chinese."""


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about texts."""

    def due(self, now: datetime) -> Self:
        """To be tried at that moment: those never tried, those whose next try has come, those whose sender died."""
        states = Message.State
        return self.filter(
            Q(state__in=(states.WAITING, states.SENDING)) | Q(state=states.KEPT, give_up_at__gt=now)
        ).filter(next_try_at__lte=now)

    def unconfirmed(self) -> Self:
        """Handed to the gateway; whether they arrived is not known."""
        return self.filter(state=Message.State.SENT)

    def within(self, offices: Iterable[Office]) -> Self:
        """To these offices and to every office under them."""
        ids = [office.pk for office in offices]
        return self.filter(Q(office__in=ids) | Q(office__parent__in=ids) | Q(office__parent__parent__in=ids))


class Message(models.Model):
    """One text to one office. `key` names its cause: the same cause never makes a second text."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        KEPT = "kept", _("not sent: no gateway")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("not delivered")
        GIVEN_UP = "given_up", _("given up")

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, help_text="what sort of text; see kinds.py")
    key = models.CharField(max_length=100, help_text="its cause, e.g. notice:12")
    subject = models.CharField(max_length=80, help_text="app.model:key of what it is about")
    about = models.JSONField(default=list, help_text="keys of the alerts it tells of; [] for other kinds")
    text = models.CharField(max_length=LONGEST, help_text="as it is sent; never personal data")
    phone = models.CharField(
        max_length=20, blank=True, help_text="the number it was first tried at, kept for its tries"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True, help_text="stable word for what went wrong last")
    token = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="what the gateway knows it by (idempotency key)"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(help_text="while it is being sent: when its sender counts as dead")
    give_up_at = models.DateTimeField()
    gateway_id = models.CharField(max_length=64, blank=True, help_text="the gateway's own name of it")
    handed_at = models.DateTimeField(null=True, help_text="when the gateway took it")
    receipt_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it arrived, failed or was given up")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="text_once_per_cause", fields=["key"]),
            models.CheckConstraint(name="text_phone_dialled", condition=Q(phone__regex=PHONE)),
            models.CheckConstraint(
                name="text_sent_somewhere",
                condition=~Q(state__in=("sent", "delivered")) | Q(handed_at__isnull=False) & ~Q(phone=""),
            ),
            models.CheckConstraint(
                name="text_ended_whole",
                condition=Q(state__in=("delivered", "failed", "given_up"), ended_at__isnull=False)
                | ~Q(state__in=("delivered", "failed", "given_up")) & Q(ended_at=None),
            ),
            models.CheckConstraint(name="text_failed_why", condition=~Q(state__in=("failed", "given_up")) | ~Q(why="")),
        ]
        indexes: ClassVar = [
            models.Index(
                name="text_due", fields=["next_try_at"], condition=Q(state__in=("waiting", "sending", "kept"))
            ),
            models.Index(name="text_unconfirmed", fields=["handed_at"], condition=Q(state="sent")),
            models.Index(name="text_undelivered", fields=["ended_at"], condition=Q(state__in=("failed", "given_up"))),
            models.Index(name="text_of_office", fields=["office", "-id"]),
            models.Index(name="text_of_subject", fields=["subject"]),
            GinIndex(name="text_about", fields=["about"], opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def kind_label(self) -> str:
        """What sort of text, in the current language."""
        return kinds.label_of(self.kind)

    @property
    def why_label(self) -> str:
        """What went wrong last, in the current language; "" when nothing did."""
        return words.said(self.why)


class Mention(models.Model):
    """Something an office is to be told of, together with what else comes within the same minutes; gone once told."""

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, help_text="who puts the mentions of it into words; see mentions.py")
    item = models.BigIntegerField(help_text="key of what is mentioned")
    urgent = models.BooleanField(default=False, help_text="does not wait for others")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"


class Digest(models.Model):
    """What an office was told in the morning of a day: everything that is quietly broken, counted. Never changed."""

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    counts = models.JSONField(help_text='part → {what: how many}; a part that could not be looked at: {"unseen": 1}')
    total = models.PositiveIntegerField()
    told = models.JSONField(help_text="police numbers of the leaders on duty, whose desks show it")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-day", "office"]
        constraints: ClassVar = [models.UniqueConstraint(name="digest_once_a_day", fields=["office", "day"])]

    def __str__(self) -> str:
        return f"digest {self.office_id} {self.day:%F}"
