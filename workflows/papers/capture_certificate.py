"""The certificate of capture (采集证明): when and by whom a page was captured, each step of the proof, and the page itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from . import casefile
from .typesetting import city_minute, template

VERDICTS = {
    "PASSED": "经核验，此页确系如下所述采集，此后未被改动。",
    "FAILED": "经核验，以下有一步不成立，此页未能证明。",
}


@dataclass(frozen=True)
class ProofStep:
    """One step from the picture to the witness."""

    outcome: str
    """PASSED, FAILED or INDETERMINATE."""
    words: str
    value: str
    """The digest, number or name it is about."""


@dataclass(frozen=True)
class CaptureCertificate:
    """Everything the certificate says. Nothing is looked up."""

    bureau: str
    case_number: str
    """"" for a case without one."""
    outcome: str
    """PASSED or FAILED."""
    picture: str
    """SHA-256 of the page, hex."""
    rows: tuple[tuple[str, str], ...]
    """What, when, by whom: label and value."""
    steps: tuple[ProofStep, ...]
    log: tuple[tuple[str, str], ...]
    """The place in the log: label and value."""
    checked_at: datetime


def render(certificate: CaptureCertificate, jpeg: bytes | None) -> bytes:
    """The certificate as PDF, A4, the page it proves on the sheet after it when there is one."""
    pdf = (
        template("capture_certificate")
        .pdf(
            {
                "bureau": certificate.bureau,
                "case_number": certificate.case_number,
                "verdict": VERDICTS[certificate.outcome],
                "picture": certificate.picture,
                "rows": [list(row) for row in certificate.rows],
                "steps": [vars(step) for step in certificate.steps],
                "log": [list(row) for row in certificate.log],
                "checked_at": city_minute(certificate.checked_at),
            },
            made_at=certificate.checked_at,
        )
        .pdf
    )
    return casefile.merge(pdf, [jpeg] if jpeg else [], title=certificate.case_number)
