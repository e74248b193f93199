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


class PinUnfit(SealError):
    """A PIN that is not at least six digits."""

    code = "pin_unfit"
    message = _("A seal PIN has at least six digits and nothing else.")
    next_step = _("Choose another PIN.")


class NoSealForAuxiliary(SealError):
    """Auxiliaries capture and type; they never seal (domain.md §3)."""

    code = "no_seal_for_auxiliary"
    message = _("An auxiliary is not given a seal.")
    next_step = _("Let a sworn officer of the unit decide and seal.")


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


class StoredFileDamaged(SealError):
    """The bytes on disk are not those whose digest the register holds."""

    code = "stored_file_damaged"
    message = _("The stored file {sha256} is damaged; nothing has been signed.")
    next_step = _("Tell the system administrator: the file must be restored from the backup.")


class FileTooLarge(SealError):
    """More bytes than are taken for a check."""

    code = "file_too_large"
    message = _("The file is larger than {most} MB.")
    next_step = _("Check the notice by its code instead.")


class CodeMistyped(SealError):
    """What was typed is no check code."""

    code = "code_mistyped"
    message = _("A check code has sixteen signs: the digits, and the letters A to F.")
    next_step = _("Type it as it stands on the notice; spaces do not matter.")


class FieldBound(SealError):
    """The field was kept for another signer when the document was laid out (its seed value)."""

    code = "field_bound"
    message = _("The place {field} of this file is kept for another seal.")
    next_step = _("Sign with the seal it is kept for, or have the file laid out anew.")
