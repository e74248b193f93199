"""The verbs on a case before it is handed up: open, type, capture, accept, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from audit.trail import actions as trail
from capture.sessions import actions as sessions
from capture.sessions.models import Page
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock, push
from hukou.kernel.errors import NotFound
from hukou.registry import actions as registry

from . import errors, folders, forms, transitions
from .models import Case, Material, MaterialPage
from .numbers import next_case_number
from .transitions import Verb

SUBJECT = "cases.case"


@trail.records_refusal("case.open", subject="accounts.office", key="station")
@transaction.atomic
def open_case(*, station: Office, subtype_code: str, form: Mapping[str, str], facts: set[str], by: Officer) -> Case:
    """Open a draft at the window: its slots come from the current catalogue.

    Raises NotPermitted, NotFound (no such sub-type), BadForm.
    """
    policies.require(by, "case.open", station)
    subtype = catalogue.current_subtype(subtype_code)
    application = forms.read(form)
    case = Case(
        station=station,
        subtype=subtype,
        facts=sorted(forms.known_facts(subtype, facts)),
        session=sessions.open_session(office=station, by=by),
        opened_by=by,
        opened_at=clock.now(),
    )
    _fill(case, application)
    case.save()
    spec = catalogue.spec_of(subtype)
    Material.objects.bulk_create(
        Material(case=case, code=line.code, position=position) for position, line in enumerate(spec.materials, 1)
    )
    trail.record("case.opened", subject=case, by=by, details={"subtype": subtype.code})
    return case


@trail.records_refusal("case.update", subject=SUBJECT, key="case_id")
@transaction.atomic
def update_case(*, case_id: int, form: Mapping[str, str], facts: set[str], judged: set[str], by: Officer) -> Case:
    """Correct what was typed: the form, the facts that hold, the materials the officer judged to apply.

    Raises NotPermitted, WrongState, BadForm.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.update", case)
    transitions.require(case, Verb.UPDATE)
    before = forms.digest(case)
    _fill(case, forms.read(form))
    case.facts = sorted(forms.known_facts(case.subtype, facts))
    case.judged = sorted(forms.judgeable(case.subtype, judged))
    case.save()
    after = forms.digest(case)
    if before != after:
        trail.record("case.updated", subject=case, by=by, details={"form_before": before, "form_after": after})
    return case


@trail.records_refusal("case.capture", subject=SUBJECT, key="case_id")
def capture_page(
    *,
    case_id: int,
    material_code: str,
    data: bytes,
    claimed_sha256: str | None,
    by: Officer,
    device: str = "",
    corners: list[list[float]] | None = None,
) -> MaterialPage:
    """Store a still and put the page made of it into its slot. Sending the same bytes twice places one page.

    The picture is straightened before the case is locked: that takes half a second and must not make
    others wait. Raises NotPermitted, WrongState, NoSuchMaterial, SlotFull, PageInOtherSlot, PageRefused and
    the errors of `capture.sessions`.
    """
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    policies.require(by, "case.capture", case)
    material = _slot(case, material_code)
    _require_stage(case, material)
    page = sessions.store_page(
        session_id=case.session_id,
        data=data,
        claimed_sha256=claimed_sha256,
        by=by,
        device=device,
        corners=corners,
        kind="portrait" if material_code == folders.PORTRAIT else "page",
    )
    if page.verdict == Page.Verdict.REFUSE:
        findings = sessions.findings(page)
        raise errors.PageRefused(
            reasons=" ".join(str(finding.message) for finding in findings),
            advice=" ".join(str(finding.advice) for finding in findings),
            page=page,
        )
    return _place(case_id=case_id, material=material, page=page, by=by)


@transaction.atomic
def _place(*, case_id: int, material: Material, page: Page, by: Officer) -> MaterialPage:
    case = Case.objects.lock(case_id)
    policies.require(by, "case.capture", case)
    _require_stage(case, material)
    spec = folders.line(case, material.code)
    already = MaterialPage.objects.filter(page=page, superseded_at=None).select_related("material").first()
    if already is not None:
        if already.material_id == material.pk:
            return already
        raise errors.PageInOtherSlot(material=folders.title(folders.line(case, already.material.code)))
    live = material.placements.filter(superseded_at=None)
    count = live.count()
    if count >= spec.max_pages:
        raise errors.SlotFull(material=folders.title(spec), count=count)
    last = material.placements.order_by("-position").values_list("position", flat=True).first() or 0
    placed = MaterialPage.objects.create(
        material=material, page=page, position=last + 1, placed_by=by, placed_at=clock.now()
    )
    trail.record(
        "case.page_placed",
        subject=case,
        by=by,
        details={"material": material.code, "position": placed.position, "page": page.pk, "sha256": page.sha256},
    )
    return placed


@trail.records_refusal("case.supersede_page", subject=SUBJECT, key="case_id")
@transaction.atomic
def supersede_page(*, case_id: int, placement_id: int, reason: str, by: Officer) -> MaterialPage:
    """Take a page out of its slot; it stays in the archive with the reason. Raises NotFound, ReasonNeeded."""
    case = Case.objects.lock(case_id)
    policies.require(by, "case.capture", case)
    transitions.require(case, Verb.CAPTURE)
    placement = (
        MaterialPage.objects.filter(pk=placement_id, material__case=case, superseded_at=None)
        .select_related("material", "page")
        .first()
    )
    if placement is None:
        raise NotFound
    if not reason.strip():
        raise errors.ReasonNeeded
    _require_stage(case, placement.material)
    placement.superseded_by, placement.superseded_at = by, clock.now()
    placement.superseded_reason = reason.strip()[:200]
    placement.save()
    trail.record(
        "case.page_superseded",
        subject=case,
        by=by,
        details={"material": placement.material.code, "position": placement.position, "sha256": placement.page.sha256},
    )
    return placement


@trail.records_refusal("case.accept", subject=SUBJECT, key="case_id")
@transaction.atomic
def accept_case(*, case_id: int, by: Officer, deferred_reason: str = "") -> Case:
    """Accept the case: it gets its number, its chain and its capture deadline.

    Complete acceptance materials are asked for, or a reason to capture them later (延迟采录, domain.md §1).
    Raises NotPermitted, WrongState, MaterialsMissing.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.accept", case)
    transitions.require(case, Verb.ACCEPT)
    missing = folders.of(case).missing_of("acceptance")
    deferred_reason = deferred_reason.strip()[:200] if missing else ""
    if missing and not deferred_reason:
        raise folders.missing_error(missing)
    if deferred_reason:
        case.session = sessions.open_session(office=case.station, by=by, mode="deferred", reason=deferred_reason)
    spec = catalogue.spec_of(case.subtype)
    case.accepted_by, case.accepted_at = by, clock.now()
    case.number = next_case_number(station=case.station, subtype_code=spec.code, day=clock.today())
    case.catalogue_version = case.subtype.catalogue.version
    case.chain = list(spec.chain)
    case.deferred_reason = deferred_reason
    case.capture_due_at = case.accepted_at + timedelta(hours=spec.capture_due_hours)
    case.status = Case.Status.ACCEPTED
    case.save()
    trail.record(
        "case.accepted",
        subject=case,
        by=by,
        details={
            "number": case.number,
            "catalogue": case.catalogue_version,
            "chain": case.chain,
            "content": folders.content_digest(case),
            "deferred": bool(deferred_reason),
        },
    )
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return case


def _fill(case: Case, application: forms.Application) -> None:
    case.applicant = registry.meet(
        name=application.applicant_name,
        id_number=application.applicant_id_number,
        sex=application.sex,
        born_on=application.born_on,
    )
    case.applicant_name = application.applicant_name
    case.applicant_phone = application.phone
    case.form = application.fields


def _slot(case: Case, code: str) -> Material:
    material = case.materials.filter(code=code).first()
    if material is None:
        raise errors.NoSuchMaterial(material=code)
    return material


def _require_stage(case: Case, material: Material) -> None:
    """After the approval only completion papers are captured; before it, any but the last word is open."""
    transitions.require(case, Verb.CAPTURE)
    line = folders.line(case, material.code)
    if case.status == Case.Status.APPROVED and line.stage != "completion":
        raise errors.StageNotOpen(material=folders.title(line), state=case.get_status_display())
