"""One seal: its bytes, its signer, its time, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, TimestampSignatureStatus

from hukou.kernel import canonical
from workflows.seals.stamps.tokens import TOLERANCE
from workflows.seals.types import Outcome

from . import names, words
from .chain import Chain
from .evidence import Evidence
from .policy import AFTER_THE_LAST, BETWEEN, STRICT, carries_strangers, padded_with_zeros

ANYONE = ""
"""Stands for a fingerprint where the signer is not known beforehand."""


@dataclass(frozen=True)
class Judged:
    """What is true of one seal by itself."""

    outcome: Outcome
    reasons: list[str]
    stamped_at: datetime | None = None
    """The time its own stamp proves."""
    stamped_by: str = ""


@dataclass(frozen=True)
class Place:
    """Where a seal stands in its file."""

    last: bool
    """No other seal follows."""
    ends_file: bool
    """Neither seal nor stamp follows."""


def judge(
    signature: EmbeddedPdfSignature,
    fingerprint: str,
    *,
    chain: Chain,
    evidence: Evidence,
    place: Place,
    must_be_stamped: bool,
) -> Judged:
    """Judge a seal as of the earliest time it is proven to have existed, by evidence that was there then."""
    covered = chain.proven(signature)  # by a stamp over the file
    checked = covered or chain.now
    stated = _stated_by_stamp(signature)
    moment = min(stated, checked) if stated is not None else checked
    status = validate_pdf_signature(
        signature,
        evidence.at(moment, until=checked),
        ts_validation_context=evidence.at(checked),
        diff_policy=STRICT,
    )
    stamp = status.timestamp_validity
    stamp_faults = _faults_of_stamp(stamp, checked)
    if stated is not None and stamp_faults and moment != checked:
        # The stamp proves nothing, so the seal is judged as of the time the file proves.
        status = validate_pdf_signature(
            signature, evidence.at(checked, until=checked), diff_policy=STRICT, skip_diff=False
        )
        moment = checked
    why = _faults(signature, status, fingerprint, place)
    if carries_strangers(signature, status, evidence) and "hidden_bytes" not in why:
        why.append("hidden_bytes")
    broken = [fault for fault in stamp_faults if fault != "stamp_untrusted"]
    if must_be_stamped and stamp is None:
        broken.append("stamp_missing")
    proven = stamp.timestamp if stamp is not None and not stamp_faults else None
    by = names.of(stamp.signing_cert) if stamp is not None else ""
    if why or broken:
        return Judged(Outcome.FAILED, [*why, *broken], proven, by)
    outcome, why = _path(signature, status, evidence, moment, proven=proven or covered)
    if outcome == Outcome.PASSED and stamp_faults and covered is None:
        outcome, why = Outcome.INDETERMINATE, stamp_faults
    return Judged(outcome, why, proven, by)


def _stated_by_stamp(signature: EmbeddedPdfSignature) -> datetime | None:
    for token in extract_tst_data_iter(signature.signer_info, signed=False):
        moment = token["encap_content_info"]["content"].parsed["gen_time"].native
        assert isinstance(moment, datetime)
        return moment
    return None


def _faults_of_stamp(stamp: TimestampSignatureStatus | None, checked: datetime) -> list[str]:
    if stamp is None:
        return []
    if not (stamp.intact and stamp.valid):
        return ["stamp_broken"]
    if stamp.timestamp > checked + TOLERANCE:
        return ["stamps_out_of_order"]
    return [] if stamp.trusted else ["stamp_untrusted"]


def _faults(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, fingerprint: str, place: Place) -> list[str]:
    why: list[str] = []
    if fingerprint != ANYONE and canonical.sha256(signature.signer_cert.dump()) != fingerprint:
        why.append("wrong_signer")
    if not padded_with_zeros(signature):
        why.append("hidden_bytes")
    if not status.intact:
        why.append("digest_mismatch")
    if not status.valid:
        why.append("signature_invalid")
    if status.modification_level not in (AFTER_THE_LAST if place.last else BETWEEN):
        why.append("changed_after")
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if place.ends_file and not covers_all:
        why.append("bytes_after_end")
    if not covers_all and status.coverage != SignatureCoverageLevel.ENTIRE_REVISION and "bytes_after_end" not in why:
        why.append("not_fully_covered")
    return why


def _path(
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    evidence: Evidence,
    moment: datetime,
    *,
    proven: datetime | None,
) -> tuple[Outcome, list[str]]:
    """Whether the signer's certificate was good at `moment`; `proven`: a stamp says so, it is not merely now."""
    signer = signature.signer_cert
    details = status.revocation_details
    revoked = details.revocation_date if status.revoked and details and not details.ca_revoked else None
    revoked = revoked or evidence.known.revoked_at(signer)  # a list put out since may say what was so then
    if revoked is not None and revoked <= moment:
        return _revoked(revoked, signature.self_reported_timestamp)
    if moment < signer.not_valid_before:
        return Outcome.FAILED, ["not_yet_valid"]
    why = []
    if _revoked_issuer(signer, evidence, moment):
        why = ["issuer_revoked"]
    elif moment > signer.not_valid_after:
        why = ["expired_before_signing" if proven else "expired"]
    elif not status.trusted:
        why = [words.of_path(status.trust_problem_indic)]
    elif not status.docmdp_ok or status.seed_value_ok is False:
        return Outcome.FAILED, ["not_acceptable"]
    return (Outcome.INDETERMINATE if why else Outcome.PASSED), why


def _revoked(moment: datetime, stated: datetime | None) -> tuple[Outcome, list[str]]:
    """Revoked before the time the signer states: worthless. Later, but before any proof: nobody can say."""
    if stated is None or moment <= stated:
        return Outcome.FAILED, ["revoked"]
    return Outcome.INDETERMINATE, ["revoked_after_signing"]


def _revoked_issuer(signer: x509.Certificate, evidence: Evidence, moment: datetime) -> bool:
    since = [evidence.known.revoked_at(issuer) for issuer in evidence.known.chain_of(signer)]
    return any(one is not None and one <= moment for one in since)
