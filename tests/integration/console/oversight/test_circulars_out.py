"""A circular as it goes out: PDF, workbook, command, screens."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pikepdf
import pytest
from django.core.management import call_command
from django.test import Client

from audit.circulars.models import Receipt
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from tests.support import cases
from tests.support.circulars import NOVEMBER, frozen
from workflows.cases.models import Case
from workflows.figures.models import CaseFact

pytestmark = pytest.mark.django_db


def test_the_digest_stands_in_the_trail_with_those_of_the_prints(
    counted: list[Case], city: Office, city_officer: Officer
) -> None:
    issued = frozen(city, city_officer)
    event = Event.objects.get(action="circular.frozen")
    assert event.subject == f"circulars.circular:{issued.pk}"
    assert event.details["digest"] == issued.digest == canonical.sha256(issued.data.encode())
    prints = {one.kind: one for one in issued.prints.all()}
    assert set(prints) == {"pdf", "xlsx"}
    assert event.details["prints"] == {kind: canonical.sha256(bytes(one.content)) for kind, one in prints.items()}


def test_the_pdf_says_what_was_frozen_and_how_to_check_it(
    counted: list[Case], city: Office, city_officer: Officer
) -> None:
    import pypdfium2

    issued = frozen(city, city_officer)
    content = bytes(issued.prints.get(kind="pdf").content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) >= 3
    pages = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in pages).replace("\r", "").replace("\n", "")
    assert "户政业务通报" in text
    assert issued.digest in text.replace(" ", "")
    for words in (
        "业务办理情况",
        "档案采录情况",
        "不按规定采集上传",
        "补充采集上传",
        "超期采集上传",
        "抽查情况",
        "50.0%",
        "1/2",
    ):
        assert words in text, words


def test_the_workbook_has_a_sheet_for_each_content_and_reckons_its_rates_itself(
    counted: list[Case], city: Office, city_officer: Officer
) -> None:
    issued = frozen(city, city_officer)
    content = io.BytesIO(bytes(issued.prints.get(kind="xlsx").content))
    book = openpyxl.load_workbook(content)
    assert book.sheetnames == [section["title"]["zh"] for section in issued.said["sections"]] + ["口径与公式"]
    sheet = book["档案采录情况"]
    assert [cell.value for cell in sheet[5][:5]] == ["市局", "市局", 3, 4, '=IF(D5=0,"—",C5/D5)']
    content.seek(0)
    assert openpyxl.load_workbook(content, data_only=True)["档案采录情况"]["E5"].value == 0.75
    definitions = [cell.value for row in book["口径与公式"].iter_rows() for cell in row]
    assert issued.digest in definitions
    again = io.BytesIO(bytes(issued.prints.get(kind="xlsx").content)).getvalue()
    from audit.circulars import workbook

    assert workbook.render(issued.said, None, issued.digest) == again


def test_the_command_prints_a_draft_or_what_was_issued_and_issues(
    counted: list[Case], city: Office, city_officer: Officer, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    def run(*more: str) -> dict[str, Any]:
        with clock.frozen(NOVEMBER):
            call_command("circular", "--month", "2026-10", "--json", *more)
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    assert run()["state"] == "draft"
    issued = run("--freeze", "--by", city_officer.number, "--out", str(tmp_path))
    assert (issued["state"], issued["version"], issued["holds"]) == ("frozen", 1, True)
    kept = (tmp_path / "2026-10-v1.json").read_bytes()
    assert canonical.sha256(kept) == issued["digest"]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".pdf", ".xlsx"]
    with pytest.raises(SystemExit) as refused:
        run("--freeze", "--by", city_officer.number)
    assert refused.value.code == 1
    with pytest.raises(SystemExit) as strange:
        call_command("circular", "--month", "October", "--json")
    assert strange.value.code == 2


def test_the_screens_show_the_figures_lead_to_cases_and_keep_adoptions_unlisted(
    counted: list[Case], city: Office, station: Office, leader: Officer, city_officer: Officer, other_station: Office
) -> None:
    issued = frozen(city, city_officer)
    browser = Client()
    browser.force_login(leader)
    desk = browser.get("/").content.decode()
    assert "/circulars/2026-10/v1/" in desk
    page = browser.get("/circulars/2026-10/").content.decode()
    assert "66.7%" in page
    assert issued.digest in page
    assert f"office={station.code}" in page
    assert f"office={other_station.code}" not in page  # its cases are not for this leader
    link = f"/circulars/2026-10/cases/?section=capture&column=captured&part=d&office={station.code}"
    listed = browser.get(link)
    assert listed.context["count"] == 3
    assert counted[0].applicant_name not in listed.content.decode()
    CaseFact.objects.filter(case=counted[0]).update(secret=True)
    assert browser.get(link).context["count"] == 2
    beyond = browser.get(link.replace(station.code, other_station.code))
    assert beyond.context["count"] == 0
    kept = browser.get("/circulars/2026-10/v1/circular.json").content
    assert canonical.sha256(kept) == issued.digest

    browser.post("/circulars/2026-10/v1/read/", {"office": station.pk})
    assert Receipt.objects.get().office == station
    browser.post("/circulars/2026-10/v1/state/", {"office": station.pk, "text": "停电半日", "section": "capture"})
    assert "停电半日" in browser.get("/circulars/2026-10/").content.decode()


def test_the_city_issues_corrects_and_seals_on_the_screen(
    counted: list[Case], city: Office, city_officer: Officer, clerk: Officer
) -> None:
    browser = Client()
    browser.force_login(city_officer)
    with clock.frozen(NOVEMBER):
        assert browser.get("/circulars/2026-10/").url == "/circulars/2026-10/draft/"
        assert browser.post("/circulars/2026-10/freeze/").url == "/circulars/2026-10/"
        assert browser.post("/circulars/2026-10/freeze/").status_code == 422
        CaseFact.objects.filter(case=counted[2]).update(first_page_at=NOVEMBER, pages=1)
        draft = browser.get("/circulars/2026-10/draft/")
        assert draft.context["differences"]
        browser.post("/circulars/2026-10/freeze/", {"reason": "漏计一件"})
        assert browser.get("/circulars/2026-10/compare/").context["differences"] == draft.context["differences"]
        assert "漏计一件" in browser.get("/circulars/2026-10/").content.decode()
        assert browser.get("/circulars/2026-10/v1/").status_code == 200
        cases.give_seals(city_officer)
        assert browser.post("/circulars/2026-10/v2/seal/").url.startswith("/batches/")
