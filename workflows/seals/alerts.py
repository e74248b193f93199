"""Alert rules about seals: one that was signed and is not on, and certificates that are about to run out.

All are watched: what keeps a seal from being put on is no act of anybody, and a decision asks no question more for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules, terms
from audit.alerts.rules import Glance, Kind, Level, Rung
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar

from .models import Seal, SealApplication, SealedDocument

NOT_ON = "seal.not_on"
EXPIRING = "seal.expiring"
NOT_RENEWED = "seal.stamp_not_renewed"
STAMPS = "seals.stamps:1"
"""What an alert about the stamps of all files is about."""

# Working minutes are never fewer than minutes.
_NOT_ON = """
exists (select from seals_sealapplication where state <> 'applied' and signed_at <= {now} - make_interval(mins => {minutes}))
"""
_EXPIRING = """
exists (select from seals_seal
        where stopped_at is null and valid_until > {now} and valid_until <= {now} + make_interval(days => {days}))
"""
_NOT_RENEWED = "exists (select from seals_sealeddocument where stamped_until <= {late_if_until})"


def find_not_on(now: datetime) -> Iterator[rules.Due]:
    """Seals signed and not on after so many working minutes: the office that signed, then those above it."""
    waiting = SealApplication.objects.exclude(state=SealApplication.State.APPLIED).filter(signed_at__lte=now)
    stuck = list(waiting.select_related("document__case", "seal__post", "seal__office"))
    if not stuck:
        return
    working = calendar.working_time()
    allowed = timedelta(minutes=terms.of(NOT_ON).params["minutes"])
    for application in stuck:
        due = working.add(application.signed_at, allowed)
        if due <= now:
            yield rules.Due(
                subject=f"cases.case:{application.document.case_id}",
                office_id=application.seal.home.pk,
                due_at=due,
                details={
                    "number": application.document.case.number,
                    "level": application.level,
                    "why": application.failure,
                },
            )


def find_expiring(now: datetime) -> Iterator[rules.Due]:
    """Seals in use whose certificate runs out soon; the unit above keeps them, and the city keeps its own."""
    before = timedelta(days=terms.of(EXPIRING).params["days"])
    soon = Seal.objects.live().filter(valid_until__gt=now, valid_until__lte=now + before)
    for seal in soon.select_related("office", "post").iterator(chunk_size=500):
        yield rules.Due(
            subject=f"seals.seal:{seal.pk}",
            office_id=seal.home.parent_id or seal.home.pk,
            due_at=seal.valid_until - before,
            details={"office": seal.home.code, "kind": seal.kind, "until": seal.valid_until.isoformat()},
        )


def find_stamps_not_renewed(now: datetime) -> Iterator[rules.Due]:
    """Files whose stamp should have been renewed long ago: the services do not answer. One alert, by the most urgent file."""
    left = _left_when_late()
    late = SealedDocument.objects.filter(stamped_until__lte=now + left)
    first = late.order_by("stamped_until", "pk").select_related("case__station__parent__parent").first()
    if first is not None and first.stamped_until is not None:
        yield rules.Due(
            subject=STAMPS,
            office_id=first.case.station.at_level(Office.Level.CITY).pk,
            due_at=first.stamped_until - left,
            details={"number": first.case.number, "until": first.stamped_until.isoformat()},
        )


def _left_when_late() -> timedelta:
    """How long a stamp still holds when its renewal has been tried in vain for too long."""
    return timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS - terms.of(NOT_RENEWED).params["days"])


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            NOT_ON,
            label=_("A signed seal is not on yet"),
            about=_("A seal was signed with a decision {minutes} working minutes ago and is not on the file."),
            kind=Kind.SYSTEM,
            severity=3,
            ladder=(Rung(1, 0, Level.OFFICE), Rung(2, 1, Level.BRANCH), Rung(3, 2, Level.CITY)),
            params={"minutes": settings.HUKOU_SEAL_MINUTES},
            find=find_not_on,
            glance=Glance(_NOT_ON),
        )
    )
    rules.register(
        rules.AlertRule(
            NOT_RENEWED,
            label=_("Time stamps of sealed files are not renewed"),
            about=_("Time stamps were to be renewed and the renewal has tried in vain for {days} days."),
            kind=Kind.SYSTEM,
            severity=3,
            params={"days": 30},
            find=find_stamps_not_renewed,
            glance=Glance(_NOT_RENEWED, lambda now: {"late_if_until": now + _left_when_late()}),
        )
    )
    rules.register(
        rules.AlertRule(
            EXPIRING,
            label=_("The certificate of a seal is running out"),
            about=_("The certificate of a seal in use runs out within {days} days."),
            kind=Kind.SYSTEM,
            # Told again about a week before the end, and the city when hardly a day is left.
            ladder=(Rung(1, 0, Level.OFFICE), Rung(2, 16, Level.OFFICE), Rung(3, 20, Level.CITY)),
            params={"days": 30},
            find=find_expiring,
            glance=Glance(_EXPIRING),
        )
    )
