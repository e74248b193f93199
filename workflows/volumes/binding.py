"""Putting the paper of filed cases into volumes, taking it out again, and binding them (装订成卷)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound
from workflows.cases.models import Case

from . import counting, differences
from .errors import (
    AlreadyInVolume,
    BadEntry,
    CountDiffers,
    NoPaper,
    NotFiled,
    PagesDiffer,
    PaperOut,
    ReasonNeeded,
    VolumeBound,
    VolumeEmpty,
    WrongVolume,
)
from .lending import Difference, Loan, LoanQuerySet
from .models import Paper, Track, Volume, VolumeItem
from .words import CATEGORY_SEPARATOR, category_name, retention_name

MOST_PAGES = 2000
"""Of one case, and of the last page number of a volume: what is more was typed wrongly."""


@trail.records_refusal("paper.put_in", subject="volumes.volume", key="volume_id")
@transaction.atomic
def put_in(*, volume_id: int, case_id: int, pages: int, by: Officer, printed: int = 0, note: str = "") -> VolumeItem:
    """Lay the paper of a filed case into an open volume, behind what lies there. Its pages follow on in number.

    `pages`: counted on paper; `printed`: of these, what the system printed and nobody captured. Where the rest is not what was
    captured, a `note` says why, and the difference is on record. Raises NotPermitted, NotFiled, NoPaper, WrongVolume,
    AlreadyInVolume, VolumeBound, PaperOut, BadEntry, PagesDiffer.
    """
    volume = Volume.objects.lock(volume_id)
    policies.require(by, "paper.arrange", volume.station)
    _require_open(volume)
    paper = paper_to_bind(case_id, volume)
    if not 1 <= pages <= MOST_PAGES or not 0 <= printed <= pages:
        raise BadEntry(field=pages)
    case = Case.objects.with_context().get(pk=case_id)
    captured = counting.pages_with_paper(case)
    note = " ".join(note.split())[:200]
    if pages - printed != captured and not note:
        raise PagesDiffer(counted=pages - printed, captured=captured)
    last = volume.items.filter(taken_out_at=None).count()
    item = VolumeItem.objects.create(
        volume=volume,
        case=case,
        position=last + 1,
        page_from=volume.pages + 1,
        page_to=volume.pages + pages,
        pages=pages,
        printed=printed,
        captured=captured,
        put_in_by=by,
        put_in_at=clock.now(),
    )
    volume.pages = item.page_to
    volume.save(update_fields=["pages"])
    trail.record(
        "paper.put_in",
        subject=volume,
        by=by,
        office=volume.station,
        case=paper.case_id,
        details={
            "volume": volume.number,
            "pages": pages,
            "printed": printed,
            "captured": captured,
            "position": last + 1,
        },
    )
    if item.differs:
        differences.note_count(
            case,
            volume,
            found=Difference.Found.PUTTING_IN,
            counted=pages - printed,
            expected=captured,
            note=note,
            by=by,
        )
    return item


@trail.records_refusal("paper.take_out", subject="volumes.volumeitem", key="item_id")
@transaction.atomic
def take_out(*, item_id: int, reason: str, by: Officer) -> VolumeItem:
    """Take the paper of a case out of a volume that is not bound; what lies behind it moves up.

    Raises NotFound, NotPermitted, VolumeBound, ReasonNeeded.
    """
    found = VolumeItem.objects.filter(pk=item_id).values_list("volume").first()
    if found is None:
        raise NotFound
    volume = Volume.objects.lock(found[0])
    item = volume.items.filter(pk=item_id, taken_out_at=None).first()
    if item is None:
        raise NotFound
    policies.require(by, "paper.arrange", volume.station)
    _require_open(volume)
    _require_here(Loan.objects.filter(case=item.case_id))
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise ReasonNeeded
    item.taken_out_by, item.taken_out_at, item.taken_out_because = by, clock.now(), reason
    item.save(update_fields=["taken_out_by", "taken_out_at", "taken_out_because"])
    volume.items.filter(taken_out_at=None, position__gt=item.position).update(
        position=F("position") - 1, page_from=F("page_from") - item.pages, page_to=F("page_to") - item.pages
    )
    volume.pages -= item.pages
    volume.save(update_fields=["pages"])
    trail.record(
        "paper.taken_out",
        subject=volume,
        by=by,
        office=volume.station,
        case=item.case_id,
        details={"volume": volume.number, "pages": item.pages, "reason_sha256": canonical.sha256(reason.encode())},
    )
    return item


@trail.records_refusal("volume.bind", subject="volumes.volume", key="volume_id")
@transaction.atomic
def bind(*, volume_id: int, last_page: int, by: Officer) -> Volume:
    """Bind a volume: from now on nothing in it changes. `last_page`: the number stamped on its last page.

    Raises NotPermitted, VolumeBound, VolumeEmpty, CountDiffers, PaperOut.
    """
    volume = Volume.objects.lock(volume_id)
    policies.require(by, "paper.bind", volume.station)
    _require_open(volume)
    cases = list(volume.items.filter(taken_out_at=None).values_list("case", flat=True))
    if not cases:
        raise VolumeEmpty(state=volume.get_state_display())
    # Locked before it is asked who has them: handing one over waits, or is seen.
    list(Paper.objects.select_for_update().filter(case__in=cases).order_by("case_id").values_list("case_id"))
    _require_here(Loan.objects.filter(case__in=cases))
    if last_page != volume.pages:
        raise CountDiffers(counted=last_page, expected=volume.pages)
    now = clock.now()
    volume.state, volume.bound_by, volume.bound_at = Volume.State.BOUND, by, now
    volume.save(update_fields=["state", "bound_by", "bound_at"])
    Paper.objects.filter(case__in=cases).update(bound_at=now)
    trail.record(
        "volume.bound",
        subject=volume,
        by=by,
        office=volume.station,
        details={"number": volume.number, "pages": volume.pages, "cases": len(cases), "contents": digest_of(volume)},
    )
    return volume


def paper_to_bind(case_id: int, volume: Volume) -> Paper:
    """The paper of a case, locked, if it may go into `volume` now. Raises as `put_in` does."""
    paper = Paper.objects.select_for_update().filter(case=case_id, station=volume.station_id).first()
    if paper is None:
        if Case.objects.filter(pk=case_id, station=volume.station_id).exists():
            raise NotFiled(state="")
        raise NotFound
    if paper.track == Track.SINGLE:
        raise NoPaper(state="")
    lies_in = VolumeItem.objects.filter(case=case_id, taken_out_at=None).select_related("volume").first()
    if lies_in is not None:
        raise AlreadyInVolume(number=lies_in.volume.number)
    if kind_of(paper) != kind_of(volume):
        raise WrongVolume(volume=in_words(volume), case=in_words(paper))
    _require_here(Loan.objects.filter(case=case_id))
    return paper


@transaction.atomic
def look_before(case_id: int, volume: Volume) -> None:
    """Say at once, before pages are counted, why the paper of a case may not go into `volume`. Raises as `put_in` does."""
    _require_open(volume)
    paper_to_bind(case_id, volume)


def kind_of(thing: Paper | Volume) -> tuple[int, str, str]:
    """What paper and volume have to have in common: year, retention, category."""
    return (thing.year, thing.retention, thing.category)


def in_words(thing: Paper | Volume) -> str:
    """The kind in words of the current language."""
    return CATEGORY_SEPARATOR.join((str(thing.year), retention_name(thing.retention), category_name(thing.category)))


def digest_of(volume: Volume) -> str:
    """SHA-256 of what lies in a volume in which order on which pages; the trail has it from the binding on."""
    items = volume.items.filter(taken_out_at=None).order_by("position")
    rows = items.values_list("case", "position", "page_from", "page_to", "printed", "captured")
    return canonical.digest([list(row) for row in rows])


def _require_open(volume: Volume) -> None:
    if volume.state != Volume.State.OPEN:
        raise VolumeBound(number=volume.number, state=volume.get_state_display())
    _require_here(Loan.objects.filter(volume=volume))


def _require_here(loans: LoanQuerySet) -> None:
    out = loans.filter(state=Loan.State.OUT).first()
    if out is not None:
        raise PaperOut(to=out.handed_to, due=out.due_on)
