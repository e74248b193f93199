"""`manage.py process_photo`: what a technician, or a script at a station, learns of photographs without a database."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import cv2
import pytest
from django.core.management import call_command
from django.utils import translation

from capture.pipeline import scenes, specimens
from capture.pipeline.run import PIPELINE_VERSION, process


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A form on the mat, seen well enough for the archive."""
    return specimens.photograph(specimens.sheet(3, (2480, 3508)), 3, (2448, 3264))


@pytest.fixture
def good(tmp_path: Path, photo: bytes) -> Path:
    path = tmp_path / "good.jpg"
    path.write_bytes(photo)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.jpg"
    path.write_bytes(specimens.empty_desk(1, (1632, 1224)))
    return path


def run(*words: object) -> tuple[int, str, str]:
    """Exit status, what it printed and what it said beside."""
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("process_photo", *map(str, words), stdout=out, stderr=err)
    return int(end.value.code or 0), out.getvalue(), err.getvalue()


def told(*words: object) -> tuple[int, Any]:
    """Exit status and the printed object."""
    status, out, _err = run(*words, "--json")
    return status, json.loads(out)


def test_a_good_photograph_passes_and_its_page_is_written(good: Path, photo: bytes, tmp_path: Path) -> None:
    status, report = told(good, "--out", tmp_path / "out", "--paper", "A4")

    assert status == 0
    assert (report["pipeline"], report["passed"], report["refused"], report["stopped"]) == (
        PIPELINE_VERSION,
        1,
        0,
        False,
    )
    [facts] = report["files"]
    assert facts["sha256"] == hashlib.sha256(photo).hexdigest()
    assert (facts["width"], facts["height"], facts["verdict"]) == (2448, 3264, "pass")
    assert {"decode", "find", "warp", "encode", "total"} <= facts["ms"].keys()
    [page] = facts["pages"]
    assert len(page["corners_tl_tr_br_bl"]) == 4
    assert page["orientation"] in {0, 90, 180, 270}
    assert page["dpi"] > 200
    written = Path(page["output"])
    assert written == tmp_path / "out" / "good.page1.jpg"
    assert hashlib.sha256(written.read_bytes()).hexdigest() == page["sha256"]
    assert written.read_bytes() == process(photo).pages[0].page.jpeg


def test_a_picture_without_a_page_is_refused_with_the_reason_and_the_next_step(empty: Path) -> None:
    status, report = told(empty)

    assert status == 1
    [facts] = report["files"]
    assert (facts["verdict"], facts["pages"]) == ("refuse", [])
    [finding] = facts["findings"]
    assert finding["code"] == "no_page"
    assert finding["message"]
    assert finding["advice"]


def test_one_bad_file_among_good_ones_costs_only_itself(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(good.read_bytes()[:9000])
    nothing = tmp_path / "nothing.jpg"
    nothing.write_bytes(b"")

    status, report = told(bad, good, nothing)

    assert status == 1
    assert [facts["verdict"] for facts in report["files"]] == ["refuse", "pass", "refuse"]
    first, _good, last = report["files"]
    assert first["error"]["code"] == "image_truncated"
    assert last["error"]["message"]
    assert last["error"]["advice"]


def test_pages_of_files_with_one_name_do_not_overwrite_each_other(photo: bytes, tmp_path: Path) -> None:
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "IMG_1.JPG").write_bytes(photo)
    (tmp_path / "monday" / "notes.txt").write_text("no picture")

    status, report = told(tmp_path, "--out", tmp_path / "out")

    assert status == 0
    assert [Path(facts["pages"][0]["output"]).name for facts in report["files"]] == [
        "IMG_1.page1.jpg",
        "IMG_1-2.page1.jpg",
    ]


def test_several_cards_in_one_photograph_are_several_pages(tmp_path: Path) -> None:
    scene = scenes.scene(2, papers=3)
    path = tmp_path / "cards.jpg"
    path.write_bytes(cv2.imencode(".jpg", scene.image)[1].tobytes())

    _status, report = told(path, "--several")

    assert len(report["files"][0]["pages"]) == 3


def test_a_portrait_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "portrait.jpg"
    path.write_bytes(specimens.portrait(1))

    status, report = told(path, "--portrait")

    assert status == 0
    [page] = report["files"][0]["pages"]
    assert (page["width"], page["height"]) == (960, 1280)


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.jpg"],
        ["{good}", "--several", "--portrait"],
        ["{folder}"],
        ["{good}", "--out", "{good}/inside"],
    ],
    ids=["no such file", "several portraits", "a folder without pictures", "a place that cannot be made"],
)
def test_what_cannot_be_begun_ends_with_two_and_a_reason(words: list[str], good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    words = [word.format(good=good, folder=folder) for word in words]

    status, report = told(*words)

    assert status == 2
    assert report["error"]


def test_people_read_it_in_their_own_language(empty: Path) -> None:
    with translation.override("zh-hans"):
        _status, chinese, _err = run(empty)
    with translation.override("en"):
        _status, english, _err = run(empty)

    assert "1" in chinese
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert "refused" in english
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
