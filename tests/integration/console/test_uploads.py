"""Pictures in chunks: whatever is cut, wrong, doubled or foreign, what was confirmed stays and nothing else gets in."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from capture.sessions import arriving
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted

from .conftest import SignedIn

JSON = {"Accept": "application/json"}
STILL = bytes(range(256)) * 1000  # 256,000 bytes
WHOLE = hashlib.sha256(STILL).hexdigest()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    """A data folder of this test alone."""
    settings.HUKOU_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def browser(signed_in: SignedIn, clerk: Officer) -> Client:
    return signed_in(clerk)


def begin(browser: Client, *, sha256: str = WHOLE, size: int | str = len(STILL), **headers: str) -> Any:
    return browser.post("/uploads/", {"sha256": sha256, "size": size}, headers={**JSON, **headers})


def send(
    browser: Client, chunk: bytes, offset: int | str, *, sha256: str = WHOLE, checksum: str | None = None, **more: str
) -> Any:
    headers = {"Upload-Offset": str(offset), "Upload-Checksum": checksum or f"sha256 {digest(chunk)}", **JSON, **more}
    kind = "application/offset+octet-stream"
    return browser.patch(f"/uploads/{sha256}/", chunk, content_type=kind, headers=headers)


def send_all(browser: Client) -> None:
    for at in range(0, len(STILL), 100_000):
        assert send(browser, STILL[at : at + 100_000], at).status_code == 200


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_picture_arrives_in_chunks_and_is_whole(browser: Client, clerk: Officer) -> None:
    begun = begin(browser)

    assert begun.status_code == 201
    assert begun.json() == {"offset": 0, "size": len(STILL), "url": f"/uploads/{WHOLE}/"}
    send_all(browser)
    assert arriving.take(clerk, WHOLE) == STILL
    head = browser.head(f"/uploads/{WHOLE}/")
    assert (head["Upload-Offset"], head["Upload-Length"]) == (str(len(STILL)), str(len(STILL)))


def test_another_window_goes_on_where_the_first_was_cut(browser: Client, signed_in: SignedIn, clerk: Officer) -> None:
    begin(browser)
    send(browser, STILL[:70_000], 0)
    other = signed_in(clerk)

    assert begin(other).status_code == 200
    assert begin(other).json()["offset"] == 70_000
    assert send(other, STILL[70_000:], 70_000).json() == {"offset": len(STILL), "size": len(STILL)}
    assert arriving.take(clerk, WHOLE) == STILL


@pytest.mark.parametrize("offset", [0, 99_999, 100_001, 255_000, "", "x", "-1", "1e3", "9" * 30, "١٢"])
def test_a_chunk_that_does_not_follow_is_told_where_to_go_on(
    browser: Client, clerk: Officer, offset: int | str
) -> None:
    begin(browser)
    send(browser, STILL[:100_000], 0)

    answer = send(browser, b"other bytes", offset)

    assert (answer.status_code, answer.json()["code"], answer.json()["offset"]) == (409, "offset_mismatch", 100_000)
    assert answer["Upload-Offset"] == "100000"
    assert arriving.look(clerk, WHOLE).offset == 100_000


@pytest.mark.parametrize(
    "checksum",
    ["sha256 " + "0" * 64, "sha256", "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=", f"md5 {digest(STILL[:1000])}", "签"],
)
def test_a_chunk_that_changed_on_its_way_is_not_written(browser: Client, clerk: Officer, checksum: str) -> None:
    begin(browser)

    answer = send(browser, STILL[:1000], 0, checksum=checksum.encode("utf-8").decode("latin-1"))

    assert (answer.status_code, answer.json()["code"]) == (422, "chunk_damaged")
    assert arriving.look(clerk, WHOLE).offset == 0


def test_more_than_was_announced_is_refused(browser: Client, clerk: Officer) -> None:
    begin(browser)
    send_all(browser)

    answer = send(browser, b"!", len(STILL))

    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_long")
    assert arriving.take(clerk, WHOLE) == STILL


def test_a_chunk_too_large_is_refused_unread(browser: Client) -> None:
    size = arriving.LARGEST_CHUNK + 1
    begin(browser, size=size + 10)

    answer = send(browser, bytes(size), 0)

    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_long")


def test_a_picture_that_is_not_what_was_announced_is_removed_and_may_come_again(
    browser: Client, clerk: Officer
) -> None:
    begin(browser)
    wrong = bytes(len(STILL))

    answer = send(browser, wrong, 0)

    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    with pytest.raises(arriving.UploadMissing):
        arriving.look(clerk, WHOLE)
    assert begin(browser).status_code == 201
    send_all(browser)
    assert arriving.take(clerk, WHOLE) == STILL


@pytest.mark.parametrize(
    ("sha256", "size", "code"),
    [
        (WHOLE, arriving.LARGEST_STILL + 1, "image_too_large"),
        (WHOLE, 10**15, "image_too_large"),
        (WHOLE, 0, "empty_upload"),
        (WHOLE, -5, "empty_upload"),
        (WHOLE, "viel", "empty_upload"),
        ("", 10, "digest_mismatch"),
        (WHOLE.upper(), 10, "digest_mismatch"),
        ("../../etc/passwd", 10, "digest_mismatch"),
        (WHOLE + "\n", 10, "digest_mismatch"),
        ("*" * 64, 10, "digest_mismatch"),
    ],
)
def test_an_announcement_that_cannot_be_is_refused(
    browser: Client, data_dir: Path, sha256: str, size: int | str, code: str
) -> None:
    answer = begin(browser, sha256=sha256, size=size)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [path for path in data_dir.rglob("*") if path.is_file() and path.parent.name != "keys"] == []


@pytest.mark.parametrize("sha256", ["0" * 64, "f", WHOLE[:63] + "Z", "a-b"])
def test_an_upload_nobody_began_is_missing(browser: Client, sha256: str) -> None:
    assert browser.head(f"/uploads/{sha256}/").status_code == 404
    assert send(browser, b"x", 0, sha256=sha256).json()["code"] == "upload_missing"


def test_another_officer_reaches_nothing(browser: Client, signed_in: SignedIn, clerk: Officer, leader: Officer) -> None:
    begin(browser)
    send_all(browser)
    other = signed_in(leader)

    assert other.head(f"/uploads/{WHOLE}/").status_code == 404
    assert send(other, b"x", 0).status_code == 404
    assert begin(other).json()["offset"] == 0
    with pytest.raises(arriving.UploadUnfinished):
        arriving.take(leader, WHOLE)
    assert arriving.take(clerk, WHOLE) == STILL


def test_a_page_of_one_officer_sends_nothing_in_the_name_of_another(
    browser: Client, signed_in: SignedIn, clerk: Officer, leader: Officer
) -> None:
    begin(browser)
    page_of = {"X-Officer": leader.number}

    assert begin(browser, **page_of).json()["code"] == "other_officer"
    assert send(browser, STILL[:1000], 0, **page_of).json()["code"] == "other_officer"
    assert browser.head(f"/uploads/{WHOLE}/", headers=page_of).status_code == 409
    assert arriving.look(clerk, WHOLE).offset == 0
    assert send(browser, STILL[:1000], 0, **{"X-Officer": clerk.number}).status_code == 200


def test_who_captures_nowhere_sends_nothing(signed_in: SignedIn, branch_officer: Officer) -> None:
    assert begin(signed_in(branch_officer)).json()["code"] == "not_permitted"
    with pytest.raises(NotPermitted):
        arriving.begin(branch_officer, WHOLE, 5)


def test_nobody_signed_in_gets_an_answer_a_script_understands(db: None) -> None:
    for answer in (begin(Client()), send(Client(), b"x", 0), Client().get("/uploads/", headers=JSON)):
        assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")


def test_the_script_learns_who_is_signed_in_and_gets_a_token_that_works(clerk: Officer) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk)
    assert begin(browser).status_code == 403

    hello = browser.get("/uploads/", headers=JSON)

    assert hello.json()["officer"] == clerk.number
    assert "no-store" in hello["Cache-Control"]
    assert begin(browser, **{"X-CSRFToken": hello.json()["token"]}).status_code == 201


def test_two_chunks_at_once_leave_one(clerk: Officer, transactional_db: None) -> None:
    arriving.begin(clerk, WHOLE, len(STILL))
    both = threading.Barrier(4)
    outcomes: list[str] = []

    def push() -> None:
        both.wait()
        try:
            chunk = STILL[:50_000]
            arriving.append(clerk, WHOLE, offset=0, chunk=chunk, chunk_sha256=digest(chunk))
            outcomes.append("written")
        except arriving.OffsetMismatch as error:
            outcomes.append(f"go on at {error.data['offset']}")

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["go on at 50000"] * 3 + ["written"]
    assert arriving.look(clerk, WHOLE).offset == 50_000


def test_a_disk_that_is_full_takes_nothing_back(clerk: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    arriving.begin(clerk, WHOLE, len(STILL))
    first = STILL[:1000]
    arriving.append(clerk, WHOLE, offset=0, chunk=first, chunk_sha256=digest(first))
    real = arriving.os.pwrite

    def half(descriptor: int, data: memoryview, offset: int) -> int:
        if len(data) < 1500:
            raise OSError(28, "No space left on device")
        return real(descriptor, data[:600], offset)

    monkeypatch.setattr(arriving.os, "pwrite", half)
    chunk = STILL[1000:3000]
    with pytest.raises(OSError, match="No space"):
        arriving.append(clerk, WHOLE, offset=1000, chunk=chunk, chunk_sha256=digest(chunk))
    monkeypatch.undo()

    assert arriving.look(clerk, WHOLE).offset == 1000
    arriving.append(clerk, WHOLE, offset=1000, chunk=STILL[1000:], chunk_sha256=digest(STILL[1000:]))
    assert arriving.take(clerk, WHOLE) == STILL


def test_what_rots_after_it_arrived_is_not_handed_on(browser: Client, clerk: Officer, data_dir: Path) -> None:
    begin(browser)
    send_all(browser)
    [path] = (data_dir / "arriving").rglob(f"{WHOLE}.*")
    path.write_bytes(bytes(len(STILL)))

    with pytest.raises(arriving.DigestMismatch):
        arriving.take(clerk, WHOLE)
    with pytest.raises(arriving.UploadMissing):
        arriving.take(clerk, WHOLE)


def test_what_is_done_with_is_gone_and_gone_twice_is_no_fault(browser: Client, clerk: Officer) -> None:
    begin(browser)
    send_all(browser)

    arriving.done(clerk, WHOLE)
    arriving.done(clerk, WHOLE)

    with pytest.raises(arriving.UploadMissing):
        arriving.take(clerk, WHOLE)


def test_files_are_readable_by_the_site_only(browser: Client, data_dir: Path) -> None:
    begin(browser)

    for path in (data_dir / "arriving").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_wrong_size_announced_first_does_not_stand_in_the_way(browser: Client, clerk: Officer) -> None:
    begin(browser, size=10)
    send(browser, STILL[:5], 0)

    assert begin(browser).json()["offset"] == 0
    send_all(browser)
    assert arriving.take(clerk, WHOLE) == STILL


class TestBounds:
    """One officer cannot fill the disk, and what lies idle makes room."""

    @pytest.fixture
    def later(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
        """Let time pass."""
        real = clock.now

        def pass_by(period: timedelta) -> None:
            monkeypatch.setattr(clock, "now", lambda: real() + period)

        return pass_by

    def test_the_bytes_of_one_officer_are_bounded(self, browser: Client, signed_in: SignedIn, leader: Officer) -> None:
        self.fill(browser)

        answer = begin(browser, size=arriving.LARGEST_STILL)

        assert (answer.status_code, answer.json()["code"]) == (429, "uploads_full")
        assert int(answer["Retry-After"]) > 0
        assert begin(signed_in(leader)).status_code == 201  # each has room of their own

    def test_the_uploads_of_one_officer_are_bounded(self, browser: Client) -> None:
        for number in range(arriving.MOST_UPLOADS):
            assert begin(browser, sha256=f"{number:064x}", size=1).status_code == 201

        assert begin(browser, size=1).json()["code"] == "uploads_full"

    def test_the_longest_idle_makes_room(self, browser: Client, later: Callable[[timedelta], None]) -> None:
        self.fill(browser)
        later(arriving.IDLE + timedelta(seconds=5))

        assert begin(browser, size=arriving.LARGEST_STILL).status_code == 201
        assert browser.head(f"/uploads/{0:064x}/").status_code == 404
        assert browser.head(f"/uploads/{1:064x}/").status_code == 200

    def test_an_abandoned_upload_is_swept_away_and_a_young_one_is_not(
        self, browser: Client, later: Callable[[timedelta], None]
    ) -> None:
        begin(browser)
        assert self.sweep() == '{"swept": 0}'

        later(arriving.KEPT + timedelta(seconds=5))

        assert self.sweep() == '{"swept": 1}'
        assert send(browser, STILL[:1000], 0).json()["code"] == "upload_missing"
        assert begin(browser).status_code == 201

    def test_the_sweep_says_when_it_cannot_run(self, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def ill(_idle: timedelta) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(arriving, "sweep", ill)

        with pytest.raises(SystemExit) as ended:
            call_command("sweep_uploads", stderr=StringIO())
        assert ended.value.code == 2

    @staticmethod
    def fill(browser: Client) -> None:
        for number in range(arriving.MOST_BYTES // arriving.LARGEST_STILL):
            assert begin(browser, sha256=f"{number:064x}", size=arriving.LARGEST_STILL).status_code == 201

    @staticmethod
    def sweep() -> str:
        out = StringIO()
        call_command("sweep_uploads", "--json", stdout=out)
        return out.getvalue().strip()


def test_every_refusal_speaks_chinese_and_says_what_to_do(browser: Client) -> None:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    begin(browser)
    answers = [
        begin(browser, size=0),
        send(browser, b"x", 5),
        send(browser, b"x", 0, checksum="sha256 0"),
        send(browser, b"x", 0, sha256="0" * 64),
        begin(browser, **{"X-Officer": "1"}),
    ]

    for answer in answers:
        for words in (answer.json()["message"], answer.json()["advice"]):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words), words
