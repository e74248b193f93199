"""Words for the stable reasons verifiers give."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS: Mapping[str, Promise] = {
    # one seal (workflows.seals.reasons)
    "digest_mismatch": _("What was sealed has been changed."),
    "signature_invalid": _("The signature does not match the certificate."),
    "wrong_signer": _("Another certificate than the register's has signed."),
    "changed_after": _("The file was changed after this seal in a way that is not allowed."),
    "out_of_order": _("The seals do not follow the order of the chain."),
    "missing": _("The seal is not on the file."),
    "not_fully_covered": _("The seal does not cover the whole file as it was."),
    "not_acceptable": _("The signature is of a kind that is not accepted."),
    "hidden_bytes": _("Something is hidden in the unused room of the signature."),
    "invalid": _("The signature is damaged and cannot be read."),
    # its certificate
    "untrusted": _("The certificate does not lead to the bureau's authority."),
    "chain_invalid": _("The certificates above the signer's do not hold."),
    "wrong_purpose": _("The certificate was issued for another purpose."),
    "weak_algorithm": _("The algorithm is no longer considered safe."),
    "suite_not_offered": _("This machine cannot check signatures of this algorithm."),
    "revoked": _("The certificate had been revoked before it signed."),
    "revoked_after_signing": _(
        "The certificate has been revoked since, and no time stamp proves that the seal is older."
    ),
    "issuer_revoked": _("The certificate of the issuing authority has been revoked."),
    "no_revocation_list": _("The revocation list is too old; try again when a new one has arrived."),
    "not_yet_valid": _("The certificate was not valid yet when it signed."),
    "expired": _("The certificate has run out, and no time stamp proves that the seal is older."),
    "expired_before_signing": _("The certificate had run out before it signed."),
    # time stamps
    "stamp_missing": _("The seal carries no time stamp."),
    "stamp_broken": _("The time stamp of the seal has been changed."),
    "stamp_untrusted": _("The time stamp comes from a service that is not trusted."),
    "stamps_out_of_order": _("The time stamps contradict each other."),
    "stamp_in_the_future": _("The time stamp lies in the future."),
    "closing_stamp_missing": _("No time stamp closes the file."),
    # a sealed file (SealReport)
    "unreadable": _("The file cannot be read."),
    "whole_file_digest_differs": _("The file is not the one that was stored."),
    "trail_digest_differs": _("The file is not the one the trail was told of."),
    "seal_missing": _("A seal of the chain is not on the file."),
    "unexpected_seal": _("There is a seal on the file that nobody put there."),
    "not_yet_sealed": _("A place for a seal is still empty."),
    "later_seals_exist": _("This is an earlier state of the file; seals were put on since."),
    "bytes_after_end": _("Something was added after the end of the file."),
    # a case (workflows.archive.verify.Finding)
    "seal_not_passed": _("A seal does not hold."),
    "page_missing": _("A page is gone from the store."),
    "page_altered": _("A page in the store has been changed."),
    "document_altered": _("A document in the store has been changed."),
    "manifest_altered": _("The list of what was filed has been changed."),
    "content_altered": _("What is in the case is not what was filed."),
    "chain_broken": _("A version does not follow from the one before it."),
    "version_gone": _("A version the trail knows is gone."),
    "record_gone": _("The archive record is gone."),
    "document_gone": _("A sealed document is gone."),
    "page_gone": _("A page the trail knows is gone from the case."),
    "shelf_missing": _("A filed document is gone."),
    "shelf_altered": _("A filed document has been changed."),
    # a batch of papers, and one of them (workflows.seals.bulk)
    "paused": _("Paused."),
    "window_closed": _("The time one PIN is good for has run out."),
    "no_seal": _("The officer's seal is not valid any more."),
    "not_permitted": _("The officer's duty does not allow it any more."),
    "stored_file_damaged": _("The stored paper is damaged; it was not sealed."),
    "seal_rejected": _("The sealed paper did not pass its check; it was not stored."),
    "keystore_unavailable": _("The key store cannot be read."),
    "FileNotFoundError": _("The stored paper is gone; it was not sealed."),
    "storage_refused": _("The disk refused the paper; it was not sealed."),
    "not_in_trail": _("The trail knows nothing of this."),
}


@register.filter
def reason(code: str) -> str | Promise:
    """The sentence for a stable reason (what follows a colon names the place); the code itself when it is new."""
    return WORDS.get(code.partition(":")[0], code)
