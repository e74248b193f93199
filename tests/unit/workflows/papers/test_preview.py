"""Showing a page where no PDF program is at hand."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from PIL import Image

from workflows.papers import notice, preview

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return notice.compose(
        notice.Notice(
            bureau="云溪市公安局",
            number="TZ-1",
            granted=True,
            case_number="1",
            category="变更更正",
            sub_type="1102 成年人姓名变更",
            subject_name="林知夏",
            subject_id_number="",
            accepting_office="桥头派出所",
            accepted_at=NOW,
            deciding_office="云东分局",
            decided_at=NOW,
            opinion="同意",
            legal_basis="",
            next_step="请归档。",
            due_on=date(2026, 12, 21),
            printed_at=NOW,
            check_code="ABCDEF0123456789",
        )
    ).pdf


def test_a_page_is_drawn_as_wide_as_asked(pdf: bytes) -> None:
    picture = Image.open(io.BytesIO(preview.page_png(pdf, width=600)))
    assert picture.size[0] in (600, 601)
    assert picture.convert("L").getextrema()[0] < 80  # there is print on it


def test_a_page_that_is_not_there_is_said_so(pdf: bytes) -> None:
    with pytest.raises(LookupError):
        preview.page_png(pdf, page=9)
