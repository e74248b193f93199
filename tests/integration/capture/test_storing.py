"""A picture comes in; a page, or a clear refusal, comes out, and nothing is lost."""

from __future__ import annotations

import hashlib
import stat
import threading
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from audit.trail import queries as trail
from capture.pipeline import specimens
from capture.pipeline.geometry import Corners
from capture.sessions import actions, copies, errors, storage
from capture.sessions.models import CaptureSession, Original, Page
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel.errors import NotFound, NotPermitted

pytestmark = pytest.mark.django_db
PHOTO = specimens.photograph(specimens.sheet(1), 1, (1632, 1224))
DESK = specimens.empty_desk(1, (1632, 1224))
CORNERS: Corners = ((500.0, 100.0), (1100.0, 110.0), (1110.0, 1000.0), (490.0, 990.0))


@pytest.fixture(autouse=True)
def data_dir(settings: LazySettings, tmp_path: Path) -> Path:
    settings.HUKOU_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def office() -> Office:
    city = Office.objects.create(code="990100000000", name="云溪市公安局", short_name="市局", level="city")
    branch = Office.objects.create(code="990102000000", name="东湖分局", short_name="东湖", level="branch", parent=city)
    return Office.objects.create(
        code="990102010000", name="柳巷派出所", short_name="柳巷所", level="station", parent=branch
    )


def _officer(number: str, office: Office, role: str, kind: str = "officer") -> Officer:
    officer = Officer.objects.create(number=number, name="测试员", id_number="", kind=kind)
    Duty.objects.create(officer=officer, office=office, role=role, starts_on=date(2020, 1, 1))
    return officer


@pytest.fixture
def clerk(office: Office) -> Officer:
    return _officer("010203", office, "auxiliary", "auxiliary")


@pytest.fixture
def session(office: Office, clerk: Officer) -> CaptureSession:
    return actions.open_session(office=office, by=clerk)


def _store(session: CaptureSession, clerk: Officer, data: bytes = PHOTO, **more: object) -> Page:
    claimed = hashlib.sha256(data).hexdigest()
    asked = actions.wish(**more)  # type: ignore[arg-type]
    (page,) = actions.store_pages(
        session_id=session.pk, data=data, claimed_sha256=claimed, by=clerk, asked=asked, device="gaopaiyi 8 MP"
    )
    return page


def test_a_photograph_becomes_a_page_with_untouched_original(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk)
    assert storage.read("originals", page.original.sha256) == PHOTO
    jpeg = storage.read("pages", page.sha256)
    assert len(jpeg) == page.size
    assert (page.verdict, page.captured_by, page.device) == ("pass", clerk, "gaopaiyi 8 MP")
    assert actions.reprocess(page) == jpeg


def test_capturing_leaves_digests_in_the_trail(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk)
    (event,) = trail.events_of(page)
    assert event.action == "page.captured"
    assert (event.details["original"], event.details["page"]) == (page.original.sha256, page.sha256)


def test_files_are_for_the_owner_only(session: CaptureSession, clerk: Officer) -> None:
    path = storage.page_path(_store(session, clerk).sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sending_the_same_picture_twice_makes_one_page(session: CaptureSession, clerk: Officer) -> None:
    assert _store(session, clerk) == _store(session, clerk)
    assert (Original.objects.count(), Page.objects.count()) == (1, 1)


def test_the_same_picture_with_other_corners_is_another_page_of_one_original(
    session: CaptureSession, clerk: Officer
) -> None:
    assert _store(session, clerk) != _store(session, clerk, corners=CORNERS) != _store(session, clerk, turn=90)
    assert (Original.objects.count(), Page.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", errors.EmptyUpload),
        (b"%PDF-1.7", errors.NotAnImage),
        (PHOTO[: len(PHOTO) // 2], errors.ImageTruncated),
        (b"\xff\xd8\xff" + bytes(60 * 1024 * 1024), errors.ImageTooLarge),
    ],
)
def test_what_is_no_whole_picture_is_refused_in_words(
    session: CaptureSession, clerk: Officer, data: bytes, refusal: type[errors.CaptureError]
) -> None:
    with pytest.raises(refusal) as refused:
        _store(session, clerk, data)
    assert refused.value.text
    assert refused.value.advice
    assert not Original.objects.exists()
    (event,) = trail.events_of(session)
    assert (event.action, event.details) == ("page.capture.refused", {"code": refusal.code})


def test_a_picture_that_changed_on_its_way_is_refused(session: CaptureSession, clerk: Officer) -> None:
    with pytest.raises(errors.DigestMismatch):
        actions.store_pages(session_id=session.pk, data=PHOTO, claimed_sha256="0" * 64, by=clerk, asked=actions.wish())


def test_a_picture_without_a_page_is_kept_and_can_be_sent_again_with_corners(
    session: CaptureSession, clerk: Officer
) -> None:
    with pytest.raises(errors.NoPageFound) as refused:
        _store(session, clerk, DESK)
    kept = refused.value.data["original"]
    assert storage.read("originals", kept) == DESK
    assert Original.objects.get().sha256 == kept
    page = _store(session, clerk, DESK, corners=CORNERS)
    assert page.original.sha256 == kept
    assert page.parameters["corners"] == [list(corner) for corner in CORNERS]


@pytest.mark.parametrize("corners", [[[0, 0], [1, 1]], [[0, 0], [9, 9], [9, 0], [0, 9]], "abcd", [["x", 1]] * 4])
def test_corners_no_sheet_can_have_are_refused(session: CaptureSession, clerk: Officer, corners: object) -> None:
    with pytest.raises(errors.BadCorners):
        _store(session, clerk, corners=corners)


def test_a_turn_that_is_no_quarter_is_refused(session: CaptureSession, clerk: Officer) -> None:
    with pytest.raises(errors.BadTurn):
        _store(session, clerk, turn=45)


def test_a_portrait_is_stored_whole(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk, specimens.portrait(2), kind="portrait")
    assert (page.kind, page.width, page.height) == ("portrait", 960, 1280)


def test_a_blurred_page_is_kept_with_its_verdict_and_says_what_to_do(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk, specimens.photograph(specimens.sheet(1), 1, blur=3.2))
    (finding,) = actions.findings(page)
    assert (page.verdict, finding.code, finding.level) == ("refuse", "blurred", "refuse")
    assert finding.message
    assert finding.advice


def test_an_officer_of_another_office_may_not_capture_here(session: CaptureSession, office: Office) -> None:
    assert office.parent is not None
    stranger = _officer("010999", office.parent, "branch_officer")
    with pytest.raises(NotPermitted):
        _store(session, stranger)


def test_a_session_that_does_not_exist_is_not_found(clerk: Officer) -> None:
    with pytest.raises(NotFound):
        actions.store_pages(session_id=0, data=PHOTO, claimed_sha256=None, by=clerk, asked=actions.wish())


def test_a_file_that_was_tampered_with_is_noticed(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk)
    storage.page_path(page.sha256).write_bytes(b"other")
    with pytest.raises(errors.FileDamaged):
        storage.read("pages", page.sha256)
    assert storage.read("pages", page.sha256, verify=False) == b"other"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(errors.FileMissing):
        storage.read("pages", "0" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "0" * 63, ""])
def test_only_digests_lead_to_files(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        storage.page_path(name)


def test_the_thumbnail_is_made_once_with_the_page(session: CaptureSession, clerk: Officer) -> None:
    page = _store(session, clerk)
    made = storage.path_of("thumbs", page.sha256).stat()
    assert copies.read(page.sha256, "thumb") == storage.path_of("thumbs", page.sha256).read_bytes()
    assert storage.path_of("thumbs", page.sha256).stat().st_mtime_ns == made.st_mtime_ns
    assert made.st_size < page.size / 5


@pytest.mark.django_db(transaction=True)
def test_the_same_picture_sent_twice_at_once_is_one_page(session: CaptureSession, clerk: Officer) -> None:
    pages: list[Page] = []
    start = threading.Barrier(3)

    def send() -> None:
        try:
            start.wait()
            pages.append(_store(session, clerk))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 3
    assert len({page.pk for page in pages}) == 1
    assert (Original.objects.count(), Page.objects.count()) == (1, 1)
