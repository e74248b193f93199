"""The timers that stand for a case follow its row, whoever writes it and whatever happens to the case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.alerts import actions as alerts
from audit.alerts.models import Alert, Timer
from hukou.kernel import clock
from tests.support.stages import Bureau, fresh, picture, put_on_seals
from workflows.cases import limit_alerts, overdue, page_alerts, pages, timers
from workflows.cases.models import Case

pytestmark = pytest.mark.django_db
OF_CASES = (*limit_alerts.ALL, overdue.RULE, overdue.NOT_UPLOADED)


def stand(case: Case) -> set[str]:
    """Names of the rules that stand for the case, after making sure that each says what the reconciliation would."""
    found = {timer.rule: timer for timer in Timer.objects.filter(case_id=case.pk, rule__in=OF_CASES)}
    said = {rule: due for rule in OF_CASES for due in timers.standing(rule) if due.case_id == case.pk}
    assert {name: (t.due_at, t.office_id, t.details) for name, t in found.items()} == {
        name: (due.due_at, due.office_id, dict(due.details)) for name, due in said.items()
    }
    return {name.removeprefix("case.") for name in found}


STEP = {"step_soon", "step_late", "late"}


def test_what_stands_follows_the_life_of_the_case(bureau: Bureau) -> None:
    case = bureau.draft()
    assert stand(case) == set()
    case = bureau.accept(case, deferred_reason="停电")
    assert stand(case) == STEP | {"not_uploaded"}
    placed = bureau.capture(case, "M_HUKOU_BOOK")
    assert stand(case) == STEP | {"capture_overdue"}
    pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="拍错了", by=bureau.clerk)
    assert stand(case) == STEP | {"not_uploaded"}
    case = bureau.fill(case, "acceptance", "investigation")
    assert stand(case) == STEP
    case = bureau.hand_up(case)
    assert stand(case) == {"late"}  # nobody's turn until the seal is on
    case = put_on_seals(case)
    assert stand(case) == STEP
    assert Timer.objects.get(rule="case.step_late", case_id=case.pk).details["level"] == 2
    bureau.ask(case)
    assert stand(case) == set()  # the clock stands still
    bureau.answer(fresh(case))
    assert stand(case) == STEP
    bureau.decide(fresh(case), 2, "return")
    assert stand(case) == set()
    bureau.withdraw(fresh(case))
    assert stand(case) == set()


def test_a_case_over_leaves_nothing_standing_and_its_alerts_are_settled(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with clock.frozen(clock.now() + timedelta(days=60)):
        alerts.sweep()
    assert Alert.objects.filter(case_id=case.pk, settled_at=None).exists()
    bureau.decide(case, 2)
    put_on_seals(case)
    assert stand(case) == set()
    assert not Alert.objects.filter(case_id=case.pk, rule__in=limit_alerts.ALL, settled_at=None).exists()


def test_rows_written_by_many_at_once_or_by_sql_are_armed_too(bureau: Bureau) -> None:
    case, other = bureau.accepted(), bureau.accepted()
    later = clock.now() + timedelta(days=3)
    cases = list(Case.objects.filter(pk__in=[case.pk, other.pk]))
    for one in cases:
        one.due_at = later
    Case.objects.bulk_update(cases, ["due_at"])
    assert set(Timer.objects.filter(rule="case.late").values_list("due_at", flat=True)) == {later}
    Case.objects.filter(pk=case.pk).update(lacking=["M_HUKOU_BOOK"])
    assert stand(case) == STEP | {"capture_overdue"}
    assert stand(other) == STEP
    with connection.cursor() as cursor:
        cursor.execute(
            "update cases_case set closed_at = now(), due_at = null, step_due_at = null where id = %s", [case.pk]
        )
    assert "late" not in stand(case)


def test_a_write_that_says_nothing_new_touches_no_timer(bureau: Bureau) -> None:
    case = bureau.accepted()
    before = list(Timer.objects.order_by("pk").values_list("pk", "rule", "due_at"))
    with connection.cursor() as cursor:
        cursor.execute("select xmin::text from alerts_timer order by id")
        rows = cursor.fetchall()
        case.save()
        cursor.execute("select xmin::text from alerts_timer order by id")
        assert cursor.fetchall() == rows
    assert list(Timer.objects.order_by("pk").values_list("pk", "rule", "due_at")) == before


def test_a_step_that_cannot_be_armed_does_not_happen(bureau: Bureau) -> None:
    case = bureau.complete()
    with connection.cursor() as cursor:
        cursor.execute("alter table alerts_timer add constraint broken check (rule <> 'case.late') not valid")
    with pytest.raises(IntegrityError), transaction.atomic():
        bureau.accept(case)
    assert fresh(case).status == Case.Status.DRAFT


def test_rows_past_the_trigger_are_armed_afterwards(bureau: Bureau) -> None:
    case = bureau.accepted()
    Timer.objects.all().delete()
    assert timers.arm_all() == 3
    assert stand(case) == STEP
    assert timers.arm_all() == 0


def test_a_material_that_comes_after_its_deadline_is_told_once(bureau: Bureau) -> None:
    case = bureau.accept(bureau.draft(), deferred_reason="停电")
    assert case.capture_due_at is not None
    bureau.capture(case, "M_HUKOU_BOOK")
    assert not Alert.objects.exists()
    late = case.capture_due_at + timedelta(hours=2)
    with clock.frozen(late):
        alerts.sweep()
        assert Alert.objects.get(rule=overdue.RULE).settled_at is None
        bureau.capture(case, "M_HUKOU_BOOK", 1)  # it was whole already
        bureau.capture(case, "M_APPLY_FORM")
    with clock.frozen(late + timedelta(minutes=1)):
        bureau.capture(case, "M_APPLICANT_ID")
        bureau.fill(case, "acceptance")
    assert Alert.objects.get(rule=overdue.RULE).settled_at is not None
    told = [alert.details["material"] for alert in Alert.objects.filter(rule=page_alerts.LATE).order_by("pk")]
    assert told[:2] == ["M_APPLY_FORM", "M_APPLICANT_ID"]


def test_a_file_instead_of_the_camera_is_told_once_for_a_case(bureau: Bureau) -> None:
    case, innocent = bureau.draft(), bureau.draft()
    bureau.capture(innocent, "M_HUKOU_BOOK", 2)
    for copy in (0, 1):
        pages.capture_pages(
            case_id=case.pk,
            material_code="M_HUKOU_BOOK",
            data=picture("M_HUKOU_BOOK", copy),
            claimed_sha256=None,
            by=bureau.clerk,
            device=page_alerts.NO_CAMERA,
        )
    (alert,) = Alert.objects.filter(rule=page_alerts.FILE)
    assert (alert.case_id, alert.office_id) == (case.pk, bureau.station.pk)
