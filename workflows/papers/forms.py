"""Forms the desk prints for a case: the application form and the confirmation sheet. How to add one: README."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hukou.accounts.models import Office
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock
from workflows.cases import folders, forms
from workflows.cases.models import Case

from . import families
from .codes import qr
from .typesetting import city_minute, grouped_id_number, template

APPLY = frozenset({"M_APPLY_FORM", "M_ID_FORM", "M_ID_FORM_REMOTE", "M_TEMP_ID_FORM", "M_RP_FORM"})
CONFIRM = "M_CONFIRM_SHEET"


@dataclass(frozen=True)
class Form:
    """Everything a printed form says."""

    bureau: str
    title: str
    case_mark: str
    """Case number, or which draft it is."""
    station: str
    rows: tuple[tuple[str, str], ...]
    """Short fields, two in a row; an empty value is a blank to be written in."""
    blocks: tuple[tuple[str, str], ...]
    """Long fields over the whole width."""
    materials: tuple[str, ...]
    declaration: str
    signers: tuple[str, ...]
    slot: str
    """What its QR code says: case id and material code, so that the signed sheet finds its slot."""
    printed_at: datetime


def printable(case: Case) -> tuple[str, ...]:
    """Material codes of the case for which a form can be printed, in slot order."""
    lines = catalogue.spec_of(case.subtype).materials
    return tuple(line.code for line in lines if line.code in APPLY or line.code == CONFIRM)


def slot_text(case_id: int, code: str) -> str:
    """What the QR code of a form says. No personal data."""
    return f"HK1 {case_id} {code}"


def read_slot(text: str) -> tuple[int, str] | None:
    """Case id and material code of a form's QR code, or None when it is something else."""
    mark, _, rest = text.partition(" ")
    number, _, code = rest.partition(" ")
    return (int(number), code) if mark == "HK1" and number.isdecimal() and code.startswith("M_") else None


def form_of(case: Case, code: str) -> Form:
    """The form of one slot, filled with what the case says. Raises LookupError when the slot has none."""
    if code not in printable(case):
        raise LookupError(f"no form for {code}")
    family = families.of(case.subtype.code)
    said = forms.values_of(case)
    confirm = code == CONFIRM
    rows = [
        ("申请人", said["applicant_name"]),
        ("公民身份号码", grouped_id_number(said["applicant_id_number"])),
        ("联系电话", said.get("phone", "")),
        (family.subject, said.get("subject_name", "")),
    ]
    fields = [(label, said.get(source, "")) for label, source in family.fields]
    # A confirmation sheet shows what was typed, for checking; there is nothing on it to be written in.
    rows += [pair for pair in fields if pair[1]] if confirm else fields
    return Form(
        bureau=case.station.at_level(Office.Level.CITY).name,
        title="信息核对确认单" if confirm else _title(case, code, family),
        case_mark=case.number or f"草稿 {case.pk}",
        station=case.station.name,
        rows=tuple(rows),
        blocks=(
            ("申请业务", f"{case.subtype.code} {case.subtype.name_zh}"),
            ("户口所在地址", said.get("address", "")),
            (family.request, said.get("reason", "")),
        ),
        materials=tuple(
            f"{slot.spec.name_zh}{f'（{len(slot.pages)} 页）' if slot.pages else ''}"
            for slot in folders.of(case).slots
            if (slot.needed or slot.pages) and slot.spec.stage == "acceptance"
        ),
        declaration=(
            "本人已逐项核对以上信息，确认与本人申报内容及所交材料一致，准确无误。"
            if confirm
            else "本人声明：以上填报内容及所提交的材料真实、有效。如有虚假，愿承担相应的法律责任。"
        ),
        signers=("申请人（监护人）签名", "核对民警签名") if confirm else ("申请人（监护人）签名", "受理民警签名"),
        slot=slot_text(case.pk, code),
        printed_at=clock.now(),
    )


def render(form: Form) -> bytes:
    """The form as PDF, A4."""
    data = {
        **{name: value for name, value in vars(form).items() if name != "printed_at"},
        "qr": qr(form.slot),
        "printed_at": city_minute(form.printed_at),
    }
    return template("form").pdf(data, made_at=form.printed_at).pdf


def _title(case: Case, code: str, family: families.Family) -> str:
    if code == "M_APPLY_FORM":
        return family.apply_title
    return next(line.name_zh for line in catalogue.spec_of(case.subtype).materials if line.code == code)
