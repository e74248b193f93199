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


VERSIONS = {"data": "v1", "tst_info": "v3"}
"""Of a container, by the type of what it signs (RFC 5652 clause 5.1)."""


def hides_something(signature: EmbeddedPdfSignature, status: SignatureStatus, evidence: Evidence) -> bool:
    """Whether anything stands in the place of a signature that neither it covers nor a verifier needs.

    A signature does not cover its own container. What follows it, and what the container says beside the signed
    parts, could be changed unseen in the last one of a file, so only what must be there may be there.
    """
    return not _padded_with_zeros(signature) or not _plain(signature) or _carries_strangers(signature, status, evidence)


def _padded_with_zeros(signature: EmbeddedPdfSignature) -> bool:
    """The place of a signature is larger than the signature; nothing may hide in the rest."""
    place: bytes = signature.pkcs7_content
    end = parser.peek(place)
    return not any(place[end:])


def _plain(signature: EmbeddedPdfSignature) -> bool:
    """The versions are those of the standard, and the digests announced are the one that was used."""
    whole, signer = signature.signed_data, signature.signer_info
    used = signer["digest_algorithm"]["algorithm"].native
    return bool(
        whole["version"].native == VERSIONS.get(whole["encap_content_info"]["content_type"].native)
        and signer["version"].native == ("v1" if signer["sid"].name == "issuer_and_serial_number" else "v3")
        and [one["algorithm"].native for one in whole["digest_algorithms"]] == [used]
    )


def _carries_strangers(signature: EmbeddedPdfSignature, status: SignatureStatus, evidence: Evidence) -> bool:
    """Right are the certificate that signed, those it leads to a root by, and those known byte for byte.

    Where the path does not hold, a stranger may be its reason; a known key in other clothes is wrong all the same.
    """
    known = (*evidence.certificates, *evidence.known.issuers, *evidence.known.roots)
    right = {one.dump() for one in known} | {status.signing_cert.dump()}
    if status.validation_path is not None:
        right |= {one.dump() for one in status.validation_path.iter_certs(include_root=True)}
    keys = {one.public_key.dump() for one in known}
    strange = [one.chosen for one in signature.signed_data["certificates"] if one.chosen.dump() not in right]
    return bool(strange) if status.trusted else any(key in one.dump() for one in strange for key in keys)
