"""What was corrected in the form of a case: each change with what stood there before and after.

The rows before a change are kept by a trigger of the database (`Case`, django-pghistory), so a change by SQL is seen too.
They hold personal data, are read within the scope of the case only, and prove nothing: what proves a change is the event
`case.updated`, which holds the digests of the form before and after. A change is `on_record` when there is such an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import queries as trail
from hukou.accounts.models import Officer

from . import forms
from .models import Case

TICKS: dict[str, str | Promise] = {"facts": _("Facts"), "judged": _("Materials judged to apply")}


@dataclass(frozen=True)
class Field:
    """One field that changed."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """One change of the form."""

    at: datetime
    by: Officer | None
    """Who corrected it, as the trail says; None when the trail knows of no such change."""
    fields: tuple[Field, ...]

    @property
    def on_record(self) -> bool:
        """False for a change nobody made through the system."""
        return self.by is not None


def of(case: Case) -> list[Correction]:
    """The changes of a case's form, oldest first. One question where nothing was corrected, three otherwise."""
    rows = list(apps.get_model("cases", "EarlierForm").objects.filter(pgh_obj=case).order_by("pgh_id"))
    if not rows:
        return []
    known = apps.get_model("registry", "Person").objects.in_bulk({row.applicant_id for row in rows})
    for row in rows:
        row.applicant = known[row.applicant_id]
    states = [*rows, case]
    digests = [forms.digest(state) for state in states]
    made = {
        (event.details.get("form_before"), event.details.get("form_after")): event.officer_id
        for event in trail.events_of(case).filter(action="case.updated")
    }
    officers = Officer.objects.in_bulk({officer for officer in made.values() if officer})
    return [
        Correction(
            at=row.pgh_created_at,
            by=officers.get(made.get((digests[place], digests[place + 1]))),
            fields=tuple(_changed(row, states[place + 1])),
        )
        for place, row in enumerate(rows)
    ]


def _changed(before: Any, after: Any) -> list[Field]:
    was, now = _said(before), _said(after)
    labels = {**forms.FIELDS, **TICKS}
    return [Field(labels[name], was[name], now[name]) for name in labels if was[name] != now[name]]


def _said(state: Any) -> dict[str, str]:
    """All fields of a form as text; ticks by their codes."""
    typed = {name: str(forms.values_of(state).get(name, "")) for name in forms.FIELDS}
    return typed | {name: ", ".join(getattr(state, name)) for name in TICKS}
