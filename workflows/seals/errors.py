"""What can be wrong with sealing."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class SealError(DomainError):
    """Base of the errors of this package."""

    code = "seal_error"


class WrongPin(SealError):
    """The PIN does not open the officer's key. Never tried again by a machine. `left`: tries before it locks itself."""

    code = "wrong_pin"
    message = _("The seal PIN is wrong; nothing has been decided.")
    next_step = _("Type your own six-digit seal PIN again.")

    @property
    def advice(self) -> str:
        left = self.data.get("left")
        if left is None:
            return super().advice
        if left == 0:
            return gettext("That was the last try: the seal is locked. Ask its keeper at the unit above to unlock it.")
        said = gettext("Type your own seal PIN again; tries left before the seal locks itself: {left}.")
        return said.format(left=left)


class PinLocked(SealError):
    """Too many wrong PINs one after the other, here or at the token; the PIN is not even looked at any more."""

    code = "pin_locked"
    message = _("The seal is locked after too many wrong PINs; nothing has been decided.")
    next_step = _(
        "Ask its keeper at the unit above to unlock it; if it was not you who typed them, report the seal lost."
    )


class PinNeeded(WrongPin):
    """No PIN was typed at all: a slip, and no try."""

    code = "pin_needed"
    message = _("The seal PIN is missing; nothing has been decided.")


class PinUnfit(SealError):
    """A PIN that is not at least six digits."""

    code = "pin_unfit"
    message = _("A seal PIN has at least six digits and nothing else.")
    next_step = _("Choose another PIN.")


class PinsDiffer(SealError):
    """A new PIN was typed twice, and not the same."""

    code = "pins_differ"
    message = _("The two new PINs are not the same.")
    next_step = _("Type the new PIN twice.")


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


class PinKeptElsewhere(SealError):
    """The key lies on a token or at the province's service: its PIN is changed there."""

    code = "pin_kept_elsewhere"
    message = _("The key of this seal is not kept on this server, nor is its PIN.")
    next_step = _("Change the PIN with the tool of the token, or at the province's seal service.")


class SealSuspended(SealError):
    """The seal is suspended today."""

    code = "seal_suspended"
    message = _("The seal {holder} is suspended.")
    next_step = _("Ask its keeper at the unit above why, and when it will be resumed.")


class SealExpired(SealError):
    """The certificate of the seal has run out."""

    code = "seal_expired"
    message = _("The certificate of the seal {holder} has run out.")
    next_step = _("Ask its keeper at the unit above to issue a new seal.")


class HolderLeft(SealError):
    """人走章停: the holder has no duty any more at the post the seal was issued for."""

    code = "holder_left"
    message = _("The seal {holder} was issued for a post its holder has left; it can no longer be used.")
    next_step = _("Ask the seal keeper above your present unit to issue a seal for your new post.")


class NoPost(SealError):
    """The officer holds no duty today that seals anything."""

    code = "no_post"
    message = _("This officer holds no duty today that needs a seal.")
    next_step = _("Let the duty be recorded first; then issue the seal.")


class SealStopped(Conflict):
    """The seal has been revoked or replaced; that is for ever."""

    code = "seal_stopped"
    message = _("This seal has been stopped already; that cannot be undone.")
    next_step = _("Issue a new seal if one is needed.")


class ReasonMissing(SealError):
    """What is done to a seal stands in its custody log with a reason."""

    code = "seal_reason_missing"
    message = _("A reason is missing; it stands in the custody log.")
    next_step = _("Choose or write the reason and send it again.")


class SuspensionUnfit(SealError):
    """The last day of the suspension is over already."""

    code = "suspension_unfit"
    message = _("The suspension would be over before it begins.")
    next_step = _("Choose a day that is still to come, or none.")


class KeeperUnfit(SealError):
    """Only a unit's seal has a keeper, and only among the unit's own sworn officers."""

    code = "keeper_unfit"
    message = _("Only a sworn officer of the unit keeps the seal of that unit.")
    next_step = _("Name an officer who serves there today.")


class NoAuthorisation(SealError):
    """Another unit's seal was asked for without that unit's authorisation."""

    code = "no_authorisation"
    message = _("{unit} has not authorised you to use its seal today.")
    next_step = _("Ask that unit for a dated authorisation.")


class AuthorisationUnfit(SealError):
    """An authorisation that cannot be given as it was asked for."""

    code = "authorisation_unfit"
    message = _("The authorisation was not given: {reason}")
    next_step = _("Correct it and send it again.")


class KeystoreUnavailable(SealError):
    """The key file cannot be read."""

    code = "keystore_unavailable"
    message = _("The key store cannot be read; nothing has been decided.")
    next_step = _("Tell the system administrator; then decide again.")


class TokenRemoved(SealError):
    """The token with the key is not plugged in."""

    code = "token_removed"
    message = _("The token “{token}” with the key of this seal is not plugged in.")
    next_step = _("Plug the token in, then try again.")


class ServerPinWrong(SealError):
    """The token did not take the server's PIN. It is not shown to the token again until the file with it changes."""

    code = "server_pin_wrong"
    message = _("The token “{token}” did not take the PIN of this server; it is not tried again.")
    next_step = _("Let the system administrator put the right PIN into the file HUKOU_TOKEN_PIN_FILE names.")


class KeyUnfit(SealError):
    """The place of the key cannot sign with the suite of the seal, or holds another key than the certificate's."""

    code = "key_unfit"
    message = _("The key of this seal does not fit its certificate; nothing has been decided.")
    next_step = _("Ask the seal keeper to enrol the key again.")


class SignedElsewhere(SealError):
    """The key of this seal is somewhere else than this way of signing looks for it."""

    code = "signed_elsewhere"
    message = _("The key of your seal is not where this was to be signed; nothing has been decided.")
    next_step = _("Reload the page and sign again; with a UKey of your own, decide each case on its own page.")


class PreparationUnfit(Conflict, SealError):
    """What was signed was laid out for another act, or was used before, or the file has changed since."""

    code = "preparation_unfit"
    message = _("What your UKey signed does not belong to this decision; nothing has been decided.")
    next_step = _("Look at the case again and sign anew.")


class PreparationExpired(Conflict, SealError):
    """What was laid out for the UKey has run out."""

    code = "preparation_expired"
    message = _("The time to sign with your UKey has run out; nothing has been decided.")
    next_step = _("Sign again.")


class ProvinceUnavailable(SealError):
    """The province's e-seal service did not answer in time, or answered that it cannot."""

    code = "province_unavailable"
    message = _("The e-seal service of the province does not answer ({why}).")
    next_step = _("Try again in a few minutes; if it lasts, tell the system administrator.")


class ProvinceAnswerWrong(SealError):
    """The province's e-seal service answered with something that is not this seal's signature."""

    code = "province_answer_wrong"
    message = _("The answer of the province's e-seal service did not pass the check; nothing has been sealed with it.")
    next_step = _("Tell the system administrator at once: the answer was not from this seal's key.")


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


class SealStuck(SealError):
    """A seal was to be finished by hand and is still not on."""

    code = "seal_stuck"
    message = _("The seal is still not on: {reason}")
    next_step = _("What was decided stands and is signed. It is tried again by itself; tell the system administrator.")


class StorageRefused(SealError):
    """The disk is full or broken: the bytes could not be stored, so nothing rests on them."""

    code = "storage_refused"
    message = _("The disk refused the file; nothing has been sealed.")
    next_step = _("Tell the system administrator to look at the disk; then do it again.")


class StoredFileDamaged(SealError):
    """The bytes on disk are not those whose digest the register holds."""

    code = "stored_file_damaged"
    message = _("The stored file {sha256} is damaged; nothing has been signed.")
    next_step = _("Tell the system administrator: the file must be restored from the backup.")


class SuiteNotOffered(SealError):
    """This machine lacks the library for a suite of algorithms."""

    code = "suite_not_offered"
    message = _("Seals of the suite “{suite}” cannot be made or checked on this machine: {why}.")
    next_step = _("Let the system administrator install OpenSSL 3 with the national algorithms.")


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


class StampUnavailable(SealError):
    """No time-stamping service gave a stamp that can be believed. The job asks again."""

    code = "stamp_unavailable"
    message = _("No time-stamping service has answered as it should: {reasons}.")
    next_step = _("The seal is put on as soon as one answers; nothing has to be signed again.")
