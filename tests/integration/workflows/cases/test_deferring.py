"""Deferred capture: accepted now with a reason, captured later, and an alert for who does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.kernel import clock
from tests.support.stages import Bureau, fresh
from workflows.cases import deadlines, deferral, errors, folders, overdue
from workflows.cases.models import Case

pytestmark = pytest.mark.django_db


def deferred(bureau: Bureau) -> Case:
    case = bureau.draft()
    return fresh(bureau.accept(case, deferred_reason=deferral.written("device", "送修")))


def test_the_reason_is_what_was_picked_and_what_the_officer_wrote_in_chinese() -> None:
    assert deferral.written("crowded", "") == "窗口群众较多"
    assert deferral.written("device", " 高拍仪 送修 ") == "高拍仪或电脑故障：高拍仪 送修"
    assert deferral.written("other", "停电") == "停电"


@pytest.mark.parametrize(("picked", "words"), [("", "随便"), ("nonsense", "x"), ("other", "  ")])
def test_a_reason_that_says_nothing_is_refused(picked: str, words: str) -> None:
    with pytest.raises(errors.ReasonNeeded):
        deferral.written(picked, words)


def test_pages_captured_later_are_of_a_deferred_sitting(bureau: Bureau) -> None:
    case = deferred(bureau)
    placed = bureau.capture(case, "M_HUKOU_BOOK")
    assert (placed.page.session.mode, placed.page.session.reason) == ("deferred", "高拍仪或电脑故障：送修")


def test_a_deferred_case_is_not_handed_up_before_its_papers_are_there(bureau: Bureau) -> None:
    case = deferred(bureau)
    with pytest.raises(errors.MaterialsMissing):
        bureau.hand_up(case)
    assert fresh(case).status == Case.Status.ACCEPTED
    bureau.hand_up(bureau.fill(case, "acceptance", "investigation"))
    assert fresh(case).status == Case.Status.IN_REVIEW


def test_the_bureau_sets_the_longest_deferral(bureau: Bureau, settings: Any) -> None:
    settings.HUKOU_LONGEST_DEFERRAL_HOURS = 2
    case = deferred(bureau)
    assert case.accepted_at is not None
    assert case.capture_due_at == case.accepted_at + timedelta(hours=2)


def test_the_time_left_is_shown_until_nothing_is_missing(bureau: Bureau) -> None:
    case = deferred(bureau)
    due = case.capture_due_at
    assert due is not None
    for before, state in [(timedelta(hours=5), ""), (timedelta(hours=1), "soon"), (-timedelta(hours=1), "late")]:
        with clock.frozen(due - before):
            left = deferral.time_left(case, folders.of(case))
            assert left is not None
            assert (left.until, left.state, bool(left.missing)) == (due, state, True)
    case = bureau.fill(case, "acceptance")
    assert deferral.time_left(case, folders.of(case)) is None


def test_an_overdue_case_climbs_rung_by_rung_and_reaches_the_city(bureau: Bureau) -> None:
    case = deferred(bureau)
    bureau.capture(case, "M_HUKOU_BOOK")
    due = case.capture_due_at
    assert due is not None
    told = []
    for days in (0, 1, 2, 3, 5):
        alerts.sweep(now=deadlines.after(due, days))
        found = Alert.objects.filter(rule=overdue.RULE).order_by("rung").select_related("office")
        told.append([(alert.office.level, alert.role) for alert in found])
    ladder = [("station", "office"), ("station", "leader"), ("branch", "office"), ("city", "office")]
    assert told == [ladder[:1], ladder[:2], ladder[:2], ladder[:3], ladder]
    assert {alert.due_at for alert in Alert.objects.filter(rule=overdue.RULE)} == {due}


def test_a_case_whose_papers_came_in_time_raises_nothing(bureau: Bureau) -> None:
    case = bureau.fill(deferred(bureau), "acceptance")
    assert case.capture_due_at is not None
    alerts.sweep(now=deadlines.after(case.capture_due_at, 9))
    assert not Alert.objects.filter(rule__in=(overdue.RULE, overdue.NOT_UPLOADED)).exists()
