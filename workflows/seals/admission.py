"""How often strangers may have something checked: counted per address and minute, and all of them together.

The address itself is not kept: only its keyed digest, for ten minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from hukou.kernel import clock

from .errors import SealError

KEPT = timedelta(minutes=10)
TOGETHER = 10
"""All strangers together may ask for as many checks as this number of addresses."""


class TooManyChecks(SealError):
    """This address, or all together, asked for more checks in this minute than the server gives strangers."""

    code = "too_many_checks"
    message = _("Too many papers are being checked at this moment.")
    next_step = _("Wait a minute and try again.")


class CheckTally(models.Model):
    """Checks one address asked for in one minute."""

    address = models.CharField(max_length=32, help_text="keyed digest; empty: all together")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        app_label = "seals"
        constraints: ClassVar = [models.UniqueConstraint(name="one_tally_a_minute", fields=["address", "minute"])]
        indexes: ClassVar = [models.Index(name="check_tally_minute", fields=["minute"])]

    def __str__(self) -> str:
        return f"{self.address or 'all'} {self.minute:%H:%M} {self.count}"


def admit(address: str) -> None:
    """Count one check. Raises TooManyChecks, and then the check must not be made."""
    minute = clock.now().replace(second=0, microsecond=0)
    most = settings.HUKOU_CHECKS_A_MINUTE
    who = hmac.new(settings.SECRET_KEY.encode(), f"check:{address}".encode(), hashlib.sha256).hexdigest()[:32]
    CheckTally.objects.filter(minute__lt=minute - KEPT).delete()
    # One's own count comes first: who is over it does not use up what the others may have.
    if _counted(who, minute) > most or _counted("", minute) > TOGETHER * most:
        raise TooManyChecks(retry_after=60)


def _counted(address: str, minute: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into seals_checktally (address, minute, count) values (%s, %s, 1) "
            "on conflict (address, minute) do update set count = seals_checktally.count + 1 returning count",
            [address, minute],
        )
        return int(cursor.fetchone()[0])
