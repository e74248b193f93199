"""Accepting: the number, the chain, what must be there, and what may come later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.alerts import actions as alerts
from audit.alerts import queries as alert_queries
from hukou.accounts.models import Office
from hukou.catalogue import actions as catalogue
from hukou.kernel import clock
from tests.support.catalogue import changed
from tests.support.stages import Bureau, fresh
from workflows.cases import actions, errors, folders
from workflows.cases.models import Case, NumberCounter
from workflows.cases.overdue import NOT_UPLOADED, RULE

MORNING = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def _sequence(case: Case) -> int:
    assert case.number is not None
    return int(case.number[-5:])


def test_an_accepted_case_has_its_number_chain_version_and_deadline(bureau: Bureau) -> None:
    case = bureau.complete("1102")
    with clock.frozen(MORNING):
        case = fresh(bureau.accept(case))
    assert case.number == f"{bureau.station.code}20261121110200001"
    assert case.chain == ["station_accept", "station_review", "branch_approve"]
    assert case.catalogue_version == case.subtype.catalogue.version
    assert case.capture_due_at == MORNING + timedelta(hours=24)
    assert (case.accepted_by, case.level, case.deferred_reason) == (bureau.clerk, 0, "")


def test_the_day_in_a_number_is_the_day_in_the_city(bureau: Bureau) -> None:
    case = bureau.complete()
    with clock.frozen(datetime(2026, 11, 20, 16, 30, tzinfo=UTC)):  # half past midnight in the city
        case = bureau.accept(case)
    assert case.number is not None
    assert case.number[12:20] == "20261121"


def test_numbers_have_no_gaps_though_acceptances_fail_in_between(bureau: Bureau) -> None:
    first = bureau.accept(bureau.complete())
    incomplete = bureau.draft()
    with pytest.raises(errors.MaterialsMissing):
        bureau.accept(incomplete)
    second = bureau.accept(bureau.complete())
    third = bureau.accept(bureau.fill(incomplete, "acceptance"))
    assert [_sequence(case) for case in (first, second, third)] == [1, 2, 3]


def test_a_number_taken_in_an_acceptance_that_rolls_back_is_given_again(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = bureau.complete()
    with monkeypatch.context() as broken:
        broken.setattr(actions.push, "announce", _fail)
        with pytest.raises(OSError, match="line is down"):
            bureau.accept(case)
    assert not NumberCounter.objects.exists()
    assert fresh(case).status == Case.Status.DRAFT
    assert _sequence(bureau.accept(case)) == 1


def _fail(**_ids: object) -> None:
    raise OSError("line is down")


def test_each_subtype_counts_for_itself(bureau: Bureau) -> None:
    numbers = [bureau.accept(bureau.draft(code), deferred_reason="补采").number for code in ("0103", "1102", "0103")]
    assert [number and (number[20:24], number[24:]) for number in numbers] == [
        ("0103", "00001"),
        ("1102", "00001"),
        ("0103", "00002"),
    ]


def test_missing_papers_are_named_and_nothing_is_accepted(bureau: Bureau) -> None:
    case = bureau.draft()
    bureau.capture(case, "M_APPLY_FORM")
    with pytest.raises(errors.MaterialsMissing) as refusal:
        bureau.accept(case)
    assert "M_APPLY_FORM" not in [slot.spec.code for slot in refusal.value.data["missing"]]
    assert refusal.value.data["count"] == len(refusal.value.data["missing"]) == 7
    assert fresh(case).number is None


def test_a_reason_to_defer_is_not_kept_when_nothing_is_missing(bureau: Bureau) -> None:
    case = bureau.accept(bureau.complete(), deferred_reason="以防万一")
    assert case.deferred_reason == ""
    assert case.session.mode == "window"


def test_a_deferred_case_is_accepted_but_not_handed_up_before_its_papers_are_there(bureau: Bureau) -> None:
    case = bureau.accept(bureau.draft(), deferred_reason="高拍仪故障")
    assert (case.status, case.deferred_reason, case.session.mode) == ("accepted", "高拍仪故障", "deferred")
    with pytest.raises(errors.MaterialsMissing):
        bureau.hand_up(case)
    bureau.fill(case, "acceptance", "investigation")
    assert bureau.hand_up(case).status == Case.Status.IN_REVIEW


def test_a_deferred_case_raises_one_alert_after_its_deadline(
    bureau: Bureau, branch: Office, other_station: Office
) -> None:
    case = bureau.accept(bureau.draft(), deferred_reason="停电")
    assert case.capture_due_at is not None
    late = case.capture_due_at + timedelta(minutes=1)
    assert alerts.sweep(now=case.capture_due_at - timedelta(minutes=1)).rules[NOT_UPLOADED] == 0
    assert alerts.sweep(now=late).rules[NOT_UPLOADED] == 1
    assert alerts.sweep(now=late + timedelta(hours=1)).rules[NOT_UPLOADED] == 0
    alert = alert_queries.open_for([bureau.station]).get(rule=NOT_UPLOADED)
    assert (alert.subject, alert.due_at) == (f"cases.case:{case.pk}", case.capture_due_at)
    assert alert.details["missing"] == case.lacking
    assert alert in alert_queries.open_for([branch])
    assert alert not in alert_queries.open_for([other_station])


def test_a_deferred_case_made_whole_in_time_raises_no_alert(bureau: Bureau) -> None:
    case = bureau.accept(bureau.draft(), deferred_reason="停电")
    bureau.fill(case, "acceptance")
    assert case.capture_due_at is not None
    raised = alerts.sweep(now=case.capture_due_at + timedelta(days=2)).rules
    assert (raised[RULE], raised[NOT_UPLOADED]) == (0, 0)


def test_a_withdrawn_case_raises_no_alert(bureau: Bureau) -> None:
    case = bureau.accept(bureau.draft(), deferred_reason="停电")
    bureau.withdraw(case)
    assert case.capture_due_at is not None
    raised = alerts.sweep(now=case.capture_due_at + timedelta(days=2)).rules
    assert (raised[RULE], raised[NOT_UPLOADED]) == (0, 0)


def _another_version(change: Callable[[dict[str, Any]], None]) -> bytes:
    def both(document: dict[str, Any]) -> None:
        document["meta"]["version"] = "2099-01-01"
        change(document)

    return changed(both)


def _without_proxy_papers(document: dict[str, Any]) -> None:
    for category in document["categories"]:
        for subtype in category["subtypes"]:
            subtype["materials"] = [m for m in subtype["materials"] if m["code"] != "M_BIRTH_CERT_COUNTERFOIL"]


def test_a_new_catalogue_leaves_the_lines_of_an_open_case_alone(bureau: Bureau) -> None:
    case = bureau.draft()
    before = [slot.spec.code for slot in folders.of(case).slots]
    version = case.subtype.catalogue.version
    catalogue.load(_another_version(_without_proxy_papers))
    assert [slot.spec.code for slot in folders.of(fresh(case)).slots] == before
    assert "M_BIRTH_CERT_COUNTERFOIL" in before
    case = bureau.accept(bureau.fill(case, "acceptance"))
    assert case.catalogue_version == version
    later = bureau.draft()
    assert later.subtype.catalogue.version == "2099-01-01"
    assert "M_BIRTH_CERT_COUNTERFOIL" not in [slot.spec.code for slot in folders.of(later).slots]
