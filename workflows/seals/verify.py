"""What is true of a sealed file: every seal checked strictly, and the file against what the register knows.

pyHanko alone accepts a file cut back to an earlier level, levels signed out of order, another officer's
certificate in a field, and bytes after the end; those are checked here.
"""

from __future__ import annotations

import io

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
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
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from hukou.kernel import canonical

from . import pki
from .types import Expected, Outcome, SealReport, SealVerdict

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
ALLOWED_AFTER = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}


def report(pdf: bytes, expected: Expected) -> SealReport:
    """Verify every seal and the file as a whole."""
    reasons: list[str] = []
    if expected.sha256 and canonical.sha256(pdf) != expected.sha256:
        reasons.append("whole_file_digest_differs")
    try:
        # The reader holds caches that grow with use; one per file, strict about structure.
        signatures = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_regular_signatures
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return SealReport(Outcome.FAILED, (), (*reasons, "unreadable"))
    found = {signature.field_name: signature for signature in signatures}
    names = [field.name for field in expected.fields]
    reasons += [f"unexpected_seal:{name}" for name in found if name not in expected.signed]
    order = [found[name].signed_revision for name in names if name in found]
    out_of_order = order != sorted(order)
    verdicts = []
    last = max(found.values(), key=lambda signature: signature.signed_revision, default=None)
    for field in expected.fields:
        if field.name not in expected.signed:
            continue
        signature = found.get(field.name)
        if signature is None:
            reasons.append(f"seal_missing:{field.name}")
            verdicts.append(
                SealVerdict(field.name, field.level, field.step, field.kind, "", Outcome.FAILED, ("missing",))
            )
            continue
        outcome, why = _judge(signature, expected.signed[field.name], is_last=signature is last)
        if out_of_order:
            outcome, why = Outcome.FAILED, [*why, "out_of_order"]
        verdicts.append(
            SealVerdict(
                field.name,
                field.level,
                field.step,
                field.kind,
                _name_of(signature.signer_cert),
                outcome,
                tuple(why),
                signature.self_reported_timestamp,
            )
        )
    return SealReport(_overall(verdicts, reasons), tuple(verdicts), tuple(reasons))


def _judge(signature: EmbeddedPdfSignature, fingerprint: str, *, is_last: bool) -> tuple[Outcome, list[str]]:
    why: list[str] = []
    if canonical.sha256(signature.signer_cert.dump()) != fingerprint:
        why.append("wrong_signer")
    try:
        status = validate_pdf_signature(signature, _trust(), diff_policy=STRICT)
    except (SignatureValidationError, SigningError, PdfError, ValueError, KeyError, TypeError) as broken:
        return Outcome.FAILED, [*why, f"invalid:{type(broken).__name__}"]
    if not status.intact:
        why.append("digest_mismatch")
    if not status.valid:
        why.append("signature_invalid")
    if status.modification_level not in ALLOWED_AFTER:
        why.append("changed_after")
    if not status.bottom_line and not why:
        why.append("untrusted" if not status.trusted else "not_acceptable")
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if is_last and not covers_all:
        why.append("bytes_after_end")
    if not is_last and status.coverage not in (
        SignatureCoverageLevel.ENTIRE_REVISION,
        SignatureCoverageLevel.ENTIRE_FILE,
    ):
        why.append("not_fully_covered")
    if not why:
        return Outcome.PASSED, why
    only_trust = why == ["untrusted"]
    return (Outcome.INDETERMINATE if only_trust else Outcome.FAILED), why


def _trust() -> ValidationContext:
    """Our root and nothing else, revocation lists required, nothing fetched from anywhere."""
    authority = pki.authority()
    der = serialization.Encoding.DER
    return ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(authority.root.public_bytes(der))],
        other_certs=[asn1_x509.Certificate.load(authority.issuer.public_bytes(der))],
        crls=[asn1_crl.CertificateList.load(one.public_bytes(der)) for one in authority.lists],
        revocation_mode="require",
        allow_fetching=False,
    )


def _name_of(certificate: asn1_x509.Certificate) -> str:
    names = certificate.subject.native
    return f"{names.get('organization_name', '')} {names.get('common_name', '')}".strip()


def _overall(verdicts: list[SealVerdict], reasons: list[str]) -> Outcome:
    if reasons or any(verdict.outcome == Outcome.FAILED for verdict in verdicts):
        return Outcome.FAILED
    if not verdicts or any(verdict.outcome == Outcome.INDETERMINATE for verdict in verdicts):
        return Outcome.INDETERMINATE
    return Outcome.PASSED
