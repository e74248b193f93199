"""The receipt of acceptance (受理回执): a half sheet the citizen takes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .approval_form import MaterialLine
from .codes import qr
from .typesetting import city_minute, template


@dataclass(frozen=True)
class Receipt:
    """Everything the receipt says."""

    accepting_office: str
    case_number: str
    applicant_name: str
    sub_type: str
    accepted_at: datetime
    promise: str
    """The promised limit in words, e.g. 10 个工作日."""
    materials: tuple[MaterialLine, ...]
    missing: tuple[str, ...]
    """Names of materials still to come."""
    missing_due: date | None
    officer: str
    phone: str
    number: str = ""
    """Of the letter; empty for a receipt that is not registered."""
    check_code: str = ""


def render(receipt: Receipt) -> bytes:
    """The receipt as PDF, A5 across."""
    due = receipt.missing_due
    data = {
        "accepting_office": receipt.accepting_office,
        "case_number": receipt.case_number,
        "applicant_name": receipt.applicant_name,
        "sub_type": receipt.sub_type,
        "accepted_at": city_minute(receipt.accepted_at),
        "promise": receipt.promise,
        "materials": [{"name": line.name, "pages": line.pages} for line in receipt.materials],
        "missing": list(receipt.missing),
        "missing_due": f"{due.year}年{due.month}月{due.day}日" if due else "",
        "officer": receipt.officer,
        "phone": receipt.phone,
        "number": receipt.number,
        "check_code": receipt.check_code,
        "qr": qr(f"{receipt.number} {receipt.check_code}"),
    }
    return template("receipt").pdf(data, made_at=receipt.accepted_at).pdf
