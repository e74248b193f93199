"""Letters to the applicant: 受理回执, 补正告知书, 不予受理告知书, 不予办理告知书. How to add one: README.

Remedies are those of 行政复议法 (2023) art 20: sixty days, and 行政诉讼法 art 46: six months.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hukou.catalogue import queries as catalogue
from workflows.cases import folders, letters
from workflows.cases.errors import LetterIncomplete
from workflows.cases.letters import Details, Heading, Kind
from workflows.cases.models import Case

from . import receipt
from .approval_form import MaterialLine
from .codes import qr
from .typesetting import city_minute, template

SEALED = frozenset({"in_review", "suspended", "returned", "approved", "completed", "refused", "filed"})


@dataclass(frozen=True)
class Letter:
    """Everything an A4 letter says, below the heading."""

    heading: Heading
    title: str
    addressee: str
    case_number: str
    """"" of a case that was never accepted."""
    sub_type: str
    opening: str
    points_heading: str
    points: tuple[str, ...]
    """Numbered lines: what is missing."""
    rows: tuple[tuple[str, str], ...]
    """Label and text: reason, legal basis."""
    closing: tuple[str, ...]
    """Paragraphs: what the applicant may do now."""


def render(letter: Letter) -> bytes:
    """The letter as PDF, A4."""
    heading = letter.heading
    data = {
        "bureau": heading.office.name,
        "title": letter.title,
        "number": heading.number,
        "revision": heading.revision,
        "check_code": grouped(heading.check_code),
        "qr": qr(f"{heading.number} {heading.check_code}"),
        "addressee": letter.addressee,
        "case_number": letter.case_number,
        "sub_type": letter.sub_type,
        "opening": letter.opening,
        "points_heading": letter.points_heading,
        "points": list(letter.points),
        "rows": [list(row) for row in letter.rows],
        "closing": list(letter.closing),
        "office": heading.office.name,
        "officer": heading.made_by.name,
        "made_on": city_minute(heading.made_at).split(" ")[0],
        "made_at": city_minute(heading.made_at),
    }
    return template("letter").pdf(data, made_at=heading.made_at).pdf


def grouped(check_code: str) -> str:
    """A check code in fours, as it is read aloud."""
    return " ".join(check_code[i : i + 4] for i in range(0, len(check_code), 4))


def acceptance_receipt(case: Case, heading: Heading, details: Details) -> bytes:
    """受理回执. `details` may name the `phone` of the office; nothing is needed."""
    folder = folders.of(case)
    days = catalogue.spec_of(case.subtype).limit_working_days.get("total")
    return receipt.render(
        receipt.Receipt(
            accepting_office=heading.office.name,
            case_number=case.number or "",
            applicant_name=case.applicant_name,
            sub_type=f"{case.subtype.code} {case.subtype.name_zh}",
            accepted_at=case.accepted_at or heading.made_at,
            promise=f"{days} 个工作日（调查、补正、公示时间不计入）" if days else "按规定时限办理",
            materials=tuple(
                MaterialLine(slot.spec.name_zh, len(slot.pages), "") for slot in folder.slots if slot.pages
            ),
            missing=tuple(slot.spec.name_zh for slot in folder.missing_of("acceptance", "investigation")),
            missing_due=None,
            officer=heading.made_by.name,
            phone=str(details.get("phone", "")),
            number=heading.number,
            check_code=heading.check_code,
        )
    )


def supplement_notice(case: Case, heading: Heading, details: Details) -> bytes:
    """补正告知书: everything that is missing, at once. `details["missing"]`: list of {code, what}."""
    names = {line.code: line.name_zh for line in catalogue.spec_of(case.subtype).materials}
    said = [(str(item.get("code", "")), str(item.get("what", "")).strip()) for item in details.get("missing", ())]
    points = [f"{names[code]}：{what}" if code in names and what else names.get(code, what) for code, what in said]
    told = {code for code, _what in said}
    # Told once and completely: what the folder itself lacks belongs on the list, whoever forgot to write it down.
    lacking = folders.of(case).missing_of("acceptance", "investigation")
    points += [f"{slot.spec.name_zh}：尚未提交" for slot in lacking if slot.spec.code not in told]
    reason = str(details.get("reason", "")).strip()
    if not points and not reason:
        raise LetterIncomplete(lacking=_("what is missing"))
    return render(
        Letter(
            heading=heading,
            title="补正告知书",
            addressee=case.applicant_name,
            case_number=case.number or "",
            sub_type=f"{case.subtype.code} {case.subtype.name_zh}",
            opening=f"你申请办理的“{case.subtype.name_zh}”，经审查，申请材料不齐全或者不符合规定形式，现一次性告知需要补正的全部内容。",
            points_heading="需要补正的内容",
            points=tuple(points) or (reason,),
            rows=(("审查意见", reason),) if reason and points else (),
            closing=(
                "请备齐上述材料后到受理派出所补正。补正期间不计入办理时限；材料补齐后，继续办理，无需重新申请。",
                "本告知书已列明全部需要补正的内容。如有疑问，请向受理派出所咨询。",
            ),
        )
    )


def non_acceptance_notice(case: Case, heading: Heading, details: Details) -> bytes:
    """不予受理告知书. `details`: reason, legal_basis."""
    return render(_refusal(case, heading, details, "不予受理"))


def refusal_notice(case: Case, heading: Heading, details: Details) -> bytes:
    """不予办理告知书. `details`: reason, legal_basis."""
    return render(_refusal(case, heading, details, "不予办理"))


def _refusal(case: Case, heading: Heading, details: Details, verdict: str) -> Letter:
    return Letter(
        heading=heading,
        title=f"{verdict}告知书",
        addressee=case.applicant_name,
        case_number=case.number or "",
        sub_type=f"{case.subtype.code} {case.subtype.name_zh}",
        opening=f"你申请办理的“{case.subtype.name_zh}”，经审查，不符合法定条件，决定{verdict}。",
        points_heading="",
        points=(),
        rows=((f"{verdict}理由", str(details["reason"])), ("法律依据", str(details["legal_basis"]))),
        closing=(
            "如不服本决定，可以自收到本告知书之日起六十日内依法向有管辖权的人民政府申请行政复议，"
            "或者自收到本告知书之日起六个月内依法向有管辖权的人民法院提起行政诉讼。",
            "情况发生变化、符合条件后，可以重新申请。",
        ),
    )


def register() -> None:
    """Called once at start-up."""
    letters.register(Kind("receipt", _("Acceptance receipt"), "SL", SEALED | {"accepted"}, (), acceptance_receipt))
    letters.register(
        Kind(
            "supplement",
            _("One-time notice of what is missing"),
            "BZ",
            frozenset({"draft", "accepted", "in_review", "returned"}),
            (),
            supplement_notice,
        )
    )
    letters.register(
        Kind(
            "not_accepted",
            _("Notice of non-acceptance"),
            "BS",
            frozenset({"draft", "not_accepted"}),
            ("reason", "legal_basis"),
            non_acceptance_notice,
        )
    )
    letters.register(
        Kind(
            "refused",
            _("Notice of refusal"),
            "BB",
            frozenset({"in_review", "refused", "filed"}),
            ("reason", "legal_basis"),
            refusal_notice,
        )
    )
