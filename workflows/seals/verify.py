"""What is true of a sealed file: every seal checked strictly, and the file against what the register knows.

pyHanko alone accepts a file cut back to an earlier level, levels signed out of order, another officer's
certificate in a field, and bytes after the end; those are checked here.
"""

from __future__ import annotations

import io
import re

from asn1crypto import parser, x509
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
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from hukou.kernel import canonical, clock

from . import trust
from .errors import SuiteNotOffered
from .types import Expected, Field, Outcome, SealReport, SealVerdict

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

ANYONE = ""
"""Stands for a fingerprint where the signer is not known beforehand."""
LEVEL = re.compile(r"level(\d+)_")


def report(pdf: bytes, expected: Expected | None = None) -> SealReport:
    """Verify every seal and the file as a whole.

    Without `expected` (a file that came from elsewhere) the file's own fields say what belongs in it: signers are
    checked against our root only, and a field still empty makes the file INDETERMINATE.
    """
    known = trust.known()  # outside: when our own authority cannot be read, nothing is said about the file
    try:
        return _report(pdf, expected, known)
    except Exception as broken:  # forged bytes may break any parser below; that is a verdict, not a crash
        return SealReport(Outcome.FAILED, (), ("unreadable", type(broken).__name__))


def _report(pdf: bytes, expected: Expected | None, known: trust.Known) -> SealReport:
    # The reader holds caches that grow with use; one per file, strict about structure.
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    found = {signature.field_name: signature for signature in reader.embedded_regular_signatures}
    told = expected is not None
    expected = expected or _told_by(reader, found)
    reasons: list[str] = []
    if expected.sha256 and canonical.sha256(pdf) != expected.sha256:
        reasons.append("whole_file_digest_differs")
    reasons += [f"unexpected_seal:{name}" for name in found if name not in expected.signed]
    order = [found[field.name].signed_revision for field in expected.fields if field.name in found]
    out_of_order = order != sorted(order)
    last = max(found.values(), key=lambda signature: signature.signed_revision, default=None)
    verdicts = []
    for field in expected.fields:
        if field.name not in expected.signed:
            continue
        signature = found.get(field.name)
        if signature is None:
            reasons.append(f"seal_missing:{field.name}")
            verdicts.append(
                SealVerdict(field.name, field.level, field.step, field.kind, "", Outcome.FAILED, ("missing",))
            )
        else:
            verdicts.append(
                _verdict(
                    field,
                    signature,
                    expected.signed[field.name],
                    known,
                    is_last=signature is last,
                    out_of_order=out_of_order,
                )
            )
    still_empty = (
        [] if told else [f"not_yet_sealed:{field.name}" for field in expected.fields if field.name not in found]
    )
    outcome = _overall(verdicts, reasons)
    if outcome == Outcome.PASSED and still_empty:
        outcome = Outcome.INDETERMINATE
    return SealReport(outcome, tuple(verdicts), (*reasons, *still_empty))


def _verdict(
    field: Field,
    signature: EmbeddedPdfSignature,
    fingerprint: str,
    known: trust.Known,
    *,
    is_last: bool,
    out_of_order: bool,
) -> SealVerdict:
    signer, moment = "", None
    try:
        outcome, why = _judge(signature, fingerprint, known, is_last=is_last)
        signer, moment = _name_of(signature.signer_cert), signature.self_reported_timestamp
    except SuiteNotOffered:  # this machine cannot check it, so it says nothing against the seal
        outcome, why = Outcome.INDETERMINATE, [SuiteNotOffered.code]
    except Exception as broken:  # see `report`; the other seals are still judged
        outcome, why = Outcome.FAILED, [f"invalid:{type(broken).__name__}"]
    if out_of_order:
        outcome, why = Outcome.FAILED, [*why, "out_of_order"]
    return SealVerdict(field.name, field.level, field.step, field.kind, signer, outcome, tuple(why), moment)


def _judge(
    signature: EmbeddedPdfSignature, fingerprint: str, known: trust.Known, *, is_last: bool
) -> tuple[Outcome, list[str]]:
    why: list[str] = []
    if fingerprint != ANYONE and canonical.sha256(signature.signer_cert.dump()) != fingerprint:
        why.append("wrong_signer")
    if not _padded_with_zeros(signature):
        why.append("hidden_bytes")
    status = validate_pdf_signature(signature, known.context(clock.now()), diff_policy=STRICT)
    if not status.intact:
        why.append("digest_mismatch")
    if not status.valid:
        why.append("signature_invalid")
    if status.modification_level not in ALLOWED_AFTER:
        why.append("changed_after")
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if is_last and not covers_all:
        why.append("bytes_after_end")
    if not is_last and not covers_all and status.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        why.append("not_fully_covered")
    if why:
        return Outcome.FAILED, why
    if status.revoked:
        return _revoked(status, signature)
    if not status.trusted:
        return Outcome.INDETERMINATE, ["untrusted"]
    if not status.bottom_line:
        return Outcome.FAILED, ["not_acceptable"]
    return Outcome.PASSED, []


def _revoked(status: PdfSignatureStatus, signature: EmbeddedPdfSignature) -> tuple[Outcome, list[str]]:
    """Revoked before the stated time of signing: worthless. Revoked later: nobody can say without a timestamp."""
    details, stated = status.revocation_details, signature.self_reported_timestamp
    if details is None or stated is None or details.revocation_date <= stated:
        return Outcome.FAILED, ["revoked"]
    return Outcome.INDETERMINATE, ["revoked_after_signing"]


def _padded_with_zeros(signature: EmbeddedPdfSignature) -> bool:
    """The place of a signature is larger than the signature; nothing may hide in the rest."""
    place: bytes = signature.pkcs7_content
    end = parser.peek(place)
    return not any(place[end:])


def _told_by(reader: PdfFileReader, found: dict[str, EmbeddedPdfSignature]) -> Expected:
    """What a file says of itself: its signature fields in the order of their levels, each filled by anyone we trust."""
    fields = []
    for name, _value, reference in enumerate_sig_fields(reader):
        level = LEVEL.match(name)
        kind = "personal" if name.endswith("_officer") else "unit"
        box = tuple(float(edge) for edge in reference.get_object().get("/Rect", (0, 0, 0, 0)))
        fields.append(Field(name, int(level[1]) if level else 0, "", kind, 0, box))  # type: ignore[arg-type]
    fields.sort(key=lambda field: (field.level, field.kind))
    return Expected(tuple(fields), dict.fromkeys(found, ANYONE))


def _name_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.native
    return f"{names.get('organization_name', '')} {names.get('common_name', '')}".strip()


def _overall(verdicts: list[SealVerdict], reasons: list[str]) -> Outcome:
    if reasons or any(verdict.outcome == Outcome.FAILED for verdict in verdicts):
        return Outcome.FAILED
    if not verdicts or any(verdict.outcome == Outcome.INDETERMINATE for verdict in verdicts):
        return Outcome.INDETERMINATE
    return Outcome.PASSED
