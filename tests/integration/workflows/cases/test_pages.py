"""Pages in slots: what is taken, what is not, and that nothing taken is ever lost."""

from __future__ import annotations

import pytest

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from audit.trail import queries as trail
from capture.pipeline import specimens
from capture.sessions import errors as capture_errors
from hukou.kernel import clock
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support.stages import Bureau, fresh, picture
from workflows.cases import doubts, errors, folders, page_alerts, pages
from workflows.cases.models import Case, HeldPage, MaterialPage
from workflows.cases.types import Captured


def test_the_same_picture_sent_twice_is_one_page(bureau: Bureau) -> None:
    case = bureau.draft()
    assert bureau.capture(case, "M_APPLY_FORM") == bureau.capture(case, "M_APPLY_FORM")
    assert MaterialPage.objects.filter(material__case=case).count() == 1


def test_the_same_picture_does_not_lie_in_two_slots(bureau: Bureau) -> None:
    case = bureau.draft()
    bureau.capture(case, "M_APPLY_FORM")
    data = picture("M_APPLY_FORM")
    with pytest.raises(errors.PageInOtherSlot):
        pages.capture_pages(
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
    gone = pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="拍糊了", by=bureau.clerk)
    assert (gone.superseded_by, gone.superseded_reason) == (bureau.clerk, "拍糊了")
    assert folders.content_digest(fresh(case)) != before
    again = bureau.capture(case, "M_APPLY_FORM")
    assert again.pk != placed.pk
    assert again.position == 2
    with pytest.raises(NotFound):
        pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="再来", by=bureau.clerk)


def test_a_page_is_not_taken_out_without_a_reason(bureau: Bureau) -> None:
    case = bureau.draft()
    placed = bureau.capture(case, "M_APPLY_FORM")
    with pytest.raises(errors.ReasonNeeded):
        pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason=" ", by=bureau.clerk)


def test_after_the_approval_only_completion_papers_move(bureau: Bureau) -> None:
    case = bureau.approved()
    with pytest.raises(errors.StageNotOpen):
        bureau.capture(case, "M_HUKOU_BOOK", 5)
    decided_on = MaterialPage.objects.filter(material__case=case).first()
    assert decided_on is not None
    with pytest.raises(errors.StageNotOpen):
        pages.supersede_page(case_id=case.pk, placement_id=decided_on.pk, reason="换一张", by=bureau.clerk)
    bureau.capture(case, "M_REG_FORM")


def test_a_blurred_page_is_held_and_kept_only_with_a_reason(bureau: Bureau) -> None:
    case = bureau.draft()
    (held,) = _captured(bureau, case, blur=1.8).held
    assert (held.level, doubts.codes(held)) == ("warn", ["blurred"])
    assert not MaterialPage.objects.filter(material__case=case).exists()
    with pytest.raises(errors.ReasonNeeded):
        pages.keep_page(case_id=case.pk, held_id=held.pk, reason=" ", by=bureau.clerk)
    placed = pages.keep_page(case_id=case.pk, held_id=held.pk, reason="原件本身模糊", by=bureau.clerk)
    assert (placed.page, placed.held) == (held.page, held)
    with pytest.raises(NotFound):
        pages.keep_page(case_id=case.pk, held_id=held.pk, reason="再来", by=bureau.clerk)


def test_keeping_a_doubtful_page_raises_an_alert(bureau: Bureau) -> None:
    case = bureau.draft()
    (held,) = _captured(bureau, case, blur=1.8).held
    pages.keep_page(case_id=case.pk, held_id=held.pk, reason="原件本身模糊", by=bureau.clerk)
    (alert,) = Alert.objects.filter(rule=page_alerts.KEPT)
    assert (alert.office, alert.details["why"]) == (bureau.station, ["blurred"])
    alerts.sweep(clock.now())
    assert Alert.objects.filter(rule=page_alerts.KEPT).count() == 1


def test_a_page_that_is_not_fit_is_kept_only_on_a_leaders_word(bureau: Bureau) -> None:
    case = bureau.draft()
    (held,) = _captured(bureau, case, blur=3.2).held
    with pytest.raises(NotPermitted):
        pages.keep_page(case_id=case.pk, held_id=held.pk, reason="急件", by=bureau.clerk)
    placed = pages.keep_page(case_id=case.pk, held_id=held.pk, reason="仅存此件", by=bureau.leader)
    assert placed.placed_by == bureau.leader
    assert Alert.objects.get().rule == page_alerts.FORCED


def test_a_held_page_may_be_left_out_and_its_picture_stays(bureau: Bureau) -> None:
    case = bureau.draft()
    (held,) = _captured(bureau, case, blur=1.8).held
    pages.drop_page(case_id=case.pk, held_id=held.pk, by=bureau.clerk)
    assert HeldPage.objects.get(pk=held.pk).settled_by == bureau.clerk
    assert folders.held_pages(case) == []
    assert "case.page_dropped" in [event.action for event in trail.timeline(case.pk)]


def test_the_same_doubtful_picture_sent_twice_is_held_once(bureau: Bureau) -> None:
    case = bureau.draft()
    assert _captured(bureau, case, blur=1.8).held == _captured(bureau, case, blur=1.8).held


def test_a_page_taken_anew_stands_in_the_place_of_the_old_one(bureau: Bureau) -> None:
    case = bureau.draft()
    first, second = bureau.capture(case, "M_HUKOU_BOOK", 0), bureau.capture(case, "M_HUKOU_BOOK", 1)
    captured = pages.capture_pages(
        case_id=case.pk,
        material_code="M_HUKOU_BOOK",
        data=picture("M_HUKOU_BOOK", 2),
        claimed_sha256=None,
        by=bureau.clerk,
        replaces=first.pk,
    )
    assert [placed.position for placed in captured.placed] == [first.position]
    live = MaterialPage.objects.filter(material__case=case, superseded_at=None)
    assert [placed.pk for placed in live] == [captured.placed[0].pk, second.pk]


def test_a_turned_page_is_a_new_page_of_the_same_picture(bureau: Bureau) -> None:
    case = bureau.draft()
    placed = bureau.capture(case, "M_HUKOU_BOOK")
    turned = pages.turn_page(case_id=case.pk, placement_id=placed.pk, turn=90, by=bureau.clerk)
    assert turned.page.original == placed.page.original
    assert (turned.page.width, turned.page.height) == (placed.page.height, placed.page.width)
    assert turned.page.turn == (placed.page.turn + 90) % 360
    back = pages.turn_page(case_id=case.pk, placement_id=turned.pk, turn=270, by=bureau.clerk)
    assert back.page.turn == placed.page.turn
    with pytest.raises(capture_errors.BadTurn):
        pages.turn_page(case_id=case.pk, placement_id=back.pk, turn=45, by=bureau.clerk)


def test_pages_are_put_in_order_and_the_content_changes_with_them(bureau: Bureau) -> None:
    case = bureau.draft()
    first, second = bureau.capture(case, "M_HUKOU_BOOK", 0), bureau.capture(case, "M_HUKOU_BOOK", 1)
    before = folders.content_digest(fresh(case))
    order = [second.pk, first.pk]
    pages.order_pages(case_id=case.pk, material_code="M_HUKOU_BOOK", order=order, by=bureau.clerk)
    live = MaterialPage.objects.filter(material__case=case, superseded_at=None)
    assert [placed.pk for placed in live] == order
    assert folders.content_digest(fresh(case)) != before
    with pytest.raises(errors.BadOrder):
        pages.order_pages(case_id=case.pk, material_code="M_HUKOU_BOOK", order=[first.pk], by=bureau.clerk)


def test_one_picture_in_two_cases_raises_an_alert(bureau: Bureau) -> None:
    one, other = bureau.draft(), bureau.draft()
    bureau.capture(one, "M_HUKOU_BOOK")
    bureau.capture(other, "M_HUKOU_BOOK")
    told = Alert.objects.filter(rule=page_alerts.REUSED).order_by("case_id")
    assert [(alert.case_id, alert.details["with"]) for alert in told] == [(one.pk, [other.pk]), (other.pk, [one.pk])]
    third = bureau.draft()
    bureau.capture(third, "M_HUKOU_BOOK")
    assert told.all().count() == 3


def _captured(bureau: Bureau, case: Case, **defects: float) -> Captured:
    photo = specimens.photograph(specimens.sheet(77), 77, **defects)
    return pages.capture_pages(
        case_id=case.pk, material_code="M_HUKOU_BOOK", data=photo, claimed_sha256=None, by=bureau.clerk
    )
