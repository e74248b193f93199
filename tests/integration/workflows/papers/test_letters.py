"""Letters to the applicant: numbered without gaps, made once per cause, printed again byte for byte."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import NotFound, NotPermitted, WrongState
from tests.support import cases
from workflows.cases import letters
from workflows.cases.errors import LetterIncomplete
from workflows.cases.models import Case, Letter

REASON = {"reason": "申请人户口不在本辖区。", "legal_basis": "《中华人民共和国户口登记条例》第十条"}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "receipt": ("accepted", {}),
    "supplement": ("draft", {"missing": [{"code": "M_HUKOU_BOOK", "what": "缺少增减页"}]}),
    "not_accepted": ("draft", REASON),
    "refused": ("in_review", REASON),
}


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    cases.load_catalogue()


@pytest.fixture
def draft(station: Office, clerk: Officer) -> Case:
    return cases.drafted(station, clerk)


def in_state(case: Case, status: str, clerk: Officer) -> Case:
    """The case in `status`, without the way there."""
    unnumbered = status in ("draft", "not_accepted")
    numbered = {} if unnumbered else {"accepted_by": clerk, "accepted_at": case.opened_at}
    turned_away = {"closing_reason": "材料不符", "closing_basis": "第五十七条"} if status == "not_accepted" else {}
    Case.objects.filter(pk=case.pk).update(
        status=status,
        number=None if unnumbered else f"99010201000020261121{case.subtype.code}{case.pk:05d}",
        filed_at=case.opened_at if status == "filed" else None,
        **numbered,
        **turned_away,
    )
    return cases.again(case)


def text_of(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", said)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_letter_says_what_was_decided_and_is_the_same_bytes_when_printed_again(
    draft: Case, clerk: Officer, kind: str, tmp_path: Path
) -> None:
    status, details = KINDS[kind]
    in_state(draft, status, clerk)
    letter = letters.issue(case_id=draft.pk, kind=kind, by=clerk, details=details)
    first = letters.pdf(letter)
    assert letters.pdf(Letter.objects.get(pk=letter.pk)) == first
    said = text_of(first, tmp_path)
    for words in (letters.label(kind) and letter.number, draft.applicant_name, draft.subtype.name_zh):
        assert words in said
    for words in details.values():
        assert not isinstance(words, str) or words in said


def test_the_one_time_notice_lists_what_the_folder_lacks_besides_what_was_written(
    draft: Case, clerk: Officer, tmp_path: Path
) -> None:
    letter = letters.issue(case_id=draft.pk, kind="supplement", by=clerk, details=KINDS["supplement"][1])
    said = text_of(letters.pdf(letter), tmp_path)
    assert "缺少增减页" in said
    assert "户口登记申请表：尚未提交" in said


@pytest.mark.parametrize("kind", ["not_accepted", "refused"])
def test_a_refusal_names_both_remedies_with_their_time(draft: Case, clerk: Officer, kind: str, tmp_path: Path) -> None:
    in_state(draft, KINDS[kind][0], clerk)
    said = text_of(letters.pdf(letters.issue(case_id=draft.pk, kind=kind, by=clerk, details=REASON)), tmp_path)
    for words in ("六十日内", "行政复议", "六个月内", "行政诉讼"):
        assert words in said


def test_the_same_cause_makes_no_second_letter(draft: Case, clerk: Officer) -> None:
    once, twice = (letters.issue(case_id=draft.pk, kind="not_accepted", by=clerk, details=REASON) for _ in range(2))
    assert once == twice
    assert Event.objects.filter(action="letter.issued").count() == 1


def test_numbers_run_without_gaps_per_kind_even_after_a_rollback(draft: Case, clerk: Officer) -> None:
    def ask(kind: str, cause: str) -> Letter:
        details = {**KINDS[kind][1], "cause": cause}
        return letters.issue(case_id=draft.pk, kind=kind, by=clerk, details=details)

    first = ask("supplement", "a")
    before = transaction.savepoint()
    ask("supplement", "lost")
    transaction.savepoint_rollback(before)
    second, other = ask("supplement", "b"), ask("not_accepted", "c")
    assert [x.number[-5:] for x in (first, second, other)] == ["00001", "00002", "00001"]
    assert [x.revision for x in (first, second, other)] == [1, 2, 1]
    assert first.number.startswith(f"BZ-{draft.station.code}-")


@pytest.mark.parametrize("status", Case.Status.values)
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_letter_is_made_only_in_its_states(draft: Case, clerk: Officer, kind: str, status: str) -> None:
    in_state(draft, status, clerk)
    if status in letters.kinds()[kind].states:
        assert letters.issue(case_id=draft.pk, kind=kind, by=clerk, details=KINDS[kind][1]).pk
    else:
        with pytest.raises(WrongState):
            letters.issue(case_id=draft.pk, kind=kind, by=clerk, details=KINDS[kind][1])


def test_neither_auxiliary_nor_another_station_makes_a_letter(
    draft: Case, auxiliary: Officer, other_clerk: Officer
) -> None:
    for stranger in (auxiliary, other_clerk):
        with pytest.raises(NotPermitted):
            letters.issue(case_id=draft.pk, kind="supplement", by=stranger, details=KINDS["supplement"][1])


def test_a_refusal_without_its_legal_reason_is_not_made(draft: Case, clerk: Officer) -> None:
    with pytest.raises(LetterIncomplete):
        letters.issue(case_id=draft.pk, kind="not_accepted", by=clerk, details={"reason": "无"})
    with pytest.raises(NotFound):
        letters.issue(case_id=draft.pk, kind="no_such_kind", by=clerk, details={})


def test_handing_over_is_noted_once(draft: Case, clerk: Officer) -> None:
    letter = letters.issue(case_id=draft.pk, kind="not_accepted", by=clerk, details=REASON)
    first = letters.hand_over(case_id=draft.pk, letter_id=letter.pk, by=clerk)
    again = letters.hand_over(case_id=draft.pk, letter_id=letter.pk, by=clerk)
    assert first.handed_over_at == again.handed_over_at is not None
    assert Event.objects.filter(action="letter.handed_over").count() == 1
