"""The chain of time: every stamp over the file is checked as of the next newer one, the newest as of now.

A certificate runs out, a service gets another key, a digest grows weak; the stamp that was put on while the older one
could still be checked carries it on. So the newest stamp is judged now, the one before at the time the newest
proves, and so on back to the seals (ETSI EN 319 102-1 clause 5.6 in the shape our files have).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import DocumentTimestampStatus, SignatureCoverageLevel

from workflows.seals.errors import SuiteNotOffered
from workflows.seals.stamps.tokens import TOLERANCE
from workflows.seals.types import Outcome, StampVerdict

from . import names, words
from .evidence import Evidence
from .policy import carries_strangers, padded_with_zeros

WHOLE = SignatureCoverageLevel.ENTIRE_FILE
REVISION = SignatureCoverageLevel.ENTIRE_REVISION


@dataclass(frozen=True)
class Chain:
    """The stamps over a file, oldest first, and from when on each was proven to be there."""

    now: datetime
    stamps: Sequence[EmbeddedPdfSignature]
    verdicts: Sequence[StampVerdict]

    def proven(self, signature: EmbeddedPdfSignature) -> datetime | None:
        """The earliest time at which the signature is proven to have been in the file; None when no stamp covers it."""
        for stamp, verdict in zip(self.stamps, self.verdicts, strict=True):
            if stamp.signed_revision > signature.signed_revision and verdict.outcome == Outcome.PASSED:
                return verdict.moment
        return None

    @property
    def newest(self) -> EmbeddedPdfSignature | None:
        """The stamp that closes the file."""
        return self.stamps[-1] if self.stamps else None


def judge(embedded: Sequence[EmbeddedPdfSignature], evidence: Evidence, now: datetime) -> Chain:
    """Judge every stamp over the file, newest to oldest. `embedded`: all signatures of the file, seals too."""
    in_order = sorted(embedded, key=lambda one: one.signed_revision)
    stamps = [one for one in in_order if one.sig_object_type == "/DocTimeStamp"]
    verdicts: list[StampVerdict] = []
    moment = now
    for stamp in reversed(stamps):
        try:
            verdict = _judge(stamp, evidence, moment, ends_file=stamp is in_order[-1], now=now)
        except SuiteNotOffered:  # this machine cannot check it, so it says nothing against the stamp
            verdict = StampVerdict(stamp.field_name, "", Outcome.INDETERMINATE, (SuiteNotOffered.code,))
        except Exception as broken:  # forged bytes may break any parser; the rest is still judged
            verdict = StampVerdict(stamp.field_name, "", Outcome.FAILED, (f"invalid:{type(broken).__name__}",))
        verdicts.append(verdict)
        if verdict.outcome == Outcome.PASSED and verdict.moment is not None:
            moment = verdict.moment
    return Chain(now, stamps, verdicts[::-1])


def _judge(
    stamp: EmbeddedPdfSignature, evidence: Evidence, moment: datetime, *, ends_file: bool, now: datetime
) -> StampVerdict:
    # What was changed after a stamp is judged by the seals before it: they see every later revision.
    status = validate_pdf_timestamp(stamp, evidence.at(moment), skip_diff=True)
    outcome, why = Outcome.PASSED, _faults(stamp, status, moment, ends_file=ends_file, now=now)
    if carries_strangers(stamp, status, evidence):
        why.append("hidden_bytes")
    if why:
        outcome = Outcome.FAILED
    elif not status.trusted:
        revoked = status.revoked and status.revocation_details and not status.revocation_details.ca_revoked
        outcome, why = Outcome.INDETERMINATE, ["revoked" if revoked else words.of_path(status.trust_problem_indic)]
    return StampVerdict(
        stamp.field_name, names.of(status.signing_cert), outcome, tuple(why), status.timestamp, _digest(stamp)
    )


def _faults(
    stamp: EmbeddedPdfSignature, status: DocumentTimestampStatus, moment: datetime, *, ends_file: bool, now: datetime
) -> list[str]:
    why = []
    if not padded_with_zeros(stamp):
        why.append("hidden_bytes")
    if not status.intact:
        why.append("digest_mismatch")
    if not status.valid:
        why.append("signature_invalid")
    if ends_file and status.coverage != WHOLE:
        why.append("bytes_after_end")
    if not ends_file and status.coverage not in (WHOLE, REVISION):
        why.append("not_fully_covered")
    if status.timestamp > now + TOLERANCE:
        why.append("stamp_in_the_future")
    elif status.timestamp > moment + TOLERANCE:
        why.append("stamps_out_of_order")
    return why


def _digest(stamp: EmbeddedPdfSignature) -> str:
    said = stamp.signed_data["encap_content_info"]["content"].parsed
    return str(said["message_imprint"]["hash_algorithm"]["algorithm"].native)
