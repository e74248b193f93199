"""Screens that show a wall without anybody signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hukou.accounts.models import Office

SHA256 = r"^[0-9a-f]{64}$"


class WallScreenQuerySet(models.QuerySet["WallScreen"]):
    """Questions about screens."""

    def hanging(self, now: datetime) -> Self:
        """Neither taken down nor past their time."""
        return self.filter(taken_down_at=None, ends_at__gt=now)

    def within(self, offices: Iterable[Office]) -> Self:
        """Of these offices and of every office under them."""
        ids = [office.pk for office in offices]
        return self.filter(Q(office__in=ids) | Q(office__parent__in=ids) | Q(office__parent__parent__in=ids))


class WallScreen(models.Model):
    """One browser on one wall, known by a random token that only it has; here lies the token's digest.

    It belongs to its office and not to who hung it up, shows the wall of that office and can do nothing else.
    """

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, help_text="where it hangs: 指挥室大屏")
    token_sha256 = models.CharField(max_length=64, unique=True, help_text="digest of the token in the browser's cookie")
    hung_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hung_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="after this it shows nothing until it is hung up again")
    seen_at = models.DateTimeField(null=True, help_text="when it last asked for the figures, to the minute or so")
    taken_down_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_down_at = models.DateTimeField(null=True)
    taken_down_because = models.CharField(max_length=200, blank=True)

    objects = WallScreenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["office__code", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(name="wall_screen_token_hex", condition=Q(token_sha256__regex=SHA256)),
            models.CheckConstraint(name="wall_screen_named", condition=~Q(name="")),
            models.CheckConstraint(name="wall_screen_ends_later", condition=Q(ends_at__gt=F("hung_at"))),
            models.UniqueConstraint(
                name="wall_screen_name_once", fields=["office", "name"], condition=Q(taken_down_at=None)
            ),
            models.CheckConstraint(
                name="wall_screen_down_whole",
                condition=Q(taken_down_at=None, taken_down_by=None, taken_down_because="")
                | Q(taken_down_at__isnull=False, taken_down_by__isnull=False) & ~Q(taken_down_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
