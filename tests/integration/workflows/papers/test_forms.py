"""Forms: every sub-type has its own, filled with the case's data; the code on it leads back to its slot."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hukou.accounts.models import Office, Officer
from hukou.catalogue.models import SubType
from tests.support import cases
from workflows.papers import families, forms


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    cases.load_catalogue()


def text_of(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", said)


def test_every_sub_type_belongs_to_a_family() -> None:
    assert {families.of(code).apply_title for code in SubType.objects.values_list("code", flat=True)}


@pytest.mark.parametrize("subtype", ["0101", "0204", "0304", "0403", "0502", "0601", "0701", "0902", "1102", "1301"])
def test_the_forms_of_a_case_say_what_was_typed(station: Office, clerk: Officer, subtype: str, tmp_path: Path) -> None:
    case = cases.drafted(station, clerk, subtype)
    codes = forms.printable(case)
    assert forms.CONFIRM in codes
    for code in codes:
        said = text_of(forms.render(forms.form_of(case, code)), tmp_path)
        for words in (case.applicant_name, case.subtype.name_zh, case.form["reason"], "签名"):
            assert words in said


def test_a_slot_without_a_form_has_none(station: Office, clerk: Officer) -> None:
    with pytest.raises(LookupError):
        forms.form_of(cases.drafted(station, clerk), "M_HUKOU_BOOK")


def test_the_code_on_a_form_names_case_and_slot_and_nobody() -> None:
    assert forms.read_slot(forms.slot_text(17, "M_CONFIRM_SHEET")) == (17, "M_CONFIRM_SHEET")
    assert [forms.read_slot(text) for text in ("", "HK1", "HK1 x M_A", "TZ-1 2")] == [None] * 4
