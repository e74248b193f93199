"""The daily digest: everything that is quietly broken, told to every office with something to tell, and kept.

What is counted is registered by the layers that know it. A part that cannot be looked at is itself something to tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import Error, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts.models import Duty, Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock, push

from . import kinds
from .models import Digest
from .putting import put

AT = time(8, 30)
"""City time, on working days."""
UNSEEN = "unseen"
TEXT = "digest"
LEADING = {
    Office.Level.STATION: Duty.Role.STATION_LEADER,
    Office.Level.BRANCH: Duty.Role.BRANCH_OFFICER,
    Office.Level.CITY: Duty.Role.CITY_OFFICER,
}
"""Whose desk shows the digest of an office."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One sort of thing that can be quietly broken."""

    name: str
    label: str | Promise
    look: Callable[[Office], Mapping[str, int]]
    """An office with all under it → what is wrong and how often; nothing for what is in order."""
    words: Callable[[str], str]
    """What is wrong, for readers."""
    levels: frozenset[str] = frozenset(Office.Level.values)
    """Which offices it matters to; what runs the whole site matters to the city."""


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Make a part known; call it in `AppConfig.ready()`."""
    if part.name in _parts:
        raise ValueError(f"digest part {part.name!r} is registered already")
    _parts[part.name] = part


def registered() -> dict[str, Part]:
    """All parts by name, in the order they are shown."""
    return dict(_parts)


def words_of(part: str, what: str) -> str:
    """A line of a digest in the current language."""
    if what == UNSEEN:
        return str(_("could not be looked at"))
    return _parts[part].words(what) if part in _parts else what


def look(office: Office) -> dict[str, dict[str, int]]:
    """Part → what is wrong now at an office and those under it; parts in order are left out."""
    found: dict[str, dict[str, int]] = {}
    for part in _parts.values():
        if office.level not in part.levels:
            continue
        try:
            with transaction.atomic():
                counts = {what: count for what, count in part.look(office).items() if count}
        except (Error, OSError, LookupError, ValueError):
            log.exception("digest: %s could not be looked at", part.name)
            counts = {UNSEEN: 1}
        if counts:
            found[part.name] = counts
    return found


def make_digests() -> list[Digest]:
    """Make today's digest of every office that has none yet, once it is time. Repeating it changes nothing."""
    now = clock.now().astimezone(clock.CITY_TIME)
    if now.time() < AT or not calendar.working_time().calendar.is_working(now.date()):
        return []
    lacking = Office.objects.exclude(pk__in=Digest.objects.filter(day=now.date()).values("office"))
    return [made for office in lacking if (made := _make(office, now.date())) is not None]


@transaction.atomic
def _make(office: Office, day: date) -> Digest | None:
    """The digest of an office, on record and told. None when somebody else has made it at the same moment."""
    counts, leaders = look(office), _leaders(office, day)
    total = sum(count for lines in counts.values() for count in lines.values())
    row = Digest(
        office=office,
        day=day,
        counts=counts,
        total=total,
        told=[duty.officer.number for duty in leaders],
        made_at=clock.now(),
    )
    Digest.objects.bulk_create([row], ignore_conflicts=True)
    digest = Digest.objects.get(office=office, day=day)
    if digest.made_at != row.made_at:
        return None
    trail.record(
        "digest.made",
        subject=digest,
        by=None,
        office=office,
        details={"day": day.isoformat(), "total": total, "counts": counts, "told": digest.told},
    )
    if total:
        put(TEXT, key=f"digest:{office.pk}:{day}", office=office, subject=f"outbox.digest:{digest.pk}", **_sums(counts))
    for duty in leaders:
        push.announce(group=f"officer-{duty.officer_id}", kind="digest_made", digest=digest.pk)
    return digest


def _leaders(office: Office, day: date) -> list[Duty]:
    role = LEADING[Office.Level(office.level)]
    return list(
        Duty.objects.in_force(day).filter(office=office, role=role).select_related("officer").order_by("officer")
    )


def _sums(counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    alerts = sum(counts.get("alerts", {}).values())
    return {"alerts": alerts, "others": sum(sum(lines.values()) for lines in counts.values()) - alerts}


def of_day(office: Office, day: date) -> Digest | None:
    """What an office was told that day."""
    return Digest.objects.filter(office=office, day=day).first()


def newest_day(before: datetime) -> date | None:
    """The last day digests were made."""
    return Digest.objects.filter(made_at__lte=before).order_by("-day").values_list("day", flat=True).first()


def register_text() -> None:
    """Called once at start-up."""
    kinds.register(
        kinds.Kind(
            TEXT,
            _("Daily digest"),
            _("This morning: {alerts} open alerts, {others} other matters not in order. Sign in to read the digest."),
            {"alerts": kinds.count, "others": kinds.count},
        )
    )
