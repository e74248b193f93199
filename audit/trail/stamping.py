"""Time stamps of checkpoints (RFC 3161): somebody outside says that this head was there then.

Who stamps is told by the layer that can (`register`). A stamp is over the bytes of the signed note, without the lines of
witnesses, and is put beside the published log with them: `stamps/<size>` and `stamps/<size>.tst`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import Checkpoint, Stamp

EVERY = timedelta(minutes=10)
"""How often a checkpoint is stamped, when there is a new one."""
log = logging.getLogger(__name__)


class NotStamped(Exception):
    """No service gave a stamp."""


class BadStamp(ValueError):
    """A token that is no proof of time for these bytes. Its text is a stable word."""


@dataclass(frozen=True)
class Stamped:
    """A stamp as it was given."""

    token: bytes
    """DER of the ContentInfo (RFC 3161 clause 2.4.2)."""
    moment: datetime
    authority: str
    """Which service gave it."""


@dataclass(frozen=True)
class Stamper:
    """Somebody who can have bytes stamped, and check it later."""

    stamp: Callable[[bytes], Stamped]
    """Raises NotStamped."""
    check: Callable[[bytes, bytes], datetime]
    """The time a token (second) proves for bytes (first), however old. Raises BadStamp."""


_stampers: list[Stamper] = []


def register(stamper: Stamper) -> None:
    """Say who stamps; call it in `AppConfig.ready()`. The last one does."""
    _stampers.append(stamper)


def stamper() -> Stamper | None:
    """Who stamps, None when nobody can."""
    return _stampers[-1] if _stampers else None


def stamp_newest() -> Stamp | None:
    """Have the newest checkpoint stamped unless it is. None when there is nothing to do. Raises NotStamped."""
    newest, chosen = Checkpoint.objects.last(), stamper()
    if newest is None or chosen is None or Stamp.objects.filter(tree_size=newest.tree_size).exists():
        return None
    given = chosen.stamp(newest.note.encode())
    return Stamp.objects.create(
        tree_size=newest.tree_size, authority=given.authority[:200], token=given.token, stamped_at=given.moment
    )


def due(now: datetime) -> bool:
    """True when it is time for the next stamp, or for another try."""
    newest = Stamp.objects.last()
    return newest is None or newest.stamped_at + EVERY <= now


def try_to_stamp() -> None:
    """The same for those who can do without: a service that does not answer is logged."""
    try:
        stamp_newest()
    except NotStamped as unavailable:
        log.warning("the newest checkpoint is not stamped: %s", unavailable)
