"""What may be added to a file after a seal: other laid-out seals, evidence and stamps; nothing else."""

from __future__ import annotations

from asn1crypto import parser
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureStatus

from .evidence import Evidence

LTA = ModificationLevel.LTA_UPDATES
STRICT = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(LTA),
        XrefStreamRule().as_qualified(LTA),
        ObjectStreamRule().as_qualified(LTA),
        DSSCompareRule().as_qualified(LTA),
        MetadataUpdateRule().as_qualified(LTA),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(allow_new_visible_after_certify=False),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ]
    ),
)
AFTER_THE_LAST = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}
BETWEEN = {*AFTER_THE_LAST, ModificationLevel.FORM_FILLING}
"""Levels of change that are right after a seal that others follow."""


def padded_with_zeros(signature: EmbeddedPdfSignature) -> bool:
    """The place of a signature is larger than the signature; nothing may hide in the rest."""
    place: bytes = signature.pkcs7_content
    end = parser.peek(place)
    return not any(place[end:])


def carries_strangers(signature: EmbeddedPdfSignature, status: SignatureStatus, evidence: Evidence) -> bool:
    """A container may carry certificates nothing depends on and no signature covers; something could hide there too.

    Only those are right that signed, that lead to a root, or that are known byte for byte. Says nothing while the path
    does not hold.
    """
    if not status.trusted or status.validation_path is None:
        return False
    right = {one.dump() for one in (*evidence.certificates, *evidence.known.issuers, *evidence.known.roots)}
    right |= {one.dump() for one in status.validation_path.iter_certs(include_root=True)}
    right.add(status.signing_cert.dump())
    return any(one.chosen.dump() not in right for one in signature.signed_data["certificates"])
