"""What is true of a sealed file: every seal checked strictly, and the file against what the register knows.

pyHanko alone accepts a file cut back to an earlier level, levels signed out of order, another officer's
certificate in a field, and bytes after the end; those are checked here. How one seal and one stamp are judged:
`verification`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hukou.kernel import canonical, clock

from . import trust
from .errors import SuiteNotOffered
from .types import Expected, Field, Outcome, SealReport, SealVerdict, StampVerdict
from .verification import chain as chain_of_time
from .verification import judging, names
from .verification.chain import Chain
from .verification.evidence import Evidence
from .verification.judging import ANYONE, Judged, Place
from .verification.policy import STRICT

__all__ = ["ANYONE", "STRICT", "report"]

LEVEL = re.compile(r"level(\d+)_")


def report(pdf: bytes, expected: Expected | None = None, *, known: trust.Known | None = None) -> SealReport:
    """Verify every seal, every stamp and the file as a whole, as of now.

    Without `expected` (a file that came from elsewhere) the file's own fields say what belongs in it: signers are
    checked against our root only, and a field still empty makes the file INDETERMINATE. `known`: whom to trust,
    instead of what this server knows.
    """
    known = known or trust.known()  # outside: when our own authority cannot be read, nothing is said about the file
    try:
        return _report(pdf, expected, known)
    except Exception as broken:  # forged bytes may break any parser below; that is a verdict, not a crash
        return SealReport(Outcome.FAILED, (), ("unreadable", type(broken).__name__))


def _report(pdf: bytes, expected: Expected | None, known: trust.Known) -> SealReport:
    # The reader holds caches that grow with use; one per file, strict about structure.
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    embedded = list(reader.embedded_signatures)
    found = {one.field_name: one for one in embedded if one.sig_object_type == "/Sig"}
    told = expected is not None
    expected = expected or _told_by(reader, found)
    evidence = Evidence.of(reader, known)
    chain = chain_of_time.judge(embedded, evidence, clock.now())
    reasons = _of_the_file(pdf, expected, found, chain)
    order = [found[field.name].signed_revision for field in expected.fields if field.name in found]
    out_of_order = order != sorted(order)
    last = max(found.values(), key=lambda one: one.signed_revision, default=None)
    final = max(embedded, key=lambda one: one.signed_revision, default=None)
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
            judged = _judged(
                signature,
                expected.signed[field.name],
                chain=chain,
                evidence=evidence,
                place=Place(last=signature is last, ends_file=signature is final),
                must_be_stamped=expected.stamped,
            )
            if out_of_order:
                judged = replace(judged, outcome=Outcome.FAILED, reasons=[*judged.reasons, "out_of_order"])
            verdicts.append(_verdict(field, signature, judged))
    still_empty = (
        [] if told else [f"not_yet_sealed:{field.name}" for field in expected.fields if field.name not in found]
    )
    outcome = _overall(verdicts, chain.verdicts, reasons)
    if outcome == Outcome.PASSED and still_empty:
        outcome = Outcome.INDETERMINATE
    return SealReport(outcome, tuple(verdicts), (*reasons, *still_empty), tuple(chain.verdicts))


def _of_the_file(pdf: bytes, expected: Expected, found: dict[str, EmbeddedPdfSignature], chain: Chain) -> list[str]:
    digest = canonical.sha256(pdf) if expected.sha256 or expected.told else ""
    reasons: list[str] = []
    if expected.sha256 and digest != expected.sha256:
        reasons.append("whole_file_digest_differs")
    if expected.told and digest != expected.told:
        reasons.append("trail_digest_differs")
    if expected.later:
        reasons.append("later_seals_exist")
    reasons += [f"unexpected_seal:{name}" for name in found if name not in expected.signed]
    newest = max((one.signed_revision for one in found.values()), default=-1)
    if expected.stamped and found and (chain.newest is None or chain.newest.signed_revision < newest):
        reasons.append("closing_stamp_missing")
    return reasons


def _judged(
    signature: EmbeddedPdfSignature,
    fingerprint: str,
    *,
    chain: Chain,
    evidence: Evidence,
    place: Place,
    must_be_stamped: bool,
) -> Judged:
    try:
        return judging.judge(
            signature, fingerprint, chain=chain, evidence=evidence, place=place, must_be_stamped=must_be_stamped
        )
    except SuiteNotOffered:  # this machine cannot check it, so it says nothing against the seal
        return Judged(Outcome.INDETERMINATE, [SuiteNotOffered.code])
    except Exception as broken:  # see `report`; the other seals are still judged
        return Judged(Outcome.FAILED, [f"invalid:{type(broken).__name__}"])


def _verdict(field: Field, signature: EmbeddedPdfSignature, judged: Judged) -> SealVerdict:
    try:
        signer, moment = names.of(signature.signer_cert), signature.self_reported_timestamp
    except Exception:  # what cannot be read has no name; `judged` says why
        signer, moment = "", None
    return SealVerdict(
        field.name,
        field.level,
        field.step,
        field.kind,
        signer,
        judged.outcome,
        tuple(judged.reasons),
        moment,
        judged.stamped_at,
        judged.stamped_by,
    )


def _told_by(reader: PdfFileReader, found: dict[str, EmbeddedPdfSignature]) -> Expected:
    """What a file says of itself: its signature fields in the order of their levels, each filled by anyone we trust."""
    fields = []
    for name, value, reference in enumerate_sig_fields(reader):
        if value is not None and value.get_object().get("/Type") == "/DocTimeStamp":
            continue
        level = LEVEL.match(name)
        kind = "personal" if name.endswith("_officer") else "unit"
        box = tuple(float(edge) for edge in reference.get_object().get("/Rect", (0, 0, 0, 0)))
        fields.append(Field(name, int(level[1]) if level else 0, "", kind, 0, box))  # type: ignore[arg-type]
    fields.sort(key=lambda field: (field.level, field.kind))
    return Expected(tuple(fields), dict.fromkeys(found, ANYONE))


def _overall(verdicts: list[SealVerdict], stamps: Sequence[StampVerdict], reasons: list[str]) -> Outcome:
    outcomes = {*(seal.outcome for seal in verdicts), *(stamp.outcome for stamp in stamps)}
    if reasons or Outcome.FAILED in outcomes:
        return Outcome.FAILED
    if not verdicts or Outcome.INDETERMINATE in outcomes:
        return Outcome.INDETERMINATE
    return Outcome.PASSED
