"""The approval form (户政业务审批表): the first pages of a case file, with a place for every seal to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .typesetting import Box, city_minute, grouped_id_number, template


@dataclass(frozen=True)
class MaterialLine:
    """One line of the list of materials."""

    name: str
    pages: int
    digest: str
    """SHA-256 of its first page, hex; the form shows the beginning."""


@dataclass(frozen=True)
class LevelFrame:
    """The framed box of one level of the chain."""

    level: int
    """1-based."""
    heading: str
    """What stands at the side, e.g. 受理意见, 审核意见, 审批意见."""
    office: str
    """Name of the deciding unit."""
    unit_seal: bool
    """Whether the unit's seal is asked for beside the officer's."""


@dataclass(frozen=True)
class ApprovalForm:
    """Everything the form says. Plain text and moments; nothing is looked up."""

    bureau: str
    case_number: str
    category: str
    sub_type: str
    applicant_name: str
    applicant_id_number: str
    """18 characters, or "" for a newborn."""
    subject: str
    """What is asked for, in one line."""
    accepting_office: str
    accepted_at: datetime
    fields: tuple[tuple[str, str], ...]
    """Label and value of what the application form says, in order."""
    facts: tuple[str, ...]
    materials: tuple[MaterialLine, ...]
    levels: tuple[LevelFrame, ...]
    revision: int
    made_at: datetime
    title: str = "户政业务审批表"
    """The family's own, see `families`."""


@dataclass(frozen=True)
class LevelBoxes:
    """Where the seals of one level go."""

    level: int
    officer: Box
    unit: Box | None


@dataclass(frozen=True)
class ComposedForm:
    """The form as PDF, and where its signature fields belong."""

    pdf: bytes
    boxes: tuple[LevelBoxes, ...]


def compose(form: ApprovalForm) -> ComposedForm:
    """Typeset the form and report the rectangle of every seal."""
    typeset = template("approval_form").pdf(_data(form), made_at=form.made_at)
    boxes = tuple(
        LevelBoxes(
            frame.level,
            officer=typeset.areas[f"level{frame.level}_officer"],
            unit=typeset.areas.get(f"level{frame.level}_unit"),
        )
        for frame in form.levels
    )
    return ComposedForm(typeset.pdf, boxes)


def render(form: ApprovalForm) -> bytes:
    """The form as PDF alone."""
    return compose(form).pdf


def _data(form: ApprovalForm) -> dict[str, object]:
    return {
        "bureau": form.bureau,
        "title": form.title,
        "case_number": form.case_number,
        "category": form.category,
        "sub_type": form.sub_type,
        "applicant_name": form.applicant_name,
        "applicant_id_number": grouped_id_number(form.applicant_id_number) or "—",
        "subject": form.subject,
        "accepting_office": form.accepting_office,
        "accepted_at": city_minute(form.accepted_at),
        "fields": [list(pair) for pair in form.fields],
        "facts": list(form.facts),
        "materials": [{"name": line.name, "pages": line.pages, "digest": line.digest[:20]} for line in form.materials],
        "levels": [vars(frame) for frame in form.levels],
        "revision": form.revision,
        "made_at": city_minute(form.made_at),
    }
