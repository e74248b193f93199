"""Papers say what they are told, mark where seals go, and keep personal data out of their metadata."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest

from tests.support import casefiles
from workflows.papers import approval_form, casefile, notice, receipt, specimen
from workflows.papers.approval_form import LevelFrame, MaterialLine
from workflows.papers.fonts import printable
from workflows.papers.typesetting import A4_HEIGHT, A4_WIDTH, Box, grouped_id_number


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """The text of a PDF as an independent reader extracts it, without spaces and line ends."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", said)


def overlap(one: Box, other: Box) -> bool:
    return (
        one.page == other.page
        and one.left < other.right
        and other.left < one.right
        and one.bottom < other.top
        and other.bottom < one.top
    )


CHAINS = [1, 2, 3, 4]


def chain(levels: int) -> tuple[LevelFrame, ...]:
    return tuple(LevelFrame(n, "审批意见", "云溪市公安局", unit_seal=n == levels) for n in range(1, levels + 1))


@pytest.mark.parametrize("levels", CHAINS)
@pytest.mark.parametrize("materials", [1, 14, 40])
def test_every_level_has_room_for_its_seals(levels: int, materials: int) -> None:
    lines = tuple(MaterialLine(f"材料{n}", 2, "ab" * 32) for n in range(materials))
    composed = approval_form.compose(casefiles.form(levels=chain(levels), materials=lines))
    boxes = [box for one in composed.boxes for box in (one.officer, one.unit) if box is not None]
    with pikepdf.open(io.BytesIO(composed.pdf)) as pdf:
        pages = len(pdf.pages)
    assert [one.level for one in composed.boxes] == list(range(1, levels + 1))
    assert [one.unit is not None for one in composed.boxes] == [n == levels for n in range(1, levels + 1)]
    for place, box in enumerate(boxes):
        assert 0 <= box.page < pages
        assert 40 < box.left < box.right < A4_WIDTH - 40
        assert 40 < box.bottom < box.top < A4_HEIGHT - 30
        assert box.right - box.left > 100
        assert box.top - box.bottom >= 77
        assert not any(overlap(box, other) for other in boxes[place + 1 :])


def test_the_form_says_what_it_is_told(tmp_path: Path) -> None:
    said = text_of(approval_form.render(casefiles.form()), tmp_path)
    for words in ("户政业务审批表", casefiles.NUMBER, "林晓岚", "420704199003071238", "委托他人代办", "审批意见"):
        assert words in said


@pytest.mark.parametrize("text", ['"引号"与\\反斜线', "#set page(width: 1cm)", "$x^2$ *星* _线_ @引 <标>", "长" * 300])
def test_what_people_type_is_text_and_never_typesetting(text: str, tmp_path: Path) -> None:
    said = text_of(approval_form.render(casefiles.form(fields=(("变更理由", text),))), tmp_path)
    assert re.sub(r"\s+", "", text)[:30] in said


def ink_in_margin(pdf: bytes, tmp_path: Path, *, margin_pt: float) -> bool:
    """Whether anything is drawn in the right margin of a page."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    (tmp_path / "m.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "72", "-gray", "-png", "m.pdf", "m"], cwd=tmp_path, check=True)
    pages = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(tmp_path.glob("m-*.png"))]
    return any(bool((page[:, -int(margin_pt) :] < 200).any()) for page in pages)


def test_a_long_run_without_spaces_stays_inside_its_cell(tmp_path: Path) -> None:
    run = "a1W" * 40
    lines = (MaterialLine(run, 1, "ab" * 32),)
    form = approval_form.render(casefiles.form(fields=(("网址", run), ("备注", "无")), subject=run, materials=lines))
    assert not ink_in_margin(form, tmp_path, margin_pt=46)
    assert not ink_in_margin(notice.render(casefiles.notice(opinion=run)), tmp_path, margin_pt=58)
    assert "a1Wa1Wa1W" in text_of(form, tmp_path)


def test_a_rare_character_is_printed_as_its_code_and_never_dropped(tmp_path: Path) -> None:
    said = text_of(approval_form.render(casefiles.form(applicant_name="𠮷田\u200b\x07")), tmp_path)
    assert "〓(U+20BB7)田" in said
    assert printable("王䶮😀\n二") == "王䶮〓(U+1F600)\n二"


def test_metadata_names_the_case_and_nobody(tmp_path: Path) -> None:
    bound = casefile.merge(approval_form.render(casefiles.form()), [casefiles.jpeg()], title=casefiles.NUMBER)
    with pikepdf.open(io.BytesIO(bound)) as pdf:
        with pdf.open_metadata() as metadata:
            told = {key: str(value) for key, value in metadata.items()}
        told |= {key: str(value) for key, value in pdf.docinfo.items()}
    assert told["{http://purl.org/dc/elements/1.1/}title"] == casefiles.NUMBER
    assert not any(secret in value for value in told.values() for secret in ("林晓岚", "420704199003071238"))


def test_pages_go_in_byte_for_byte_and_in_order() -> None:
    jpegs = [casefiles.jpeg(copy=n) for n in range(3)]
    with pikepdf.open(io.BytesIO(casefile.merge(approval_form.render(casefiles.form()), jpegs, title="1"))) as pdf:
        images = [next(iter(page.Resources.XObject.values())).read_raw_bytes() for page in pdf.pages[1:]]
    assert [hashlib.sha256(image).digest() for image in images] == [hashlib.sha256(j).digest() for j in jpegs]


def test_binding_the_same_again_gives_the_same_bytes() -> None:
    form, jpegs = casefiles.form(), [casefiles.jpeg()]
    one, two = (casefile.merge(approval_form.render(form), jpegs, title="1") for _ in range(2))
    assert one == two


def test_a_form_alone_is_a_case_file_too() -> None:
    with pikepdf.open(io.BytesIO(casefile.merge(approval_form.render(casefiles.form()), [], title="1"))) as pdf:
        assert len(pdf.pages) == 1


def test_forms_typeset_by_several_threads_do_not_mix() -> None:
    found: dict[int, int] = {}

    def work(levels: int) -> None:
        for _ in range(5):
            found[levels] = len(approval_form.compose(casefiles.form(levels=chain(levels))).boxes)

    threads = [threading.Thread(target=work, args=(levels,)) for levels in CHAINS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {levels: levels for levels in CHAINS}


@pytest.mark.parametrize("granted", [True, False])
def test_a_notice_says_its_decision_and_has_a_place_for_the_seal(granted: bool, tmp_path: Path) -> None:
    composed = notice.compose(
        casefiles.notice(granted=granted, legal_basis="" if granted else "《户口登记条例》第十八条")
    )
    said = text_of(composed.pdf, tmp_path)
    assert ("不予办理" in said) is not granted
    assert f"TZ-{casefiles.NUMBER}" in said
    assert "7K2M94QXA1B2C3D4" in said
    seal = composed.seal
    assert seal.page == 0
    assert 100 < seal.right - seal.left < 160
    assert 40 < seal.bottom < seal.top < A4_HEIGHT / 2


def test_the_qr_code_of_a_notice_gives_number_and_check_code(tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    (tmp_path / "n.pdf").write_bytes(notice.compose(casefiles.notice()).pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "n.pdf", "n"], cwd=tmp_path, check=True)
    read, *_ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "n.png")))
    assert read == f"TZ-{casefiles.NUMBER} 7K2M94QXA1B2C3D4"


def test_a_receipt_lists_what_was_received_and_what_is_missing(tmp_path: Path) -> None:
    said = text_of(
        receipt.render(
            receipt.Receipt(
                accepting_office=casefiles.STATION,
                case_number=casefiles.NUMBER,
                applicant_name="林晓岚",
                sub_type="成年人姓名变更",
                accepted_at=casefiles.MORNING,
                promise="10 个工作日",
                materials=(MaterialLine("居民户口簿", 4, ""), MaterialLine("户口登记申请表", 1, "")),
                missing=("调查核实报告",),
                missing_due=(casefiles.MORNING + timedelta(days=2)).date(),
                officer="周明",
                phone="0700-0000000",
            )
        ),
        tmp_path,
    )
    for words in ("受理回执", casefiles.NUMBER, "居民户口簿4页", "调查核实报告", "2026年11月23日", "10个工作日"):
        assert words in said


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("M_APPLICANT_ID", "card"),
        ("M_HUKOU_BOOK", "booklet"),
        ("M_APPLY_FORM", "form"),
        ("M_BIRTH_CERT", "certificate"),
        ("M_NAME_APPLY", "letter"),
    ],
)
def test_specimens_have_the_proportions_of_their_kind(code: str, shape: str) -> None:
    assert specimen.shape_of(code) == shape
    picture = cv2.imdecode(np.frombuffer(specimen.render(code, "样张"), np.uint8), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    assert width / height == pytest.approx(specimen.PROPORTIONS[shape], rel=0.02)
    assert picture.std() > 8


def test_no_two_copies_of_a_specimen_look_alike() -> None:
    assert len({specimen.render("M_APPLY_FORM", "户口登记申请表", copy) for copy in range(4)}) == 4


def test_the_same_paper_of_another_case_is_another_paper() -> None:
    assert len({specimen.render("M_APPLICANT_ID", "居民身份证", whose=case) for case in range(3)}) == 3


def test_specimens_of_the_same_shape_differ_by_material() -> None:
    codes = ("M_APPLICANT_ID", "M_PROXY_ID", "M_SPOUSE_ID")
    assert {specimen.shape_of(code) for code in codes} == {"card"}
    assert len({specimen.render(code, "居民身份证") for code in codes}) == len(codes)


@pytest.mark.parametrize(
    ("number", "said"), [("420704199003071238", "420704 19900307 1238"), ("", ""), ("12345", "12345")]
)
def test_id_numbers_are_grouped_as_people_read_them(number: str, said: str) -> None:
    assert grouped_id_number(number) == said
