"""The folder of a case: its slots, what is missing, and the digest of its content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hukou.catalogue import queries as catalogue
from hukou.catalogue import requirements
from hukou.catalogue.requirements import Completeness, SlotState
from hukou.catalogue.types import MaterialSpec
from hukou.kernel import canonical

from . import errors, late
from .models import Case, HeldPage, Material, MaterialPage
from .types import LACKING, CaseFolder, Slot

PORTRAIT = "M_SITE_PHOTO"
STAGES = ("acceptance", "investigation", "completion")


def title(line: MaterialSpec) -> str:
    """Name of a material in the current language."""
    return line.name_en if (get_language() or "").startswith("en") else line.name_zh


def line(case: Case, code: str) -> MaterialSpec:
    """The catalogue line of a slot, from the version the case began with."""
    return next(line for line in catalogue.spec_of(case.subtype).materials if line.code == code)


def known(case: Case, codes: Iterable[str]) -> list[str]:
    """Those of `codes` that are materials of the case, in the order of its list."""
    asked = set(codes)
    return [line.code for line in catalogue.spec_of(case.subtype).materials if line.code in asked]


def kind_of(line: MaterialSpec) -> str:
    """`portrait` for the picture of the person at the window, else `page`."""
    return "portrait" if line.code == PORTRAIT else "page"


def held_pages(case: Case) -> list[HeldPage]:
    """Pages that wait until somebody keeps or drops them, in slot order."""
    return list(
        HeldPage.objects.filter(material__case=case, settled_at=None)
        .select_related("material", "page__original", "held_by")
        .order_by("material__position", "pk")
    )


def live_pages(*cases: Case) -> list[MaterialPage]:
    """Pages that lie in the slots now, in slot order then page order."""
    return _in_order(Q(material__case__in=cases, superseded_at=None))


def counting_pages(case: Case) -> list[MaterialPage]:
    """Pages that are the content of the case: the live ones, and of a filed case those filed (see `late`)."""
    return _in_order(Q(material__case=case) & late.counting(case))


def _in_order(which: Q) -> list[MaterialPage]:
    return list(
        MaterialPage.objects.filter(which)
        .select_related("material", "page__original", "held__settled_by")
        .order_by("material__case", "material__position", "position", "pk")
    )


def of(case: Case) -> CaseFolder:
    """The folder as it is now."""
    return of_each([case])[case.pk]


def as_filed(case: Case) -> CaseFolder:
    """The folder as its content stands: without what an open late capture has added or taken out."""
    return _of_each([case], counting_pages(case))[case.pk]


def of_each(cases: Collection[Case]) -> dict[int, CaseFolder]:
    """The folders of several cases by case: two queries, whatever the number of cases and slots."""
    return _of_each(cases, live_pages(*cases))


def _of_each(cases: Collection[Case], placements: list[MaterialPage]) -> dict[int, CaseFolder]:
    slots: dict[int, list[Material]] = defaultdict(list)
    for material in Material.objects.filter(case__in=cases).order_by("case", "position"):
        slots[material.case_id].append(material)
    pages: dict[int, list[MaterialPage]] = defaultdict(list)
    for placement in placements:
        pages[placement.material_id].append(placement)
    return {case.pk: _folder(case, [(material, pages[material.pk]) for material in slots[case.pk]]) for case in cases}


def live_counts(case: Case) -> dict[str, int]:
    """Material code → how many pages lie in its slot now. One query."""
    live = Count("placements", filter=Q(placements__superseded_at=None))
    return dict(Material.objects.filter(case=case).order_by().annotate(live=live).values_list("code", "live"))


def outlines(cases: Collection[Case]) -> dict[int, CaseFolder]:
    """The folders of several cases for a list: only the slots that lack something, and no pages. One query."""
    live = Count("placements", filter=Q(placements__superseded_at=None))
    rows = Material.objects.filter(case__in=cases).order_by().annotate(live=live)
    slots: dict[int, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for case, code, *slot in rows.values_list("case", "code", "pk", "position", "live"):
        slots[case][code] = (slot[0], slot[1], slot[2])
    return {case.pk: _outline(case, slots[case.pk]) for case in cases}


def _outline(case: Case, slots: dict[str, tuple[int, int, int]]) -> CaseFolder:
    lacking = []
    for state in _completeness(case, {code: live for code, (_pk, _position, live) in slots.items()}).slots:
        if state.needed and state.state in LACKING:
            pk, position, _live = slots[state.code]
            lacking.append(_slot(case, Material(pk=pk, case=case, code=state.code, position=position), state, []))
    return CaseFolder(case=case, slots=tuple(lacking))


def _folder(case: Case, filled: list[tuple[Material, list[MaterialPage]]]) -> CaseFolder:
    answer = _completeness(case, {material.code: len(pages) for material, pages in filled})
    states = {state.code: state for state in answer.slots}
    return CaseFolder(
        case=case, slots=tuple(_slot(case, material, states[material.code], pages) for material, pages in filled)
    )


def _completeness(case: Case, pages: dict[str, int]) -> Completeness:
    facts, judged = frozenset(case.facts), frozenset(case.judged)
    return requirements.completeness(
        catalogue.spec_of(case.subtype), facts=facts, judged=judged, pages=pages, stages=STAGES
    )


def _slot(case: Case, material: Material, state: SlotState, pages: list[MaterialPage]) -> Slot:
    spec = catalogue.spec_of(case.subtype)
    return Slot(
        material=material,
        spec=spec.material(material.code),
        needed=state.needed,
        state=state.state,
        why=requirements.reason_text(spec, state),
        due=state.stage,
        choice=state.group if state.why == requirements.Why.GROUP else None,
        pages=tuple(pages),
    )


def missing_error(missing: tuple[Slot, ...]) -> errors.MaterialsMissing:
    """The error that names what is missing."""
    names = [title(slot.spec) for slot in missing if slot.choice is None]
    for group in dict.fromkeys(slot.choice for slot in missing if slot.choice is not None):
        members = " / ".join(title(slot.spec) for slot in missing if slot.choice == group)
        names.append(_("{names} (any of these)").format(names=members))
    return errors.MaterialsMissing(count=len(names), names="、".join(names), missing=missing)


def content(case: Case) -> dict[str, Any]:
    """What a decision decides on: the form, the facts and exactly these pages, as canonical values."""
    return {
        "case": case.number or f"draft-{case.pk}",
        "subtype": case.subtype.code,
        "catalogue": case.catalogue_version,
        "applicant": [case.applicant_name, case.applicant.id_number or ""],
        "form": case.form,
        "facts": case.facts,
        "judged": case.judged,
        "pages": [
            [placed.material.code, placed.position, placed.page.sha256, placed.page.original.sha256]
            for placed in counting_pages(case)
        ],
    }


def content_digest(case: Case) -> str:
    """SHA-256 of the canonical content; what an officer's screen names when it decides."""
    return canonical.digest(content(case))
