"""Pages in slots: what is taken, what is not, and that nothing taken is ever lost."""

from __future__ import annotations

import pytest

from hukou.kernel.errors import NotFound
from tests.support.stages import Bureau, fresh, picture
from workflows.cases import actions, errors, folders
from workflows.cases.models import MaterialPage


def test_the_same_picture_sent_twice_is_one_page(bureau: Bureau) -> None:
    case = bureau.draft()
    assert bureau.capture(case, "M_APPLY_FORM") == bureau.capture(case, "M_APPLY_FORM")
    assert MaterialPage.objects.filter(material__case=case).count() == 1


def test_the_same_picture_does_not_lie_in_two_slots(bureau: Bureau) -> None:
    case = bureau.draft()
    bureau.capture(case, "M_APPLY_FORM")
    data = picture("M_APPLY_FORM")
    with pytest.raises(errors.PageInOtherSlot):
        actions.capture_page(
            case_id=case.pk, material_code="M_HUKOU_BOOK", data=data, claimed_sha256=None, by=bureau.clerk
        )
    assert MaterialPage.objects.filter(material__case=case).count() == 1


def test_a_full_slot_takes_no_more(bureau: Bureau) -> None:
    case = bureau.draft()
    bureau.capture(case, "M_APPLY_FORM", 0)
    bureau.capture(case, "M_APPLY_FORM", 1)
    with pytest.raises(errors.SlotFull):
        bureau.capture(case, "M_APPLY_FORM", 2)


def test_a_slot_the_subtype_does_not_have_takes_nothing(bureau: Bureau) -> None:
    case = bureau.draft("0101")
    with pytest.raises(errors.NoSuchMaterial):
        bureau.capture(case, "M_NAME_REASON")


def test_a_replaced_page_stays_with_its_reason_and_changes_the_content(bureau: Bureau) -> None:
    case = bureau.draft()
    placed = bureau.capture(case, "M_APPLY_FORM")
    before = folders.content_digest(case)
    gone = actions.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="拍糊了", by=bureau.clerk)
    assert (gone.superseded_by, gone.superseded_reason) == (bureau.clerk, "拍糊了")
    assert folders.content_digest(fresh(case)) != before
    again = bureau.capture(case, "M_APPLY_FORM")
    assert again.pk != placed.pk
    assert again.position == 2
    with pytest.raises(NotFound):
        actions.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="再来", by=bureau.clerk)


def test_a_page_is_not_taken_out_without_a_reason(bureau: Bureau) -> None:
    case = bureau.draft()
    placed = bureau.capture(case, "M_APPLY_FORM")
    with pytest.raises(errors.ReasonNeeded):
        actions.supersede_page(case_id=case.pk, placement_id=placed.pk, reason=" ", by=bureau.clerk)


def test_after_the_approval_only_completion_papers_move(bureau: Bureau) -> None:
    case = bureau.approved()
    with pytest.raises(errors.StageNotOpen):
        bureau.capture(case, "M_HUKOU_BOOK", 5)
    decided_on = MaterialPage.objects.filter(material__case=case).first()
    assert decided_on is not None
    with pytest.raises(errors.StageNotOpen):
        actions.supersede_page(case_id=case.pk, placement_id=decided_on.pk, reason="换一张", by=bureau.clerk)
    bureau.capture(case, "M_REG_FORM")
