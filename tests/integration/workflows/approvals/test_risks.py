"""A decision made in seconds, one made at the machine that accepted, and a case without a page are told to the branch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.alerts.models import Alert
from audit.trail import actions as trail
from audit.trail import context
from hukou.kernel import clock
from tests.support.stages import Bureau, fresh, put_on_seals
from workflows.approvals import openings, risks
from workflows.approvals.under_way import look
from workflows.archive.risks import NO_PAGES
from workflows.cases.models import Case

pytestmark = pytest.mark.django_db


def told(rule: str) -> list[tuple[int | None, str]]:
    found = Alert.objects.filter(rule=rule).order_by("pk").select_related("office")
    return [(alert.case_id, alert.office.level) for alert in found]


def test_a_decision_within_seconds_of_opening_is_told(bureau: Bureau) -> None:
    hasty, slow, unopened = (bureau.at_level(2) for _case in range(3))
    for case in (hasty, slow):
        openings.note(case, by=bureau.leader, digest=look(case))
    bureau.decide(hasty, 2)
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        bureau.decide(slow, 2)
        bureau.decide(unopened, 2)
    for case in (hasty, slow, unopened):
        put_on_seals(case)
    assert told(risks.HASTY) == [(hasty.pk, "branch")]


def test_who_has_read_the_case_before_is_not_hasty(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    trail.record("case.viewed", subject=f"looks.case:{case.pk}", by=bureau.leader, case=case.pk, details={"pages": []})
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        openings.note(case, by=bureau.leader, digest=look(case))
        bureau.decide(case, 2)
    put_on_seals(case)
    assert told(risks.HASTY) == []


def test_accepted_and_decided_at_one_workstation_is_told(bureau: Bureau) -> None:
    def decided(accepting: str, deciding: str) -> Case:
        with context.bind(workstation=accepting):
            case = bureau.at_level(2)
        with context.bind(workstation=deciding):
            bureau.decide(case, 2)
        return put_on_seals(case)

    same = decided("10.1.2.3", "10.1.2.3")
    decided("10.1.2.3", "10.1.2.4")
    decided("127.0.0.1", "127.0.0.1")
    decided("", "")
    assert told(risks.ONE_WORKSTATION) == [(same.pk, "branch")]


def test_a_case_completed_on_the_spot_without_a_page_is_told(bureau: Bureau) -> None:
    with_pages, without = bureau.approved("0501"), bureau.approved("0501")
    Case.objects.filter(pk=without.pk).update(page_count=0)
    for case in (with_pages, without):
        bureau.enter(fresh(case))
    assert told(NO_PAGES) == [(without.pk, "branch")]
