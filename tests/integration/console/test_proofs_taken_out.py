"""What is taken out of the reading room is verified elsewhere, and says plainly what does not hold."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.trail import actions as trail
from audit.trail import notes, publication
from audit.trail.models import Event
from audit.verify import Key, verify_exported
from capture.sessions import storage
from capture.sessions.models import Page
from hukou.accounts.models import Office, Officer
from hukou.console.reading import bundles
from tests.support import append_only, cases
from workflows.cases.models import Case, MaterialPage

from .conftest import SignedIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catalogue(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    """The catalogue, and a data folder of its own for log and pages."""
    settings.HUKOU_DATA_DIR = tmp_path / "data"
    cases.load_catalogue()


@pytest.fixture
def case(catalogue: None, station: Office, clerk: Officer) -> Case:
    """A case with one page."""
    case = cases.drafted(station, clerk)
    cases.place(case, "M_HUKOU_BOOK", clerk)
    return case


@pytest.fixture
def page(case: Case) -> Page:
    return MaterialPage.objects.get(material__case=case).page


@pytest.fixture
def browser(signed_in: SignedIn, clerk: Officer) -> Client:
    return signed_in(clerk)


def sealed_in() -> None:
    trail.sequence(patience=30)
    publication.publish()


def taken(browser: Client, address: str, folder: Path) -> list[str]:
    """Unpack a ZIP as whoever gets it would."""
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as bundle:  # type: ignore[attr-defined]
        assert bundle.testzip() is None
        bundle.extractall(folder)
        return bundle.namelist()


def key_of(settings: Any) -> Key:
    return Key.parse(str(notes.log_signer(settings.HUKOU_DATA_DIR).verifier))


def test_the_trail_of_a_case_is_verified_elsewhere(browser: Client, case: Case, tmp_path: Path, settings: Any) -> None:
    sealed_in()
    names = taken(browser, f"/cases/{case.pk}/trail/export.zip", tmp_path / "out")
    report = verify_exported(tmp_path / "out", key_of(settings), [])
    assert (report.held, report.entries) == (True, 2)
    assert {"verify.py", "README.txt", "log.vkey"} <= set(names)
    event = Event.objects.latest("pk")
    assert (event.action, event.case_id, event.details["events"]) == ("trail.exported", case.pk, 2)


def test_an_export_before_the_log_has_everything_says_what_to_do(browser: Client, case: Case) -> None:
    answer = browser.get(f"/cases/{case.pk}/trail/export.zip")
    assert answer.status_code == 409
    assert not Event.objects.filter(action="trail.exported").exists()


def test_one_event_is_verified_elsewhere(
    browser: Client, case: Case, tmp_path: Path, settings: Any, signed_in: SignedIn, overseer: Officer
) -> None:
    sealed_in()
    event = Event.objects.filter(case_id=case.pk).latest("pk")
    for reader, address in (
        (browser, f"/cases/{case.pk}/trail/events/{event.pk}/proof.zip"),
        (signed_in(overseer), f"/trail/events/{event.pk}/proof.zip"),
    ):
        taken(reader, address, tmp_path / "one")
        assert verify_exported(tmp_path / "one", key_of(settings), []).held
    assert Event.objects.latest("pk").action == "trail.event_proved"


def test_an_event_of_another_case_is_not_handed_out(browser: Client, case: Case, clerk: Officer) -> None:
    trail.record("case.updated", subject="cases.case:999", by=clerk)
    other = Event.objects.latest("pk").pk
    assert browser.get(f"/cases/{case.pk}/trail/events/{other}/proof.zip").status_code == 404
    assert browser.get(f"/trail/events/{other}/proof.zip").status_code == 403


def test_a_page_is_proved_with_every_step(
    browser: Client, case: Case, page: Page, tmp_path: Path, settings: Any
) -> None:
    sealed_in()
    shown = browser.get(f"/cases/{case.pk}/captured/{page.pk}/proof/").context["certificate"]
    assert shown.outcome == "PASSED"
    assert [step.name for step in shown.steps] == ["picture", "said", "columns", "leaf", "root"]
    names = taken(browser, f"/cases/{case.pk}/captured/{page.pk}/proof.zip", tmp_path / "page")
    assert verify_exported(tmp_path / "page", key_of(settings), []).held
    assert (tmp_path / "page" / f"{page.sha256}.jpg").read_bytes() == storage.read("pages", page.sha256)
    assert json.loads((tmp_path / "page" / "000001.json").read_text())["details"]["sha256"] == page.sha256
    assert "certificate.pdf" in names
    event = Event.objects.latest("pk")
    assert (event.action, event.case_id) == ("trail.page_proved", case.pk)


def test_a_page_captured_by_the_camera_is_proved_by_that_act(
    browser: Client, case: Case, page: Page, clerk: Officer
) -> None:
    details = {"page": page.sha256, "original": page.original.sha256, "kind": "page"}
    trail.record("page.captured", subject=page, by=clerk, details=details)
    sealed_in()
    shown = browser.get(f"/cases/{case.pk}/captured/{page.pk}/proof/").context["certificate"]
    assert (shown.entry.action, shown.outcome) == ("page.captured", "PASSED")
    assert shown.steps[0].name == "original"


def test_a_young_page_says_that_it_is_not_in_a_checkpoint_yet(browser: Client, case: Case, page: Page) -> None:
    answer = browser.get(f"/cases/{case.pk}/captured/{page.pk}/proof/")
    assert answer.context["certificate"].outcome == "INDETERMINATE"
    assert "尚未入已签名的检查点" in answer.content.decode()
    assert browser.get(f"/cases/{case.pk}/captured/{page.pk}/proof.zip").status_code == 409


@pytest.mark.parametrize("change", ["picture", "gone", "event", "columns"])
def test_what_was_changed_is_the_step_that_does_not_hold(browser: Client, case: Case, page: Page, change: str) -> None:
    sealed_in()
    path = storage.path_of("pages", page.sha256)
    if change == "picture":
        path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    elif change == "gone":
        path.unlink()
    else:
        column = "leaf = replace(encode(leaf, 'escape'), 'M_HUKOU_BOOK', 'M_HUKOU_BOOT')::bytea"
        said = column if change == "event" else "officer_number = '999999'"
        with append_only.as_superuser() as cursor:
            cursor.execute(f"update trail_event set {said} where action = 'case.page_placed'")
    shown = browser.get(f"/cases/{case.pk}/captured/{page.pk}/proof/").context["certificate"]
    failed = {step.name for step in shown.steps if step.held is False}
    assert shown.outcome == "FAILED"
    assert (
        failed
        == {"picture": {"picture"}, "gone": {"picture"}, "event": {"columns", "leaf"}, "columns": {"columns"}}[change]
    )


def test_a_page_of_another_case_has_no_certificate_here(
    browser: Client, case: Case, page: Page, station: Office, clerk: Officer
) -> None:
    other = cases.drafted(station, clerk)
    assert browser.get(f"/cases/{other.pk}/captured/{page.pk}/proof/").status_code == 404


def test_a_bundle_is_made_piece_by_piece() -> None:
    asked: list[str] = []

    def files() -> Any:
        for name in ("a", "b"):
            asked.append(name)
            yield name, name.encode() * 10

    pieces = bundles.zipped(files())
    begun = next(pieces)
    assert asked == ["a"]
    with zipfile.ZipFile(io.BytesIO(begun + b"".join(pieces))) as bundle:
        assert {name: bundle.read(name) for name in bundle.namelist()} == {"a": b"a" * 10, "b": b"b" * 10}


def test_a_damaged_log_is_told_and_nothing_is_handed_out(browser: Client, case: Case) -> None:
    sealed_in()
    for tile in (publication.folder() / "tile" / "0").rglob("*"):
        if tile.is_file():
            tile.unlink()
    event = Event.objects.filter(case_id=case.pk).latest("pk")
    answer = browser.get(f"/cases/{case.pk}/trail/events/{event.pk}/proof.zip")
    assert (answer.status_code, "verify_trail" in answer.content.decode()) == (409, True)
