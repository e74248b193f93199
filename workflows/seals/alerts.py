"""Alert rules about seals: one that was signed and is not on, and certificates that are about to run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.calendar import queries as calendar

from .models import Seal, SealApplication, SealedDocument

NOT_ON = "seal.not_on"
EXPIRING = "seal.expiring"
NOT_RENEWED = "seal.stamp_not_renewed"
DAYS_BEFORE = (30, 7)
"""Days before a certificate runs out at which its keeper is told, and told again."""
RENEWAL_MAY_TAKE = 30
"""Days the hourly renewal may try in vain before somebody is told."""


def find_not_on(now: datetime) -> Iterator[rules.Due]:
    """Seals signed and not on after `HUKOU_SEAL_MINUTES`: the office that signed; a working day later the one above."""
    working = calendar.working_time()
    allowed = timedelta(minutes=settings.HUKOU_SEAL_MINUTES)
    waiting = SealApplication.objects.exclude(state=SealApplication.State.APPLIED).filter(signed_at__lte=now)
    for stuck in waiting.select_related("document__case", "seal__post", "seal__office").iterator(chunk_size=500):
        due = working.add(stuck.signed_at, allowed)
        home = stuck.seal.home
        for rung, at, office_id in ((1, due, home.pk), (2, working.add_days(due, 1), home.parent_id or home.pk)):
            if at <= now:
                yield rules.Due(
                    subject=f"cases.case:{stuck.document.case_id}",
                    office_id=office_id,
                    due_at=due,
                    rung=rung,
                    details={"number": stuck.document.case.number, "level": stuck.level, "why": stuck.failure},
                )


def find_expiring(now: datetime) -> Iterator[rules.Due]:
    """Seals in use whose certificate runs out soon; the unit above keeps them, and the city keeps its own."""
    soon = Seal.objects.live().filter(valid_until__gt=now, valid_until__lte=now + timedelta(days=max(DAYS_BEFORE)))
    for seal in soon.select_related("office", "post").iterator(chunk_size=500):
        for rung, days in enumerate(DAYS_BEFORE, 1):
            if seal.valid_until - timedelta(days=days) <= now:
                yield rules.Due(
                    subject=f"seals.seal:{seal.pk}",
                    office_id=seal.home.parent_id or seal.home.pk,
                    due_at=seal.valid_until,
                    rung=rung,
                    details={"office": seal.home.code, "kind": seal.kind, "days": days},
                )


def find_stamps_not_renewed(now: datetime) -> Iterator[rules.Due]:
    """A file whose stamp should have been renewed long ago, the most urgent one for all: the services do not answer."""
    late = SealedDocument.objects.filter(
        stamped_until__lte=now + timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS - RENEWAL_MAY_TAKE)
    )
    first = late.order_by("stamped_until", "pk").select_related("case__station__parent__parent").first()
    if first is not None and first.stamped_until is not None:
        office = first.case.station
        while office.parent is not None:
            office = office.parent
        yield rules.Due(
            subject=f"cases.case:{first.case_id}",
            office_id=office.pk,
            due_at=first.stamped_until,
            rung=1,
            details={"number": first.case.number, "files": late.count()},
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(rules.AlertRule(name=NOT_ON, label=_("A signed seal is not on yet"), find=find_not_on))
    rules.register(
        rules.AlertRule(
            name=NOT_RENEWED, label=_("Time stamps of sealed files are not renewed"), find=find_stamps_not_renewed
        )
    )
    rules.register(
        rules.AlertRule(name=EXPIRING, label=_("The certificate of a seal is running out"), find=find_expiring)
    )
