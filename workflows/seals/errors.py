"""What can be wrong with sealing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class SealError(DomainError):
    """Base of the errors of this package."""

    code = "seal_error"


class WrongPin(SealError):
    """The PIN does not open the officer's key. Never tried again by a machine."""

    code = "wrong_pin"
    message = _("The seal PIN is wrong; nothing has been decided.")
    next_step = _("Type your own six-digit seal PIN again.")


class NoSeal(SealError):
    """Nobody has issued this officer or unit a seal that is valid today."""

    code = "no_seal"
    message = _("There is no valid seal for {holder}.")
    next_step = _("Ask the seal keeper of the unit above to issue or renew it.")


class KeystoreUnavailable(SealError):
    """The key file cannot be read."""

    code = "keystore_unavailable"
    message = _("The key store cannot be read; nothing has been decided.")
    next_step = _("Tell the system administrator; then decide again.")


class SealPending(Conflict):
    """An earlier seal of this document is not on yet."""

    code = "seal_pending"
    message = _("An earlier seal of this file is still being put on.")
    next_step = _("Wait a few seconds and try again.")


class SealRejected(SealError):
    """A seal was put on, but the file did not pass its own verification; it was not stored."""

    code = "seal_rejected"
    message = _("The sealed file did not pass verification: {reasons}.")
    next_step = _("The case stays where it is; tell the system administrator.")
