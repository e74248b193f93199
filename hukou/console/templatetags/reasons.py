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
    "not_acceptable": _("The signature is of a kind that is not accepted."),
    # a sealed file (SealReport)
    "unreadable": _("The file cannot be read."),
    "whole_file_digest_differs": _("The file is not the one that was stored."),
    "seal_missing": _("A seal of the chain is not on the file."),
    "unexpected_seal": _("There is a seal on the file that nobody put there."),
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
    "not_in_trail": _("The trail knows nothing of this."),
}


@register.filter
def reason(code: str) -> str | Promise:
    """The sentence for a stable reason; the code itself when it is new."""
    return WORDS.get(code, code)
