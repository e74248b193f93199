"""Every answer to the applicant is written by itself: receipt, what is missing, why not accepted, why refused."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.trail.models import Event
from hukou.kernel.errors import NotFound
from tests.support.stages import Bureau, fresh, put_on_seals, write_letters
from workflows.approvals import written_answers
from workflows.cases import letters
from workflows.cases.models import Case, Letter


def kinds(case: Case) -> list[str]:
    """The letters of the case after all jobs ran."""
    return [letter.kind for letter in write_letters(case)]


def said(letter: Letter, folder: Path) -> str:
    """The text of a letter without spaces."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "letter.pdf"
    path.write_bytes(letters.pdf(letter))
    shown = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", shown)


def test_an_accepted_case_has_its_receipt_in_the_accepting_officers_name(bureau: Bureau) -> None:
    case = bureau.accepted()
    assert kinds(case) == ["receipt"]
    [receipt] = letters.of(case)
    assert (receipt.made_by, receipt.office) == (bureau.clerk, bureau.station)
    assert Event.objects.filter(action="letter.issued", case_id=case.pk).exists()


def test_who_is_turned_away_gets_the_reason_in_writing(bureau: Bureau, tmp_path: Path) -> None:
    case = bureau.not_accepted()
    assert kinds(case) == ["not_accepted"]
    assert "不属于本所管辖" in said(letters.of(case)[0], tmp_path)


def test_a_return_tells_once_everything_that_is_missing(bureau: Bureau, tmp_path: Path) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2, "return", missing=["另附亲属关系说明", "M_HUKOU_BOOK", "另附亲属关系说明", " "])
    *_before, notice = write_letters(case)
    assert notice.kind == "supplement"
    assert notice.office == bureau.station
    text = said(notice, tmp_path)
    assert text.count("另附亲属关系说明") == 1
    for words in ("户口簿", "情况属实"):
        assert words in text
    [decision] = case.decisions.filter(outcome="return")
    assert decision.missing == ["M_HUKOU_BOOK", "另附亲属关系说明"]


def test_each_return_has_a_letter_of_its_own_and_no_job_doubles_it(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    for _round in range(2):
        bureau.decide(case, 2, "return")
        put_on_seals(bureau.hand_up(case))
    once, twice = kinds(case), kinds(case)
    assert once == twice == ["receipt", "supplement", "supplement"]
    assert [letter.revision for letter in letters.of(case)] == [1, 1, 2]


def test_a_refusal_is_written_only_when_its_seal_is_on(bureau: Bureau, tmp_path: Path) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2, "refuse", opinion="条件不符")
    assert kinds(case) == ["receipt"]
    put_on_seals(case)
    assert kinds(case) == ["receipt", "refused"]
    text = said(letters.of(case)[1], tmp_path)
    for words in ("条件不符", "公通字〔2021〕12号第五十七条"):
        assert words in text


def test_a_letter_is_made_though_the_case_went_on_before_its_job_ran(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2, "return")
    bureau.withdraw(fresh(case))
    assert kinds(case) == ["receipt", "supplement"]


def test_an_approval_and_a_recall_are_not_told_by_letter(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    recall = bureau.recall(case)
    assert kinds(case) == ["receipt"]
    with pytest.raises(NotFound):
        written_answers.write(decision_id=recall.pk)


def test_no_job_carries_a_name_or_a_reason(bureau: Bureau) -> None:
    bureau.decide(bureau.at_level(2), 2, "return", opinion="请补正")
    for job in ProcrastinateJob.objects.filter(task_name__startswith="letter."):
        assert all(isinstance(value, int) or value in letters.kinds() for value in job.args.values())
