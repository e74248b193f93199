"""The case file: the approval form with its seal fields, and every captured page, as one PDF."""

from __future__ import annotations

from capture.sessions import storage
from workflows.cases import folders, forms
from workflows.cases.models import Case
from workflows.papers import approval_form
from workflows.seals import actions as seals
from workflows.seals.models import SealedDocument

from .steps import STEPS, office_of


def prepare(case: Case) -> SealedDocument:
    """Make the case file of the case's present revision, with all seal fields laid out and none signed."""
    folder = folders.of(case)
    form = approval_form.ApprovalForm(
        case_number=case.number or "",
        bureau=case.station.at_level("city").name,
        station=case.station.name,
        category=case.subtype.category_zh,
        subtype=f"{case.subtype.code} {case.subtype.name_zh}",
        applicant=case.applicant_name,
        applicant_id=case.applicant.id_number or "",
        accepted_at=case.accepted_at,
        fields=[(str(label), forms.values_of(case).get(name, "")) for name, label in forms.FIELDS.items()],
        materials=[
            (slot.spec.name_zh, len(slot.pages), slot.pages[0].page.sha256[:16] if slot.pages else "")
            for slot in folder.slots
            if slot.pages
        ],
        levels=[(step, str(STEPS[step].label), office_of(step, case.station).name) for step in case.chain],
    )
    jpegs = [storage.read("pages", placed.page.sha256) for slot in folder.slots for placed in slot.pages]
    return seals.prepare_case_file(case_id=case.pk, revision=case.revision, form=form, page_jpegs=jpegs)
