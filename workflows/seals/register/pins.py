"""PINs: wrong ones are counted until the seal locks itself, the holder changes it, the keeper unlocks the seal.

The count must survive the rollback of the decision in which a wrong PIN was typed. So it is raised with the event
of the refusal (`audit.trail.signals.refused`), which survives it too. A machine never tries a PIN again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from workflows.seals import sealers
from workflows.seals.errors import PinLocked, PinNeeded, PinUnfit, WrongPin
from workflows.seals.keys.sealer import Sealer
from workflows.seals.models import CustodyEntry, Seal

from . import custody, issuing, standing, stopping

Act = CustodyEntry.Act
PROOF = b"hukou-earchive proof of the PIN"
"""Signed and thrown away; no paper and no statement begins like it."""


@contextmanager
def counted(seal: Seal) -> Iterator[None]:
    """Around one try of a PIN: refuses when there were too many wrong ones, says how many are left, forgets old ones.

    Raises PinLocked, WrongPin.
    """
    if seal.pin_failures >= settings.HUKOU_PIN_TRIES:
        raise PinLocked(holder=seal.title)
    try:
        yield
    except PinNeeded:
        raise
    except WrongPin as wrong:
        raise WrongPin(left=settings.HUKOU_PIN_TRIES - seal.pin_failures - 1) from wrong
    if seal.pin_failures:
        Seal.objects.live().filter(officer=seal.officer_id).update(pin_failures=0)


def opened(seal: Seal, pin: str) -> Sealer:
    """An officer's seal for more than one signature, the PIN proved right before the first of them.

    A key elsewhere says only when it signs whether the PIN is right. Raises PinLocked, WrongPin, and as
    `sealers.of_officer`.
    """
    with counted(seal):
        sealer = sealers.of_officer(seal, pin=pin)
        sealer.sign(PROOF)
    return sealer


def count_wrong(sender: object, *, by: Officer | None, code: str, **_more: object) -> None:
    """Hears of every refusal; of a wrong PIN it counts, and at the last one it writes that the seal is locked."""
    if code != WrongPin.code or by is None:
        return
    # Of every suite: who guesses guesses at the person.
    for seal in Seal.objects.live().select_for_update().filter(officer=by):
        seal.pin_failures += 1
        seal.save(update_fields=["pin_failures"])
        if seal.pin_failures == settings.HUKOU_PIN_TRIES:
            custody.note(seal, Act.LOCKED, by=None, tries=seal.pin_failures)


@trail.records_refusal("seal.change_pin", subject="seals.seal", key="seal_id", label=_("Changing a PIN was refused"))
@transaction.atomic
def change_pin(*, seal_id: int, by: Officer, old: str, new: str) -> Seal:
    """The holder, and nobody else, locks the key with another PIN.

    Raises NotFound, NotPermitted, PinNeeded, PinUnfit, WrongPin, PinLocked, KeystoreUnavailable, and as `standing.require_usable`.
    """
    seal = stopping.locked(seal_id)
    policies.require(by, "seal.change_pin", seal)
    if not old:
        raise PinNeeded
    if not issuing.PIN.fullmatch(new) or new == old:
        raise PinUnfit
    standing.require_usable(seal)
    with counted(seal):
        # The file changes last: a failure before it leaves the old PIN in force, and nothing said.
        custody.note(seal, Act.PIN_CHANGED, by=by)
        sealers.change_pin(seal, old=old, new=new)
    return seal


@trail.records_refusal("seal.unlock", subject="seals.seal", key="seal_id", label=_("Unlocking a seal was refused"))
@transaction.atomic
def unlock(*, seal_id: int, by: Officer | None, reason: str) -> Seal:
    """The keeper lets the holder try again. The PIN stays what it was: nobody can read or set it.

    Raises NotFound, NotPermitted, SealStopped, ReasonMissing.
    """
    seal = stopping.locked(seal_id)
    if by is not None:
        policies.require(by, "seal.manage", seal)
    stopping.require_live(seal)
    reason = stopping.given(reason)
    if seal.pin_failures:
        seal.pin_failures = 0
        seal.save(update_fields=["pin_failures"])
        custody.note(seal, Act.UNLOCKED, by=by, reason=reason)
    return seal
