"""The revocation list of the authority, made anew from the register each time: it never drifts from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from hukou.kernel import clock
from workflows.seals import suites
from workflows.seals.authority import local
from workflows.seals.authority.certificates import Revoked
from workflows.seals.models import Seal

from . import standing
from .certificates import certificate_of

VALID_DAYS = 92
"""A list is put out every day; it stays good this long, so that a server that stood still can still verify."""


@transaction.atomic
def publish(suite: str | None = None) -> int:
    """Put out the list of one suite, or of every suite in use; answers how many certificates stand on them.

    Inside the transaction of the change: of two changes at once the second waits here and then sees the first.
    Should the transaction fail afterwards, the list says too much until the next one; never too little.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('seals.revocation_list'))")
    asked = [suite] if suite else [name for name in suites.SUITES if Seal.objects.filter(suite=name).exists()]
    total = 0
    for name in asked:
        lines = list(_lines(name, clock.today()))
        local.publish_list(lines, name, days=VALID_DAYS)
        total += len(lines)
    return total


def _lines(suite: str, today: date) -> Iterator[Revoked]:
    """Every revoked and every suspended seal whose certificate this authority made. A renewed one is not revoked."""
    ours = local.authority(suite).issuer.subject
    stopped = Q(stopped_at__isnull=False) & ~Q(stop_reason=Seal.StopReason.RENEWED)
    for seal in Seal.objects.filter(stopped | Q(suspended_at__isnull=False), suite=suite).order_by("pk"):
        certificate = certificate_of(seal)
        if certificate.issuer != ours:
            continue
        if seal.stopped_at is not None and seal.stop_reason != Seal.StopReason.RENEWED:
            yield Revoked(certificate.serial_number, _whole(seal.stopped_at), seal.stop_reason)
        elif seal.suspended_at is not None and standing.suspended(seal, today):
            yield Revoked(certificate.serial_number, _whole(seal.suspended_at), "certificate_hold")


def _whole(moment: datetime) -> datetime:
    """The whole second at or after `moment`, for a list knows no parts: what was sealed just before stays before."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
