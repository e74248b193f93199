"""The electronic notice (电子通知单): what was decided, and what the station does next (domain.md §4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .codes import qr
from .typesetting import Box, city_minute, grouped_id_number, template


@dataclass(frozen=True)
class Notice:
    """Everything the notice says."""

    bureau: str
    number: str
    granted: bool
    case_number: str
    category: str
    sub_type: str
    subject_name: str
    subject_id_number: str
    """18 characters, or "" for a newborn."""
    accepting_office: str
    accepted_at: datetime
    deciding_office: str
    decided_at: datetime
    opinion: str
    """The last level's words; of a refusal these are the reason, and stand under that heading."""
    legal_basis: str
    """Of a refusal; empty otherwise."""
    next_step: str
    due_on: date
    printed_at: datetime
    check_code: str
    check_url: str = ""
    """Where anybody can check it; "" where there is no public page."""


@dataclass(frozen=True)
class ComposedNotice:
    """The notice as PDF, and where the unit's seal belongs."""

    pdf: bytes
    seal: Box


def compose(notice: Notice) -> ComposedNotice:
    """Typeset the notice."""
    typeset = template("notice").pdf(_data(notice), made_at=notice.printed_at)
    return ComposedNotice(typeset.pdf, typeset.areas["unit_seal"])


def render(notice: Notice) -> bytes:
    """The notice as PDF alone."""
    return compose(notice).pdf


def _data(notice: Notice) -> dict[str, object]:
    rows = [
        ("办件编号", notice.case_number),
        ("业务类别", f"{notice.category}　{notice.sub_type}"),
        ("当事人", notice.subject_name),
        ("公民身份号码", grouped_id_number(notice.subject_id_number) or "—"),
        ("审批单位", notice.deciding_office),
        ("审批意见" if notice.granted else "不予办理理由", notice.opinion),
    ]
    if notice.legal_basis:
        rows.append(("法律依据", notice.legal_basis))
    due, decided = notice.due_on, city_minute(notice.decided_at)
    return {
        "bureau": notice.bureau,
        "title": "准予办理通知单" if notice.granted else "不予办理通知单",
        "verdict": "准予办理" if notice.granted else "不予办理",
        "number": notice.number,
        "check_code": " ".join(notice.check_code[i : i + 4] for i in range(0, len(notice.check_code), 4)),
        "accepting_office": notice.accepting_office,
        "accepted_at": city_minute(notice.accepted_at),
        "rows": [list(row) for row in rows],
        "next_step": notice.next_step,
        "due_on": f"{due.year}年{due.month}月{due.day}日",
        "deciding_office": notice.deciding_office,
        "decided_on": decided.split(" ")[0],
        "printed_at": city_minute(notice.printed_at),
        "qr": qr(notice.check_url or f"{notice.number} {notice.check_code}"),
    }
