"""The verbs on the pages of a case: capture, keep or drop what is doubtful, turn, put in order, supersede."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.trail import actions as trail
from capture.sessions import actions as sessions
from capture.sessions import storage
from capture.sessions.models import Page
from capture.stations import queries as stations
from capture.stations.models import Camera
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.catalogue.types import MaterialSpec
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from . import doubts, errors, folders, lacking, late, page_alerts, transitions
from .models import Case, HeldPage, Material, MaterialPage
from .transitions import Verb
from .types import Captured

SUBJECT = "cases.case"
MOST_AT_ONCE = 8
"""Cards or papers looked for in one picture."""


@trail.records_refusal("case.capture", subject=SUBJECT, key="case_id")
def capture_pages(
    *,
    case_id: int,
    material_code: str,
    data: bytes,
    claimed_sha256: str | None,
    by: Officer,
    device: str = "",
    camera: Camera | None = None,
    taken_at: datetime | None = None,
    corners: Sequence[Sequence[float]] | None = None,
    turn: int | None = None,
    several: bool = False,
    replaces: int | None = None,
) -> Captured:
    """Store a picture and put its pages into their slot. Sending the same bytes twice places them once.

    A page the quality check doubts is *held*: safe, but not in the slot until somebody keeps it (`keep_page`).
    `several`: look for as many papers in the picture as the slot has room for; `replaces`: the placement taken anew.
    The picture is straightened before the case is locked: that takes part of a second and must not make others wait.
    Raises NotPermitted, WrongState, NoSuchMaterial, SlotFull, PageInOtherSlot and the errors of `capture.sessions`.
    """
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    policies.require(by, "case.capture", case)
    material = slot_of(case, material_code)
    line = require_stage(case, material)
    room = _room(material, line, replaces)
    pages = sessions.store_pages(
        session_id=case.session_id,
        data=data,
        claimed_sha256=claimed_sha256,
        by=by,
        asked=sessions.wish(
            kind=folders.kind_of(line),
            corners=corners,
            turn=turn,
            most=min(room, MOST_AT_ONCE) if several else 1,
            paper=line.capture.size_mm,
            colour=line.capture.colour,
            least_dpi=line.capture.least_dpi,
            limits=line.capture.limits,
            camera=stations.model_of(camera),
        ),
        device=device,
        camera=camera,
        taken_at=taken_at,
    )
    return _lay_in(case_id=case_id, material=material, pages=pages, replaces=replaces, by=by)


@transaction.atomic
def _lay_in(*, case_id: int, material: Material, pages: Sequence[Page], replaces: int | None, by: Officer) -> Captured:
    case = Case.objects.lock(case_id)
    policies.require(by, "case.capture", case)
    line = require_stage(case, material)
    for page in pages:
        late.require_same_sitting(case, page.session_id)
    old = None if replaces is None else live_placement(case, replaces)
    placed: list[MaterialPage] = []
    new: list[MaterialPage] = []
    held: list[HeldPage] = []
    for page in pages:
        already = _already(case, page)
        waiting = HeldPage.objects.filter(page=page, settled_at=None).first()
        if already is not None:
            if already.material_id != material.pk:
                raise errors.PageInOtherSlot(material=folders.title(folders.line(case, already.material.code)))
            placed.append(already)
        elif waiting is not None:
            held.append(waiting)
        elif (found := doubts.about(case, page, beside=replaces)) or page.verdict != Page.Verdict.PASS:
            held.append(_hold(case, material, page, found, replaces=old, by=by))
        else:
            new.append(_place(case, material, line, page, replaces=old, by=by))
            placed.append(new[-1])
            old = None
    _came(case, new)
    return Captured(placed=tuple(placed), held=tuple(held))


def _hold(
    case: Case, material: Material, page: Page, found: list[doubts.Doubt], *, replaces: MaterialPage | None, by: Officer
) -> HeldPage:
    held = HeldPage.objects.create(
        material=material,
        page=page,
        replaces=replaces,
        level=HeldPage.Level.REFUSE if page.verdict == Page.Verdict.REFUSE else HeldPage.Level.WARN,
        doubts=[doubt.as_json() for doubt in found],
        held_at=clock.now(),
        held_by=by,
    )
    details = {"material": material.code, "page": page.pk, "sha256": page.sha256, "level": held.level}
    trail.record("case.page_held", subject=case, by=by, details=details | {"why": doubts.codes(held)})
    return held


def _place(
    case: Case,
    material: Material,
    line: MaterialSpec,
    page: Page,
    *,
    by: Officer,
    replaces: MaterialPage | None = None,
    held: HeldPage | None = None,
    why: str = "",
) -> MaterialPage:
    if replaces is None:
        _room(material, line)
        last = material.placements.order_by("-position").values_list("position", flat=True).first() or 0
        position = last + 1
    else:
        position = replaces.position
        take_out(case, replaces, reason=why or _("Captured anew"), by=by)
    placed = MaterialPage.objects.create(
        material=material, page=page, held=held, position=position, placed_by=by, placed_at=clock.now()
    )
    _tell_placed(case, placed, by)
    return placed


def _came(case: Case, new: Sequence[MaterialPage], held: HeldPage | None = None) -> None:
    """What pages mean that have just been placed, by whichever way: for what the case lacks, and for alerts."""
    if not new:
        return
    lacked = list(case.lacking)
    lacking.keep(case)
    page_alerts.placed(case, new, lacked=lacked)
    if held is not None:
        page_alerts.kept(case, held)


def _tell_placed(case: Case, placed: MaterialPage, by: Officer) -> None:
    page, code = placed.page, placed.material.code
    details = {"material": code, "position": placed.position, "page": page.pk, "sha256": page.sha256}
    if page.device == page_alerts.NO_CAMERA:
        details["file"] = True
    if placed.held is not None:
        details["kept"] = placed.held.level
    trail.record("case.page_placed", subject=case, by=by, details=details)


@trail.records_refusal("case.keep_page", subject=SUBJECT, key="case_id")
@transaction.atomic
def keep_page(*, case_id: int, held_id: int, reason: str, by: Officer) -> MaterialPage:
    """Put a held page into its slot all the same, with a reason; that raises an alert.

    A doubtful page (WARN) is kept by who may capture, a refused one only by a leader of the station.
    Raises NotFound (settled already, or none), NotPermitted, WrongState, ReasonNeeded, SlotFull.
    """
    case = Case.objects.lock(case_id)
    held = _waiting(case, held_id)
    policies.require(by, "case.keep_refused" if held.level == HeldPage.Level.REFUSE else "case.keep_doubtful", case)
    late.require_same_sitting(case, held.page.session_id)
    line = require_stage(case, held.material)
    if not reason.strip():
        raise errors.ReasonNeeded
    _settle(held, kept=True, reason=reason.strip()[:200], by=by)
    old = held.replaces if held.replaces is not None and held.replaces.superseded_at is None else None
    placed = _place(case, held.material, line, held.page, replaces=old, held=held, by=by)
    details = {"material": held.material.code, "sha256": held.page.sha256, "level": held.level}
    trail.record("case.page_kept", subject=case, by=by, details=details | {"why": doubts.codes(held)})
    _came(case, [placed], held)
    return placed


@trail.records_refusal("case.drop_page", subject=SUBJECT, key="case_id")
@transaction.atomic
def drop_page(*, case_id: int, held_id: int, by: Officer) -> HeldPage:
    """Leave a held page out of the case; its picture stays in the archive. Raises NotFound, NotPermitted, WrongState."""
    case = Case.objects.lock(case_id)
    held = _waiting(case, held_id)
    policies.require(by, "case.keep_doubtful", case)
    require_stage(case, held.material)
    _settle(held, kept=False, reason="", by=by)
    details = {"material": held.material.code, "sha256": held.page.sha256, "level": held.level}
    trail.record("case.page_dropped", subject=case, by=by, details=details)
    return held


@trail.records_refusal("case.turn_page", subject=SUBJECT, key="case_id")
def turn_page(*, case_id: int, placement_id: int, turn: int, by: Officer) -> MaterialPage:
    """Turn a placed page clockwise by 90, 180 or 270 degrees: a new page of the same picture takes its place.

    Raises NotFound, NotPermitted, WrongState, BadTurn.
    """
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    policies.require(by, "case.capture", case)
    old = live_placement(case, placement_id)
    line = require_stage(case, old.material)
    pages = sessions.store_pages(
        session_id=case.session_id,
        data=storage.read("originals", old.page.original.sha256),
        claimed_sha256=None,
        by=by,
        asked=sessions.wish_turned(
            old.page,
            turn,
            paper=line.capture.size_mm,
            colour=line.capture.colour,
            least_dpi=line.capture.least_dpi,
            limits=line.capture.limits,
            camera=stations.model_of(old.page.camera),
        ),
        device=old.page.device,
        camera=old.page.camera,
        taken_at=old.page.taken_at,
    )
    with transaction.atomic():
        case = Case.objects.lock(case_id)
        late.require_same_sitting(case, pages[0].session_id)
        old = live_placement(case, placement_id)
        line = require_stage(case, old.material)
        why = _("Turned by {degrees}°").format(degrees=turn)
        return _place(case, old.material, line, pages[0], replaces=old, held=old.held, why=why, by=by)


@trail.records_refusal("case.order_pages", subject=SUBJECT, key="case_id")
@transaction.atomic
def order_pages(*, case_id: int, material_code: str, order: Sequence[int], by: Officer) -> list[MaterialPage]:
    """Bring the pages of a slot into `order` (placement ids, each live page of the slot once).

    Raises NotPermitted, WrongState, NoSuchMaterial, BadOrder.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.capture", case)
    material = slot_of(case, material_code)
    require_stage(case, material)
    live = {placed.pk: placed for placed in material.placements.filter(superseded_at=None).select_related("page")}
    if sorted(order) != sorted(live):
        raise errors.BadOrder
    ordered = [live[pk] for pk in order]
    places = sorted(placed.position for placed in ordered)
    if [placed.position for placed in ordered] == places:
        return ordered
    moved = [placed for placed, position in zip(ordered, places, strict=True) if placed.position != position]
    late.require_movable(case, moved)
    for placed, position in zip(ordered, places, strict=True):
        placed.position = position
        placed.save(update_fields=["position"])
    pages = [placed.page.sha256 for placed in ordered]
    trail.record("case.pages_ordered", subject=case, by=by, details={"material": material.code, "pages": pages})
    return ordered


@trail.records_refusal("case.supersede_page", subject=SUBJECT, key="case_id")
@transaction.atomic
def supersede_page(*, case_id: int, placement_id: int, reason: str, by: Officer) -> MaterialPage:
    """Take a page out of its slot; it stays in the archive with the reason. Raises NotFound, ReasonNeeded."""
    case = Case.objects.lock(case_id)
    policies.require(by, "case.capture", case)
    transitions.require(case, Verb.CAPTURE)
    placement = live_placement(case, placement_id)
    if not reason.strip():
        raise errors.ReasonNeeded
    require_stage(case, placement.material)
    take_out(case, placement, reason=reason.strip()[:200], by=by)
    lacking.keep(case)
    return placement


def take_out(case: Case, placement: MaterialPage, *, reason: str, by: Officer) -> None:
    """Supersede a page of a case that is locked and whose change another verb has allowed."""
    placement.superseded_by, placement.superseded_at = by, clock.now()
    placement.superseded_reason = reason
    placement.save()
    trail.record(
        "case.page_superseded",
        subject=case,
        by=by,
        details={"material": placement.material.code, "position": placement.position, "sha256": placement.page.sha256},
    )


def put_back(case: Case, superseded: MaterialPage, *, by: Officer) -> MaterialPage:
    """Lay a superseded page into its place again: a new placement, for the old one stays as it was. The case is locked."""
    again = MaterialPage.objects.create(
        material=superseded.material,
        page=superseded.page,
        held=superseded.held,
        position=superseded.position,
        placed_by=by,
        placed_at=clock.now(),
    )
    _tell_placed(case, again, by)
    return again


def _already(case: Case, page: Page) -> MaterialPage | None:
    """Where this very page lies in the case, also when it was asked for in another sitting or for another slot."""
    same = MaterialPage.objects.filter(material__case=case, superseded_at=None, page__sha256=page.sha256)
    return same.select_related("material", "page__original", "held").first()


def _settle(held: HeldPage, *, kept: bool, reason: str, by: Officer) -> None:
    held.kept, held.reason, held.settled_by, held.settled_at = kept, reason, by, clock.now()
    held.save()


def _waiting(case: Case, held_id: int) -> HeldPage:
    held = (
        HeldPage.objects.filter(pk=held_id, material__case=case, settled_at=None)
        .select_related("material", "page__original", "replaces__material", "replaces__page")
        .first()
    )
    if held is None:
        raise NotFound
    return held


def live_placement(case: Case, placement_id: int) -> MaterialPage:
    """A page that lies in a slot of this case now. Raises NotFound."""
    placement = (
        MaterialPage.objects.filter(pk=placement_id, material__case=case, superseded_at=None)
        .select_related("material", "page__original", "held")
        .first()
    )
    if placement is None:
        raise NotFound
    return placement


def _room(material: Material, line: MaterialSpec, replaces: int | None = None) -> int:
    """How many more pages the slot takes. Raises SlotFull when none."""
    live = material.placements.filter(superseded_at=None).values_list("pk", flat=True)
    count = len(set(live) - {replaces})
    if count >= line.max_pages:
        raise errors.SlotFull(material=folders.title(line), count=count)
    return line.max_pages - count


def slot_of(case: Case, code: str) -> Material:
    """The slot of that material. Raises NoSuchMaterial."""
    material = case.materials.filter(code=code).first()
    if material is None:
        raise errors.NoSuchMaterial(material=code)
    return material


def require_stage(case: Case, material: Material) -> MaterialSpec:
    """The material's line, if its pages may change now. Raises WrongState, StageNotOpen.

    After the approval only completion papers are captured; before it, and in a late capture, any.
    """
    transitions.require(case, Verb.CAPTURE)
    line = folders.line(case, material.code)
    if case.status == Case.Status.APPROVED and line.stage != "completion":
        raise errors.StageNotOpen(material=folders.title(line), state=case.get_status_display())
    return line
