"""Whether a seal may be used now. Everything is derived from the register and the duties; nothing stored can be stale."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hukou.kernel import clock
from workflows.seals.errors import (
    HolderLeft,
    NoSeal,
    PinLocked,
    SealError,
    SealExpired,
    SealSuspended,
)
from workflows.seals.models import Seal


class State(models.TextChoices):
    """How a seal stands at a moment."""

    LIVE = "live", _("in use")
    SUSPENDED = "suspended", _("suspended")
    LOCKED = "locked", _("locked")
    LEFT = "left", _("holder left the post")
    EXPIRED = "expired", _("run out")
    RENEWED = "renewed", _("renewed")
    REVOKED = "revoked", _("revoked")


REFUSALS: dict[State, type[SealError]] = {
    State.SUSPENDED: SealSuspended,
    State.LOCKED: PinLocked,
    State.LEFT: HolderLeft,
    State.EXPIRED: SealExpired,
    State.RENEWED: NoSeal,
    State.REVOKED: NoSeal,
}


def state_of(seal: Seal, now: datetime | None = None) -> State:
    """How the seal stands at `now` (default: the present). One question, unless it was read `with_post`."""
    now = now or clock.now()
    if seal.stopped_at is not None:
        return State.RENEWED if seal.stop_reason == Seal.StopReason.RENEWED else State.REVOKED
    if seal.kind == Seal.Kind.PERSONAL and not _in_post(seal):
        return State.LEFT
    if suspended(seal, now.astimezone(clock.CITY_TIME).date()):
        return State.SUSPENDED
    if not seal.valid_from <= now < seal.valid_until:
        return State.EXPIRED
    return State.LOCKED if seal.pin_failures >= settings.HUKOU_PIN_TRIES else State.LIVE


def suspended(seal: Seal, day: date) -> bool:
    """True on every day of a suspension, its last included; afterwards the seal is in use again by itself."""
    return seal.suspended_at is not None and (seal.suspended_until is None or day <= seal.suspended_until)


def require_usable(seal: Seal) -> Seal:
    """The seal, when it may be used now. Raises NoSeal, SealSuspended, HolderLeft, SealExpired, PinLocked."""
    state = state_of(seal)
    if state in REFUSALS:
        raise REFUSALS[state](holder=seal.title)
    return seal


def _in_post(seal: Seal) -> bool:
    known = getattr(seal, "in_post", None)
    return Seal.objects.with_post(clock.today()).get(pk=seal.pk).in_post if known is None else known
