"""A circular is frozen once and never drifts; corrections stand beside it; who may do what; the duty is watched."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from audit.alerts import terms
from audit.circulars import actions, alerts, drafting, errors, queries, sections, tables, verification
from audit.circulars.models import Circular, Print, Receipt
from audit.circulars.months import Month
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import NotPermitted
from tests.support.circulars import NOVEMBER, OCTOBER, frozen, said
from tests.support.watching import found
from workflows.cases.models import Case
from workflows.figures import circular as figures
from workflows.figures.models import CaseFact

pytestmark = pytest.mark.django_db


def test_the_six_contents_say_numerator_denominator_and_formula(
    counted: list[Case], city: Office, station: Office
) -> None:
    with clock.frozen(NOVEMBER):
        data = drafting.draft(OCTOBER, city)
    assert [section["name"] for section in data["sections"]] == list(sections.CONTENTS)
    assert all(column["formula"]["zh"] for section in data["sections"] for column in section["columns"])
    assert all(section["period"]["zh"].endswith("收养因保密不计入") for section in data["sections"])
    assert said(data, station) == {
        "handling.accepted": "3",
        "handling.approved": "1",
        "handling.refused": "1",
        "handling.in_time": "50.0% 1/2",
        "handling.returned": "50.0% 1/2",
        "handling.median": "1.0",  # 210 and 630 working minutes, 420 a day
        "handling.ninth": "1.4",
        "handling.mean": "1.0",
        "capture.captured": "66.7% 2/3",
        "capture.complete": "66.7% 2/3",
        "capture.on_time": "33.3% 1/3",
        "capture.pages": "8",
        "capture.pages_each": "4.0 8/2",
        "against_rules.doubtful": "1",
        "against_rules.forced": "0",
        "against_rules.plain": "0",
        "against_rules.against": "50.0% 1/2",
        "against_rules.pages_against": "12.5% 1/8",
        "added.filed": "2",
        "added.added": "50.0% 1/2",
        "added.versions": "1",
        "overdue.due": "3",
        "overdue.late": "66.7% 2/3",
        "overdue.uncaptured": "33.3% 1/3",
        "overdue.late_cases": "1",
        "overdue.pages_late": "2",
        "inspection.held": "— 0/0",
        "inspection.reviewed": "0",
        "inspection.found": "— 0/0",
        "inspection.serious": "0",
        "inspection.rectified": "— 0/0",
        "inspection.overdue": "0",
    }
    whole = said(data, city)
    assert (whole["handling.accepted"], whole["capture.captured"], whole["handling.median"]) == (
        "4",
        "75.0% 3/4",
        "0.5",
    )


def test_every_figure_of_cases_leads_to_as_many_cases(counted: list[Case], city: Office) -> None:
    with clock.frozen(NOVEMBER):
        data = drafting.draft(OCTOBER, city)
    offices = {office.code: office for office in Office.objects.all()}
    looked = 0
    for section in data["sections"]:
        lists = sections.by_name(section["name"])
        assert lists is not None
        assert lists.cases is not None
        for row in section["rows"]:
            for name, value in row["values"].items():
                counters = {one.column.name: one for content in figures.CONTENTS for one in content.figures}
                for part in ("n", "d"):
                    keys = lists.cases(OCTOBER, name, part, offices[row["office"]])
                    counter = getattr(counters.get(name), part, "")
                    if keys is None or part not in value or counter in figures.SUMMED or counter in ("median", "ninth"):
                        continue  # pages and minutes are added up; the list is of the cases they belong to
                    assert len(list(keys)) == value[part], (section["name"], name, part, row["office"])
                    looked += 1
    assert looked > 100


def test_open_screens_are_told_which_circular_it_is(
    counted: list[Case], city: Office, station: Office, city_officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[push.Message] = []
    monkeypatch.setattr(push, "announce_each", told.extend)
    issued = frozen(city, city_officer)
    of_the_station = [one for one in told if one["group"] == f"office-{station.pk}"]
    assert [dict(one) for one in of_the_station] == [
        {
            "group": f"office-{station.pk}",
            "kind": "circular_issued",
            "circular": issued.pk,
            "month": str(OCTOBER),
            "version": 1,
        }
    ]


@pytest.mark.parametrize(("who", "reads"), [("clerk", True), ("system_admin", False)])
def test_the_toast_leads_to_that_circular_for_who_reads_them(
    who: str, reads: bool, client: Client, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert ('data-address="/circulars/month/v0/"' in client.get("/alerts/").content.decode()) is reads


def test_frozen_figures_never_drift(counted: list[Case], city: Office, station: Office, city_officer: Officer) -> None:
    issued = frozen(city, city_officer)
    before = issued.data
    CaseFact.objects.update(pages=F("pages") + 100, late=True, returns=3)
    Office.objects.filter(pk=station.pk).update(short_name="改名所")
    found = queries.newest(city, OCTOBER)
    assert found is not None
    assert found.data == before
    assert said(found.said, station)["capture.pages"] == "8"
    assert verification.check(found).holds

    next_month = datetime(2026, 12, 2, 9, tzinfo=clock.CITY_TIME)
    with clock.frozen(next_month):
        later = actions.freeze(office_id=city.pk, month=OCTOBER.next, by=city_officer)
    assert later.said["compared_with"] == {"month": "2026-10", "version": 1, "digest": issued.digest}
    assert Circular.objects.filter(month=OCTOBER.first).count() == 1
    (table,) = (one for one in tables.tables(later.said, issued.said) if one.name == "capture")
    pages = next(at for at, head in enumerate(table.heads) if head.name == "pages")
    assert table.rows[0].cells[pages].before == "12"  # as it was issued, not as it would be counted now


def test_a_correction_is_a_new_version_with_its_reason_and_both_are_kept(
    counted: list[Case], city: Office, station: Office, city_officer: Officer
) -> None:
    first = frozen(city, city_officer)
    with pytest.raises(errors.ReasonMissing):
        frozen(city, city_officer)
    with pytest.raises(errors.NothingToCorrect):
        frozen(city, city_officer, "再发一次")
    CaseFact.objects.filter(case=counted[2]).update(first_page_at=NOVEMBER, pages=1)
    second = frozen(city, city_officer, "漏计一件，已核实")
    assert (second.version, second.said["corrects"]["digest"]) == (2, first.digest)
    assert [one.version for one in queries.versions(city, OCTOBER)] == [1, 2]
    changed = {(one.column, one.office): (one.before, one.after) for one in tables.differences(first.said, second.said)}
    assert changed["采集率", "桥头所"] == ("66.7% (2/3)", "100.0% (3/3)")
    assert not any(office == "柳巷所" for _column, office in changed)
    assert "漏计一件" not in json.dumps(
        Event.objects.filter(action="circular.frozen").latest("pk").details, ensure_ascii=False
    )


def test_nothing_of_it_can_be_changed_in_the_database(counted: list[Case], city: Office, city_officer: Officer) -> None:
    issued = frozen(city, city_officer)
    receipt = Receipt.objects.create(circular=issued, office=city, read_by=city_officer, read_at=clock.now())
    for change in (
        lambda: Circular.objects.filter(pk=issued.pk).update(reason="x"),
        lambda: Print.objects.filter(circular=issued).update(content=b"x"),
        lambda: Print.objects.filter(circular=issued).delete(),
        lambda: Receipt.objects.filter(pk=receipt.pk).update(read_at=clock.now()),
        lambda: Circular.objects.create(
            office=city,
            month=OCTOBER.next.first,
            version=1,
            data="{}",
            digest="0" * 64,
            frozen_at=clock.now(),
            frozen_by=city_officer,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize("who", ["clerk", "leader", "branch_officer", "overseer", "system_admin"])
def test_only_the_city_bureau_issues(who: str, city: Office, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotPermitted):
        frozen(city, request.getfixturevalue(who))
    assert Event.objects.filter(action="circular.freeze.refused").count() == 1


def test_a_month_that_is_not_over_is_not_issued(city: Office, city_officer: Officer) -> None:
    with clock.frozen(NOVEMBER), pytest.raises(errors.MonthNotOver):
        actions.freeze(office_id=city.pk, month=OCTOBER.next, by=city_officer)


def test_an_office_takes_note_once_and_speaks_and_is_answered(
    counted: list[Case], city: Office, station: Office, leader: Officer, clerk: Officer, city_officer: Officer
) -> None:
    issued = frozen(city, city_officer)
    assert queries.unread(leader) == [issued]
    first = actions.read(circular_id=issued.pk, office_id=station.pk, by=leader)
    assert actions.read(circular_id=issued.pk, office_id=station.pk, by=clerk) == first
    assert queries.unread(clerk) == []
    assert Event.objects.filter(action="circular.read").count() == 1
    with pytest.raises(NotPermitted):
        actions.read(circular_id=issued.pk, office_id=city.pk, by=leader)
    with pytest.raises(NotPermitted):
        actions.state(circular_id=issued.pk, office_id=station.pk, by=clerk, text="有异议")
    with pytest.raises(errors.TextMissing):
        actions.state(circular_id=issued.pk, office_id=station.pk, by=leader, text=" ")
    statement = actions.state(
        circular_id=issued.pk, office_id=station.pk, by=leader, text="停电半日", section="capture"
    )
    with pytest.raises(NotPermitted):
        actions.answer(statement_id=statement.pk, by=leader, text="同意")
    actions.answer(statement_id=statement.pk, by=city_officer, text="情况属实，不予更正")
    with pytest.raises(errors.AnsweredAlready):
        actions.answer(statement_id=statement.pk, by=city_officer, text="再答")
    told = json.dumps(
        [event.details for event in Event.objects.filter(action__startswith="circular.")], ensure_ascii=False
    )
    assert "停电" not in told
    assert "属实" not in told


def test_a_check_finds_bytes_that_are_not_those_that_were_frozen(
    counted: list[Case], city: Office, city_officer: Officer
) -> None:
    issued = frozen(city, city_officer)
    issued.data = issued.data.replace('"n":4', '"n":5', 1)
    report = verification.check(issued)
    assert not report.data_hold
    assert not report.on_record
    assert not report.holds


def test_a_circular_that_is_due_and_not_issued_is_an_alert_until_it_is(
    counted: list[Case], city: Office, city_officer: Officer
) -> None:
    began = Month.of(clock.today())
    days = terms.of(alerts.RULE).params["working_days"]
    due = began.due_at(days)
    assert found(alerts.RULE, due - timedelta(minutes=1)) == []
    (missed,) = found(alerts.RULE, due)
    assert (missed.subject, missed.office_id, missed.due_at) == (f"circulars.month:{began}", city.pk, due)
    with clock.frozen(began.ends + timedelta(hours=1)):
        actions.freeze(office_id=city.pk, month=began, by=city_officer)
    assert found(alerts.RULE, due) == []
