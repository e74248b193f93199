"""Late capture: a filed case takes more pages, and what was filed stays what it was."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from audit.trail import queries as trail
from capture.sessions.models import CaptureSession
from hukou.accounts.models import Officer
from hukou.kernel import canonical
from hukou.kernel.errors import NotFound, NotPermitted, WrongState
from tests.support import cases as quick
from tests.support.stages import Bureau, fresh
from workflows.archive import late as verbs
from workflows.archive import shelf, verify
from workflows.archive.errors import NothingCaptured, PagesWaiting
from workflows.archive.models import ArchiveRecord, ArchiveVersion, LateCapture
from workflows.cases import errors, folders, late
from workflows.cases import pages as page_verbs
from workflows.cases.models import Case, MaterialPage

pytestmark = pytest.mark.django_db

BOOK = "M_HUKOU_BOOK"


@pytest.fixture
def filed(bureau: Bureau) -> Case:
    """A filed case."""
    return bureau.filed()


def held(case: Case) -> bool:
    """What `verify_case` says, with the files on the shelf."""
    shelf.lay_out(case.archive_record)
    report = verify.verify_case(fresh(case))
    assert report.held, report.findings
    return report.held


def first_of(case: Case, code: str = BOOK) -> MaterialPage:
    return next(placed for placed in folders.live_pages(case) if placed.material.code == code)


def test_an_opened_case_is_still_what_was_filed_whatever_is_laid_in(bureau: Bureau, filed: Case) -> None:
    content, pages = folders.content_digest(filed), len(folders.live_pages(filed))
    case = bureau.begin_late_capture(filed)
    placed = bureau.capture(case, BOOK, 8)
    bureau.capture(case, "M_APPLY_FORM", 8)
    case = fresh(case)
    assert (case.status, folders.content_digest(case)) == (Case.Status.FILED, content)
    assert len(folders.live_pages(case)) == pages + 2
    assert sum(len(slot.pages) for slot in folders.as_filed(case).slots) == pages
    assert placed.page.session.mode == CaptureSession.Mode.LATE
    assert held(case)


def test_concluding_makes_the_next_version_beside_the_first(bureau: Bureau, filed: Case) -> None:
    first = filed.archive_record.newest
    before = {path: path.read_bytes() for path in shelf.lay_out(filed.archive_record)}
    content = folders.content_digest(filed)
    placed = bureau.capture(bureau.begin_late_capture(filed, reason="漏采户口簿第 4 页"), BOOK, 8)
    version = bureau.conclude_late_capture(filed)
    case = fresh(filed)
    assert (version.number, version.manifest["previous"]) == (2, first.manifest_sha256)
    assert version.manifest["reason"] == "漏采户口簿第 4 页"
    assert version.made_by == bureau.clerk
    assert version.late_capture == LateCapture.objects.get(ended_by=bureau.clerk)
    assert version.manifest["content"] == folders.content_digest(case) != content
    new = [entry for entry in version.manifest["files"] if entry not in first.manifest["files"]]
    assert [entry["sha256"] for entry in new] == [placed.page.sha256]
    laid = shelf.lay_out(case.archive_record)
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(path.name for path in set(laid) - set(before)) == sorted(
        ["manifest-v2.json", new[0]["name"].rpartition("/")[2]]
    )
    assert new[0]["name"].startswith("pages-v2/")
    assert not late.is_open(case)
    assert held(case)


def test_what_was_added_and_by_whom_is_in_the_trail_and_the_reason_by_its_digest(bureau: Bureau, filed: Case) -> None:
    reason = "补采婚姻登记材料"
    placed = bureau.capture(bureau.begin_late_capture(filed, reason=reason), BOOK, 8)
    version = bureau.conclude_late_capture(filed)
    begun, concluded = (trail.events_of(filed).get(action=f"case.late_capture_{act}") for act in ("begun", "concluded"))
    assert begun.details["reason_sha256"] == canonical.sha256(reason.encode())
    assert concluded.details["added"] == [placed.page.sha256]
    assert (concluded.details["version"], concluded.details["manifest"]) == (2, version.manifest_sha256)
    assert (concluded.officer_id, reason in str(concluded.details)) == (bureau.clerk.pk, False)


def test_a_page_replaced_late_stays_in_the_version_that_was_filed(bureau: Bureau, filed: Case) -> None:
    old = first_of(filed)
    case = bureau.begin_late_capture(filed)
    page_verbs.supersede_page(case_id=case.pk, placement_id=old.pk, reason="原件模糊", by=bureau.clerk)
    assert held(case)
    new = bureau.capture(case, BOOK, 8)
    version = bureau.conclude_late_capture(filed)
    listed = [{entry["sha256"] for entry in v.manifest["files"]} for v in filed.archive_record.versions.all()]
    assert (old.page.sha256 in listed[0], old.page.sha256 in listed[1]) == (True, False)
    assert (new.page.sha256 in listed[0], new.page.sha256 in listed[1]) == (False, True)
    concluded = trail.events_of(filed).get(action="case.late_capture_concluded")
    assert concluded.details["taken_out"] == [old.page.sha256]
    assert version.number == 2
    assert held(filed)


def test_an_abandoned_late_capture_leaves_the_case_as_it_was_filed(bureau: Bureau, filed: Case) -> None:
    content, old = folders.content_digest(filed), first_of(filed)
    case = bureau.begin_late_capture(filed)
    page_verbs.supersede_page(case_id=case.pk, placement_id=old.pk, reason="拿错了", by=bureau.clerk)
    added = bureau.capture(case, BOOK, 8)
    waiting = quick.held(fresh(case), "M_APPLY_FORM", bureau.clerk)
    case = bureau.abandon_late_capture(case, reason="申请人弄错了")
    assert folders.content_digest(case) == content
    assert not late.is_open(case)
    added.refresh_from_db()
    waiting.refresh_from_db()
    assert (added.superseded_reason, waiting.kept, waiting.settled_by) == ("申请人弄错了", False, bureau.clerk)
    ended = LateCapture.objects.get()
    assert (ended.abandoned_because, ended.ended_by) == ("申请人弄错了", bureau.clerk)
    assert filed.archive_record.newest.number == 1
    assert held(case)


def test_a_case_is_added_to_again_and_again_and_the_manifests_form_a_chain(bureau: Bureau, filed: Case) -> None:
    for copy in (7, 8):
        bureau.capture(bureau.begin_late_capture(filed), BOOK, copy)
        bureau.conclude_late_capture(filed)
    bureau.abandon_late_capture(bureau.begin_late_capture(filed))
    every = list(filed.archive_record.versions.order_by("number"))
    assert [version.number for version in every] == [1, 2, 3]
    assert [version.manifest.get("previous") for version in every] == [
        None,
        every[0].manifest_sha256,
        every[1].manifest_sha256,
    ]
    names = [entry["name"] for entry in every[2].manifest["files"]]
    assert len(set(names)) == len(names)
    assert held(filed)


def test_a_reason_is_asked_for(bureau: Bureau, filed: Case) -> None:
    with pytest.raises(errors.ReasonNeeded):
        bureau.begin_late_capture(filed, reason="  ")
    case = bureau.begin_late_capture(filed)
    with pytest.raises(errors.ReasonNeeded):
        bureau.abandon_late_capture(case, reason="")
    assert late.is_open(fresh(case))


def test_a_late_capture_that_changed_nothing_makes_no_version(bureau: Bureau, filed: Case) -> None:
    case = bureau.begin_late_capture(filed)
    with pytest.raises(NothingCaptured):
        bureau.conclude_late_capture(case)
    assert late.is_open(fresh(case))
    assert filed.archive_record.newest.number == 1


def test_a_late_capture_is_not_concluded_over_a_page_that_waits_for_a_word(bureau: Bureau, filed: Case) -> None:
    case = bureau.late_of(filed, BOOK)
    waiting = quick.held(case, "M_APPLY_FORM", bureau.clerk)
    with pytest.raises(PagesWaiting):
        bureau.conclude_late_capture(case)
    page_verbs.keep_page(case_id=case.pk, held_id=waiting.pk, reason="原件如此", by=bureau.clerk)
    assert bureau.conclude_late_capture(case).number == 2


def test_a_page_held_before_the_filing_is_not_slipped_in(bureau: Bureau) -> None:
    case = bureau.fill(bureau.completed(), "completion")
    waiting = quick.held(case, "M_REG_FORM", bureau.clerk)
    case = bureau.begin_late_capture(bureau.file(case))
    content = folders.content_digest(case)
    with pytest.raises(errors.SittingOver):
        page_verbs.keep_page(case_id=case.pk, held_id=waiting.pk, reason="可以", by=bureau.clerk)
    assert folders.content_digest(fresh(case)) == content


def test_filed_pages_keep_their_order_and_new_ones_may_change_theirs(bureau: Bureau, filed: Case) -> None:
    old = first_of(filed)
    case = bureau.begin_late_capture(filed)
    one, two = bureau.capture(case, BOOK, 7), bureau.capture(case, BOOK, 8)

    def order(*placements: MaterialPage) -> None:
        wanted = [placed.pk for placed in placements]
        page_verbs.order_pages(case_id=case.pk, material_code=BOOK, order=wanted, by=bureau.clerk)

    with pytest.raises(errors.FiledPageStays):
        order(one, old, two)
    order(old, two, one)
    assert held(case)


def test_an_auxiliary_captures_into_it_but_does_not_open_or_end_it(
    bureau: Bureau, filed: Case, auxiliary: Officer
) -> None:
    with pytest.raises(NotPermitted):
        bureau.begin_late_capture(filed, by=auxiliary)
    case = bureau.begin_late_capture(filed)
    assert bureau.capture(case, BOOK, 8, by=auxiliary).placed_by == auxiliary
    with pytest.raises(NotPermitted):
        bureau.conclude_late_capture(case, by=auxiliary)
    with pytest.raises(NotPermitted):
        bureau.abandon_late_capture(case, by=auxiliary)
    assert late.is_open(fresh(case))


@pytest.mark.parametrize(
    "role", ["other_clerk", "leader", "branch_officer", "city_officer", "overseer", "system_admin", "community_officer"]
)
def test_nobody_but_the_desk_of_the_station_opens_or_ends_it(
    bureau: Bureau, filed: Case, role: str, request: pytest.FixtureRequest
) -> None:
    stranger = request.getfixturevalue(role)
    with pytest.raises(NotPermitted):
        bureau.begin_late_capture(filed, by=stranger)
    case = bureau.begin_late_capture(filed)
    with pytest.raises(NotPermitted):
        bureau.capture(case, BOOK, 8, by=stranger)
    with pytest.raises(NotPermitted):
        bureau.conclude_late_capture(case, by=stranger)
    with pytest.raises(NotPermitted):
        bureau.abandon_late_capture(case, by=stranger)
    last = trail.events_of(case).last()
    assert last is not None
    assert (last.action, last.details["code"]) == ("case.abandon_late_capture.refused", "not_permitted")


def test_a_case_is_opened_once_at_a_time(bureau: Bureau, filed: Case) -> None:
    case = bureau.begin_late_capture(filed)
    with pytest.raises(WrongState) as refusal:
        bureau.begin_late_capture(case)
    assert "{" not in refusal.value.text
    begun = LateCapture.objects.get()
    other = CaptureSession.objects.create(
        office=case.station, opened_by=bureau.clerk, opened_at=begun.session.opened_at, mode="late", reason="x"
    )
    with pytest.raises(IntegrityError, match="late_capture_one_open"), transaction.atomic():
        LateCapture.objects.create(record=begun.record, session=other, session_before=begun.session_before)


def test_a_refused_case_too_may_be_added_to(bureau: Bureau) -> None:
    case = bureau.file(bureau.refused())
    bureau.capture(bureau.begin_late_capture(case), BOOK, 8)
    assert bureau.conclude_late_capture(case).number == 2
    assert held(case)


def test_the_database_itself_refuses_to_change_or_remove_what_was_filed(bureau: Bureau) -> None:
    record = bureau.file(bureau.refused()).archive_record
    versions = ArchiveVersion.objects.filter(record=record)
    for act in (
        lambda: versions.update(manifest_sha256="0" * 64),
        versions.delete,
        lambda: ArchiveRecord.objects.filter(pk=record.pk).update(year=1999),
    ):
        with pytest.raises(IntegrityError, match="what was filed never changes"), transaction.atomic():
            act()


def test_the_verbs_refuse_a_case_nobody_has(bureau: Bureau) -> None:
    for act in (
        lambda: verbs.begin_late_capture(case_id=0, reason="x", by=bureau.clerk),
        lambda: verbs.conclude_late_capture(case_id=0, by=bureau.clerk),
        lambda: verbs.abandon_late_capture(case_id=0, reason="x", by=bureau.clerk),
    ):
        with pytest.raises(NotFound):
            act()
