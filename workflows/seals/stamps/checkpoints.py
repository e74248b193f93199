"""Stamps for the checkpoints of the trail: the same services as for seals, checked again however old."""

from __future__ import annotations

import hashlib
from datetime import datetime

from audit.trail import stamping
from audit.trail.stamping import BadStamp, NotStamped, Stamped
from workflows.seals import trust
from workflows.seals.errors import StampUnavailable

from . import client, tokens
from .tokens import Disbelieved


def stamp(data: bytes) -> Stamped:
    """Have the note of a checkpoint stamped. Raises NotStamped."""
    try:
        given = client.stamp(data)
    except StampUnavailable as unavailable:
        raise NotStamped(str(unavailable)) from unavailable
    return Stamped(given.token, given.moment, given.service)


def check(data: bytes, token: bytes) -> datetime:
    """The time a token proves for these bytes. Raises BadStamp."""
    try:
        said = tokens.info_of(token)
        algorithm = said["message_imprint"]["hash_algorithm"]["algorithm"].native
        return tokens.still_believe(
            token, digest=hashlib.new(algorithm, data).digest(), algorithm=algorithm, known=trust.known()
        )
    except (Disbelieved, ValueError) as wrong:
        raise BadStamp(str(wrong)) from wrong


def register() -> None:
    """Called once at start-up."""
    stamping.register(stamping.Stamper(stamp, check))
