"""Suspend, resume, revoke: each is on the revocation list before its transaction ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.seals.errors import ReasonMissing, SealStopped, SuspensionUnfit
from workflows.seals.models import CustodyEntry, Seal

from . import custody, revocations

SUBJECT = "seals.seal"
Act, Reason = CustodyEntry.Act, Seal.StopReason
REVOKING = tuple(reason for reason in Reason if reason != Reason.RENEWED)
"""Reasons a seal may be revoked for."""


@trail.records_refusal("seal.suspend", subject=SUBJECT, key="seal_id", label=_("Suspending a seal was refused"))
@transaction.atomic
def suspend(*, seal_id: int, by: Officer | None, reason: str, until: date | None = None) -> Seal:
    """Stop a seal for a while: to the end of the day `until`, or until it is resumed. Its holder may do so too.

    `by`: None when it is done on the server itself. Raises NotFound, NotPermitted, SealStopped, ReasonMissing,
    SuspensionUnfit.
    """
    seal = locked(seal_id)
    if by is not None:
        policies.require(by, "seal.suspend", seal)
    require_live(seal)
    reason = given(reason)
    if until is not None and until < clock.today():
        raise SuspensionUnfit
    seal.suspended_at, seal.suspended_until = seal.suspended_at or clock.now(), until
    seal.save(update_fields=["suspended_at", "suspended_until"])
    custody.note(seal, Act.SUSPENDED, by=by, reason=reason, until=until.isoformat() if until else "")
    revocations.publish(seal.suite)
    return seal


@trail.records_refusal("seal.resume", subject=SUBJECT, key="seal_id", label=_("Resuming a seal was refused"))
@transaction.atomic
def resume(*, seal_id: int, by: Officer | None, reason: str) -> Seal:
    """Let a suspended seal be used again. Raises NotFound, NotPermitted, SealStopped, ReasonMissing."""
    seal = locked(seal_id)
    if by is not None:
        policies.require(by, "seal.manage", seal)
    require_live(seal)
    reason = given(reason)
    if seal.suspended_at is not None:
        seal.suspended_at = seal.suspended_until = None
        seal.save(update_fields=["suspended_at", "suspended_until"])
        custody.note(seal, Act.RESUMED, by=by, reason=reason)
        revocations.publish(seal.suite)
    return seal


@trail.records_refusal("seal.revoke", subject=SUBJECT, key="seal_id", label=_("Revoking a seal was refused"))
@transaction.atomic
def revoke(*, seal_id: int, by: Officer | None, why: str, reason: str) -> Seal:
    """Stop a seal for ever. `why`: one of `REVOKING`; `reason`: in words.

    Raises NotFound, NotPermitted, SealStopped, ReasonMissing.
    """
    seal = locked(seal_id)
    if by is not None:
        policies.require(by, "seal.manage", seal)
    require_live(seal)
    if why not in REVOKING:
        raise ReasonMissing
    stop(seal, Reason(why), by=by, reason=given(reason))
    revocations.publish(seal.suite)
    return seal


def stop(seal: Seal, why: Seal.StopReason, *, by: Officer | None, reason: str, moment: datetime | None = None) -> None:
    """Stop a live seal in the register, from `moment` (default: now). Whoever calls puts out the list."""
    moment = moment or clock.now()
    same_key = [seal]
    if why == Reason.KEY_COMPROMISE:
        # A renewed certificate has the same key, and who has the key can sign with any of them.
        same_key += Seal.objects.select_for_update().filter(key_name=seal.key_name, stop_reason=Reason.RENEWED)
    act = Act.RENEWED if why == Reason.RENEWED else Act.REVOKED
    for each in same_key:
        each.stopped_at, each.stop_reason = moment, why
        each.save(update_fields=["stopped_at", "stop_reason"])
        custody.note(each, act, by=by, reason=reason, why=why, since=moment.isoformat())


def locked(seal_id: int) -> Seal:
    """The seal, locked for this transaction. Raises NotFound."""
    seals = Seal.objects.select_for_update(of=("self",)).with_post(clock.today())
    seal = seals.select_related("office__parent", "post__parent", "officer").filter(pk=seal_id).first()
    if seal is None:
        raise NotFound
    return seal


def require_live(seal: Seal) -> None:
    """Refuse what has been stopped already. Raises SealStopped."""
    if seal.stopped_at is not None:
        raise SealStopped


def given(reason: str) -> str:
    """The reason in words. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()
