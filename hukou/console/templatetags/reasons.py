"""Words for the stable reasons verifiers give."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS: Mapping[str, Promise] = {
    # one seal (workflows.seals.types.SealVerdict)
    "digest_mismatch": _("What was sealed has been changed."),
    "signature_invalid": _("The signature does not match the certificate."),
    "wrong_signer": _("Another certificate than the register's has signed."),
    "untrusted": _("The certificate does not lead to the bureau's authority."),
    "changed_after": _("The file was changed after this seal in a way that is not allowed."),
    "out_of_order": _("The seals do not follow the order of the chain."),
    "missing": _("The seal is not on the file."),
    "not_fully_covered": _("The seal does not cover the whole file as it was."),
    "revoked": _("The certificate had been revoked when it was sealed."),
    "revoked_after_signing": _("The certificate was revoked later, and no timestamp proves when it was sealed."),
    "hidden_bytes": _("Something is hidden behind the signature."),
    "not_acceptable": _("The signature is of a kind that is not accepted."),
    # a sealed file (SealReport)
    "unreadable": _("The file cannot be read."),
    "whole_file_digest_differs": _("The file is not the one that was stored."),
    "seal_missing": _("A seal of the chain is not on the file."),
    "unexpected_seal": _("There is a seal on the file that nobody put there."),
    "not_yet_sealed": _("A place for a seal is still empty."),
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
    "OSError": _("The disk refused the paper; it was not sealed."),
    "not_in_trail": _("The trail knows nothing of this."),
}


@register.filter
def reason(code: str) -> str | Promise:
    """The sentence for a stable reason, whatever it names behind a colon; the code itself when it is new."""
    return WORDS.get(code.partition(":")[0], code)
