"""Verbs of wall screens: hang one up, take it down, hear that it is there."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors
from .models import WallScreen

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)


@trail.records_refusal(
    "wall_screen.hang", subject="accounts.office", key="office_id", label=_("Hanging up a wall screen was refused")
)
@transaction.atomic
def hang(*, office_id: int, name: str, by: Officer) -> tuple[WallScreen, str]:
    """Let the browser in front of `by` show the wall of the office, for HUKOU_WALL_DAYS. Answers the screen and the token
    its cookie is to carry; the token is kept nowhere else. Raises NotFound, NotPermitted, NameMissing, NameTaken.
    """
    office = Office.objects.select_related("parent__parent").filter(pk=office_id).first()
    if office is None:
        raise NotFound
    policies.require(by, "wall.hang", office)
    name = name.strip()[:40]
    if not name:
        raise errors.NameMissing
    now, token = clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
    ends_at = now + timedelta(days=settings.HUKOU_WALL_DAYS)
    _clear_past(office, name, by)
    try:
        with transaction.atomic():
            screen = WallScreen.objects.create(
                office=office, name=name, token_sha256=digest(token), hung_by=by, hung_at=now, ends_at=ends_at
            )
    except IntegrityError as cause:
        raise errors.NameTaken from cause
    details = {"name": name, "ends_on": ends_at.astimezone(clock.CITY_TIME).date().isoformat()}
    trail.record("wall_screen.hung", subject=screen, by=by, office=office, details=details)
    return screen, token


@trail.records_refusal(
    "wall_screen.take_down",
    subject="wall.wallscreen",
    key="screen_id",
    label=_("Taking down a wall screen was refused"),
)
@transaction.atomic
def take_down(*, screen_id: int, reason: str, by: Officer) -> WallScreen:
    """The screen shows nothing from its next question on. Raises NotFound, NotPermitted, DownAlready, ReasonMissing."""
    screen = WallScreen.objects.select_for_update(of=("self",)).select_related("office__parent__parent")
    found = screen.filter(pk=screen_id).first()
    if found is None:
        raise NotFound
    policies.require(by, "wall.hang", found.office)
    if found.taken_down_at:
        raise errors.DownAlready
    reason = reason.strip()[:200]
    if not reason:
        raise errors.ReasonMissing
    return _down(found, reason, by)


def seen(screen: WallScreen) -> None:
    """The screen asked for its figures; noted once a minute, so that its office sees whether it still runs."""
    now = clock.now()
    if screen.seen_at is None or now - screen.seen_at >= SEEN_EVERY:
        WallScreen.objects.filter(pk=screen.pk).update(seen_at=now)


def digest(token: str) -> str:
    """What is kept of a token."""
    return canonical.sha256(token.encode())


def _down(screen: WallScreen, reason: str, by: Officer) -> WallScreen:
    screen.taken_down_at, screen.taken_down_by, screen.taken_down_because = clock.now(), by, reason
    screen.save(update_fields=["taken_down_at", "taken_down_by", "taken_down_because"])
    # The reason is free text and may name people; the trail proves it by its digest.
    details = {"name": screen.name, "reason_sha256": canonical.sha256(reason.encode())}
    trail.record("wall_screen.taken_down", subject=screen, by=by, office=screen.office, details=details)
    return screen


def _clear_past(office: Office, name: str, by: Officer) -> None:
    """A screen of this name whose time is over makes room for the one that takes its place."""
    past = WallScreen.objects.filter(office=office, name=name, taken_down_at=None, ends_at__lte=clock.now())
    for screen in past.select_for_update(of=("self",)).select_related("office"):
        _down(screen, str(_("its time was over; hung up again")), by)
