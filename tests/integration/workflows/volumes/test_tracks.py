"""The track of a sub-type: decided by the city from a day on, taken down when a case is filed, kept for ever."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support import cases, paper
from workflows.archive import late
from workflows.volumes import actions, counting, errors, queries, tracks
from workflows.volumes.models import Difference, Paper, Track, TrackRule
from workflows.volumes.types import Where

pytestmark = pytest.mark.django_db

BASIS = {"legal_basis": "国办发〔2023〕26号", "reason": "电子档案单套管理试点"}


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


def test_a_case_keeps_the_track_of_the_day_it_was_filed(
    station: Office, clerk: Officer, leader: Officer, city_officer: Officer
) -> None:
    cases.give_seals(clerk, leader)
    first = cases.decided(cases.handed_up(station, clerk, "0103"), leader, "refuse")
    tomorrow = clock.today() + timedelta(days=1)
    rule = actions.set_track(subtype="0103", track="single", starts_on=tomorrow, by=city_officer, **BASIS)
    cases.filed(first, clerk)
    with clock.frozen(clock.now() + timedelta(days=1)):
        second = paper.filed(station, clerk, "0103")
    assert list(Paper.objects.order_by("case_id").values_list("track", "rule")) == [("dual", None), ("single", rule.pk)]
    assert [queries.place_of(case).where for case in (first, second)] == [Where.TRAY, Where.NONE]
    assert queries.track_of(second) == Track.SINGLE
    told = Event.objects.get(action="track.set").details
    assert (told["subtype"], told["track"], told["starts_on"]) == ("0103", "single", tomorrow.isoformat())
    assert BASIS["legal_basis"] not in str(told)


def test_rules_are_history_and_the_newest_that_has_begun_holds(city_officer: Officer) -> None:
    today = clock.today()
    actions.set_track(subtype="0103", track="single", starts_on=today, by=city_officer, **BASIS)
    actions.set_track(subtype="0103", track="dual", starts_on=today + timedelta(days=5), by=city_officer, **BASIS)
    in_force = [tracks.rule_of("0103", today + timedelta(days=days)) for days in (-1, 0, 4, 5)]
    assert [rule and rule.track for rule in in_force] == [None, "single", "single", "dual"]
    assert {code: rule.track for code, rule in tracks.rules_in_force().items()} == {"0103": "single"}
    for change in ({"track": "dual"}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrackRule.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackRule.objects.all().delete()


def test_what_cannot_be_decided_is_refused(clerk: Officer, city_officer: Officer, branch_officer: Officer) -> None:
    today = clock.today()
    fit = {"subtype": "0103", "track": "single", "starts_on": today, "by": city_officer, **BASIS}
    for change, error in (
        ({"by": branch_officer}, NotPermitted),
        ({"by": clerk}, NotPermitted),
        ({"track": "dual"}, errors.SameTrack),
        ({"track": "both"}, errors.BadEntry),
        ({"starts_on": today - timedelta(days=1)}, errors.BadEntry),
        ({"legal_basis": " "}, errors.ReasonNeeded),
    ):
        with pytest.raises(error):
            actions.set_track(**(fit | change))
    assert not TrackRule.objects.exists()


def test_a_late_capture_that_paper_does_not_follow_is_a_difference(station: Office, clerk: Officer) -> None:
    case = paper.filed(station, clerk)
    pages = counting.pages_with_paper(case)
    volume = paper.bound(case, clerk)
    late.begin_late_capture(case_id=case.pk, reason="补采户口簿增页", by=clerk)
    cases.place(cases.again(case), "M_HUKOU_BOOK", clerk)
    assert counting.pages_with_paper(cases.again(case)) == pages
    assert not Difference.objects.exists()
    late.conclude_late_capture(case_id=case.pk, by=clerk)
    (found,) = Difference.objects.all()
    assert (found.found, found.volume, found.counted, found.expected) == ("late_capture", volume, pages, pages + 1)


def test_what_was_filed_before_there_were_volumes_was_filed_on_paper(station: Office, clerk: Officer) -> None:
    case = paper.filed(station, clerk)
    known = Paper.objects.filter(case=case)
    before = known.values("station", "track", "rule", "year", "retention", "category", "bound_at").get()
    known.delete()
    migration = import_module("workflows.volumes.migrations.0002_what_is_bound_never_changes")
    for _again in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.FILED_BEFORE)
    assert known.values(*before).get() == before
