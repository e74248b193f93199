"""The desk tells what this office was asked, and who keeps the calendar that a year is missing."""

from __future__ import annotations

from datetime import datetime

from hukou.accounts.models import Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from hukou.kernel import clock
from tests.integration.console.conftest import SignedIn
from tests.support.stages import Bureau


def test_what_was_asked_of_the_office_stands_on_the_desk_until_it_is_answered(
    bureau: Bureau, signed_in: SignedIn
) -> None:
    case = bureau.at_level(2)
    clerk = signed_in(bureau.clerk)
    assert 'id="to-answer"' not in clerk.get("/").content.decode()
    bureau.ask(case, question="请核实实际居住地")
    page = clerk.get("/").content.decode()
    assert 'id="to-answer"' in page
    assert "请核实实际居住地" in page
    bureau.answer(case)
    assert 'id="to-answer"' not in clerk.get("/").content.decode()


def test_another_station_finds_the_co_signature_asked_of_it(
    bureau: Bureau, signed_in: SignedIn, other_clerk: Officer
) -> None:
    case = bureau.at_level(2)
    [other] = [duty.office for duty in other_clerk.duties_on()]
    bureau.ask(case, "cosign", office=other)
    assert f"/cases/{case.pk}/" in signed_in(other_clerk).get("/").content.decode()
    assert 'id="to-answer"' not in signed_in(bureau.clerk).get("/").content.decode()


def test_in_december_who_keeps_the_calendar_is_told_which_year_is_missing(
    signed_in: SignedIn, clerk: Officer, city_officer: Officer
) -> None:
    calendar.load(publication.SHIPPED.read_bytes())
    keeper, other = signed_in(city_officer), signed_in(clerk)
    assert "/calendar/2027/" not in keeper.get("/").content.decode()
    with clock.frozen(datetime(2026, 12, 3, 10, tzinfo=clock.CITY_TIME)):
        keeper, other = signed_in(city_officer), signed_in(clerk)
        assert "/calendar/2027/" in keeper.get("/").content.decode()
        assert "/calendar/2027/" not in other.get("/").content.decode()


def test_a_completed_case_stays_on_the_desk_until_it_is_filed(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.completed()
    clerk = signed_in(bureau.clerk)
    assert [row["case"].pk for row in clerk.get("/").context["to_file"]] == [case.pk]
    bureau.file(bureau.fill(case, "completion"))
    assert clerk.get("/").context["to_file"] == []


def test_a_refused_case_lacks_nothing_to_be_filed(bureau: Bureau, signed_in: SignedIn) -> None:
    bureau.refused()
    [row] = signed_in(bureau.clerk).get("/").context["to_file"]
    assert not row["missing"]


def test_why_a_case_was_called_back_stands_on_the_desk(bureau: Bureau, signed_in: SignedIn) -> None:
    bureau.recall(bureau.at_level(2))
    [row] = signed_in(bureau.clerk).get("/").context["returned"]
    assert row["reason"] == "发现受理有误"


def test_a_suspended_case_is_still_under_way_on_the_desk(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.suspended()
    shown = signed_in(bureau.clerk).get("/").context
    assert [one.pk for one in shown["in_review"]] == [case.pk]
    assert shown["in_review_count"] == 1
