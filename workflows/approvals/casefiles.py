"""The case file: the approval form with its seal fields, and every captured page, as one PDF."""

from __future__ import annotations

from django.utils.translation import override

from capture.sessions import storage
from hukou.accounts.models import Office, Officer
from hukou.catalogue import sealing
from hukou.catalogue.types import facts_of
from hukou.kernel import clock
from workflows.cases import folders, forms
from workflows.cases.models import Case
from workflows.papers import approval_form, casefile, families
from workflows.papers.approval_form import ApprovalForm, LevelFrame, MaterialLine
from workflows.seals import actions as seals
from workflows.seals.consent import NOTHING, Consent
from workflows.seals.models import SealedDocument
from workflows.seals.steps import unit_seal_kind
from workflows.seals.types import Field

from .steps import STEPS, office_of

HEADINGS = {"accept": "受理意见", "review": "审核意见", "approve": "审批意见"}


@override("zh-hans")
def prepare(case: Case, *, by: Officer, consent: Consent = NOTHING) -> SealedDocument:
    """Make the case file of the case's present revision, with all seal fields laid out and none signed.

    Fields are kept for those who are known to sign: `by` the first level, which will be signed with `consent`, and the
    unit whose seal decides. Always in Chinese, whatever language the officer reads: it is the archive's document.
    Raises NoSeal.
    """
    folder = folders.of(case)
    composed = approval_form.compose(_form(case, folder.slots))
    jpegs = [storage.read("pages", placed.page.sha256) for slot in folder.slots for placed in slot.pages]
    pdf = casefile.merge(composed.pdf, jpegs, title=case.number or "")
    fields = []
    said = sealing.said_in(case.subtype.catalogue.meta)
    holders: dict[str, Officer | tuple[Office, str]] = {"level1_officer": by}
    for boxes in composed.boxes:
        step = case.chain[boxes.level - 1]
        for kind, box in (("personal", boxes.officer), ("unit", boxes.unit)):
            if box is not None:
                name = f"level{boxes.level}_{'officer' if kind == 'personal' else 'unit'}"
                fields.append(Field(name, boxes.level, step, kind, box.page, box.corners))
                if kind == "unit" and (unit_kind := unit_seal_kind(said, step, last=True)):
                    holders[name] = (office_of(step, case.station), unit_kind)
    return seals.prepare_case_file(
        case_id=case.pk, revision=case.revision, pdf=pdf, fields=fields, holders=holders, consent=consent
    )


def _form(case: Case, slots: tuple[folders.Slot, ...]) -> ApprovalForm:
    names = facts_of(case.subtype.catalogue.meta)
    values = forms.values_of(case)
    head = ("applicant_name", "applicant_id_number")
    return ApprovalForm(
        bureau=case.station.at_level(Office.Level.CITY).name,
        case_number=case.number or "",
        category=case.subtype.category_zh,
        sub_type=f"{case.subtype.code} {case.subtype.name_zh}",
        applicant_name=case.applicant_name,
        applicant_id_number=case.applicant.id_number or "",
        subject=case.subtype.name_zh,
        accepting_office=case.station.name,
        accepted_at=case.accepted_at or clock.now(),
        fields=tuple(
            (str(label), values[name]) for name, label in forms.FIELDS.items() if name not in head and values.get(name)
        ),
        facts=tuple(names[fact].zh for fact in case.facts),
        materials=tuple(
            MaterialLine(slot.spec.name_zh, len(slot.pages), slot.pages[0].page.sha256) for slot in slots if slot.pages
        ),
        levels=tuple(_frame(case, level, step) for level, step in enumerate(case.chain, 1)),
        revision=case.revision,
        made_at=clock.now(),
        title=families.of(case.subtype.code).approval_title,
    )


def _frame(case: Case, level: int, step: str) -> LevelFrame:
    return LevelFrame(
        level=level,
        heading=HEADINGS[step.partition("_")[2]],
        office=f"{office_of(step, case.station).name}　{STEPS[step].label}",
        unit_seal=unit_seal_kind(sealing.said_in(case.subtype.catalogue.meta), step, last=level == len(case.chain))
        is not None,
    )
