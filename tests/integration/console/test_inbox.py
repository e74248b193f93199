"""The queue on the screen: whose cases, narrowed how, in which order, page by page, and approving several together."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from hukou.accounts.models import Duty, Office, Officer
from hukou.calendar import queries as calendar
from hukou.console import inbox as screen
from hukou.kernel import clock
from tests.support import cases
from tests.support.people import make_officer
from workflows.approvals import openings, waiting
from workflows.approvals.models import CaseView, Decision
from workflows.approvals.waiting import Narrowing, Place
from workflows.cases import folders
from workflows.cases.models import Case

from .conftest import SignedIn

PLAIN = "0103"
"""A sub-type a station leader decides, and no key business."""


@pytest.fixture
def waiting_case(station: Office, clerk: Officer, leader: Officer) -> Case:
    """A case of a plain sub-type in the leader's queue."""
    cases.give_seals(clerk, leader)
    return cases.handed_up(station, clerk, PLAIN)


def copies(model: Case, count: int, *, first_due: int | None = 1) -> list[Case]:
    """Rows of the queue like `model`, due an hour after one another; without a due time when `first_due` is None."""
    made = []
    for n in range(count):
        copy = Case.objects.get(pk=model.pk)
        copy.pk, copy.number = None, f"{(model.number or '')[:-5]}{90000 + Case.objects.count():05}"
        copy.step_due_at = None if first_due is None else clock.now() + timedelta(hours=first_due + n)
        copy.save()
        made.append(copy)
    return made


def shown(browser: Client, query: str = "") -> list[int]:
    page = browser.get(f"/inbox/{query}").content.decode()
    return [int(pk) for pk in re.findall(r'data-row="(\d+)"', page)]


class TestOrderAndPages:
    def test_what_is_due_first_comes_first_and_what_has_no_due_time_last(
        self, waiting_case: Case, leader: Officer
    ) -> None:
        late, early = copies(waiting_case, 1, first_due=9)[0], copies(waiting_case, 1, first_due=2)[0]
        assert [case.pk for case in waiting.page(leader, Narrowing(), most=9)] == [early.pk, late.pk, waiting_case.pk]

    @pytest.mark.parametrize("size", [1, 2, 3, 7])
    def test_pages_hold_every_case_once_whatever_their_size(
        self, waiting_case: Case, leader: Officer, size: int
    ) -> None:
        copies(waiting_case, 3)
        Case.objects.filter(pk__in=[case.pk for case in copies(waiting_case, 3)]).update(step_due_at=clock.now())
        copies(waiting_case, 3, first_due=None)
        whole = [case.pk for case in waiting.page(leader, Narrowing(), most=99)]
        assert len(whole) == 10
        walked: list[int] = []
        after = None
        while found := waiting.page(leader, Narrowing(), most=size, after=after):
            walked += [case.pk for case in found]
            after = Place.read(Place.of(found[-1]).said())
        assert walked == whole

    def test_two_duties_make_one_queue(self, waiting_case: Case, leader: Officer, branch: Office) -> None:
        Duty.objects.create(officer=leader, office=branch, role="branch_officer", starts_on=clock.today())
        mine = copies(waiting_case, 2)
        Case.objects.filter(pk=mine[0].pk).update(awaiting_office=branch, awaiting_role="branch_officer")
        assert [case.pk for case in waiting.page(leader, Narrowing(), most=9)] == [
            mine[0].pk,
            mine[1].pk,
            waiting_case.pk,
        ]
        assert waiting.counts(leader).all == 3

    def test_the_screen_leads_on_to_the_next_page(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(screen, "PAGE", 2)
        due = [case.pk for case in copies(waiting_case, 2)]
        browser = signed_in(leader)
        page = browser.get("/inbox/").content.decode()
        following = re.search(r'href="([^"]+)" rel="next"', page)
        assert shown(browser) == due
        assert following is not None
        behind = browser.get(following[1].replace("&amp;", "&")).content.decode()
        assert f'data-row="{waiting_case.pk}"' in behind
        assert 'rel="next"' not in behind

    @pytest.mark.parametrize(
        "after", ["x", "~", "~x", "2026-13-01T00:00:00+08:00~1", "2026-11-21T00:00:00~1", "~" + "9" * 40]
    )
    def test_a_place_that_is_none_shows_the_beginning(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer, after: str
    ) -> None:
        assert Place.read(after) is None
        assert signed_in(leader).get("/inbox/", {"after": after}).status_code == 200


class TestScope:
    def test_everybody_sees_only_the_queue_of_their_duties(
        self,
        signed_in: SignedIn,
        waiting_case: Case,
        leader: Officer,
        clerk: Officer,
        branch_officer: Officer,
        city_officer: Officer,
        overseer: Officer,
        other_station: Office,
    ) -> None:
        other_leader = make_officer("何伟", Duty.Role.STATION_LEADER, other_station)
        assert shown(signed_in(leader)) == [waiting_case.pk]
        for stranger in (clerk, branch_officer, city_officer, overseer, other_leader):
            assert shown(signed_in(stranger)) == []
            assert waiting.counts(stranger).all == 0

    def test_the_tally_counts_the_queue(self, signed_in: SignedIn, waiting_case: Case, leader: Officer) -> None:
        copies(waiting_case, 2)
        assert ">3</span>" in signed_in(leader).get("/inbox/tally/").content.decode()


class TestNarrowing:
    def test_each_way_of_narrowing_leaves_what_it_says(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer, deputy_leader: Officer
    ) -> None:
        late, soon, mine, theirs = copies(waiting_case, 4, first_due=60)
        Case.objects.filter(pk=late.pk).update(step_due_at=clock.now() - timedelta(hours=1))
        Case.objects.filter(pk=soon.pk).update(step_due_at=clock.now() + timedelta(hours=3))
        Case.objects.filter(pk=mine.pk).update(claimed_by=leader, claimed_at=clock.now())
        Case.objects.filter(pk=theirs.pk).update(claimed_by=deputy_leader, claimed_at=clock.now())
        reviewed = copies(waiting_case, 1, first_due=80)[0]
        Case.objects.filter(pk=reviewed.pk).update(chain=[*waiting_case.chain, "city_approve"])
        browser = signed_in(leader)
        everything = {case.pk for case in (waiting_case, late, soon, mine, theirs, reviewed)}
        for query, left in {
            "": everything,
            "?due=late": {late.pk},
            "?due=soon": {soon.pk},
            "?whose=mine": {mine.pk},
            "?whose=free": everything - {mine.pk, theirs.pk},
            "?step=reviews": {reviewed.pk},
            "?step=decides": everything - {reviewed.pk},
            f"?category={waiting_case.subtype.category_code}": everything,
            "?category=99": set(),
            f"?station={waiting_case.station_id}": everything,
            "?station=0": set(),
            "?whose=free&due=late&step=decides": {late.pk},
            "?whose=nonsense&station=x&due=1&step='": everything,
        }.items():
            assert set(shown(browser, query)) == left, query
        counted = waiting.counts(leader)
        assert (counted.all, counted.mine, counted.late, counted.soon) == (6, 1, 1, 1)

    def test_who_took_a_case_on_is_shown(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer, deputy_leader: Officer
    ) -> None:
        Case.objects.filter(pk=waiting_case.pk).update(claimed_by=deputy_leader, claimed_at=clock.now())
        assert deputy_leader.name in signed_in(leader).get("/inbox/").content.decode()

    def test_next_and_previous_stay_within_what_was_narrowed(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer
    ) -> None:
        first, second, third = copies(waiting_case, 3)
        Case.objects.filter(pk__in=[first.pk, third.pk]).update(claimed_by=leader, claimed_at=clock.now())
        assert waiting.neighbours(leader, Narrowing(), second) == (first.pk, third.pk)
        assert waiting.neighbours(leader, Narrowing(whose="mine"), first) == (None, third.pk)
        assert waiting.neighbours(leader, Narrowing(), waiting_case) == (third.pk, None)
        page = signed_in(leader).get(f"/cases/{first.pk}/decide/?whose=mine").content.decode()
        assert f"/cases/{third.pk}/decide/?whose=mine" in page
        assert f"/cases/{second.pk}/decide/" not in page


class TestTime:
    def test_the_share_of_the_working_time_says_soon_and_late(self, waiting_case: Case) -> None:
        working = calendar.working_time()
        days = waiting_case.subtype.spec.limit_working_days[waiting_case.step]
        since = waiting_case.awaiting_since
        assert since is not None
        waiting_case.step_due_at = working.add(since, days * working.day)
        spent = {part: working.add(since, part * days * working.day) for part in (0.0, 0.7, 0.85, 1.1, 30.0)}
        states = {part: waiting.step_time(waiting_case, moment).state for part, moment in spent.items()}
        assert states == {0.0: "", 0.7: "", 0.85: "soon", 1.1: "late", 30.0: "late"}
        assert waiting.step_time(waiting_case, spent[30.0]).tenths == 10

    def test_no_time_is_used_while_the_office_is_closed(self, waiting_case: Case) -> None:
        friday, monday = (datetime(2026, 11, day, 22, tzinfo=clock.CITY_TIME) for day in (20, 22))
        waiting_case.step_due_at = datetime(2026, 11, 24, 12, tzinfo=clock.CITY_TIME)
        shares = [waiting.step_time(waiting_case, moment).share for moment in (friday, monday)]
        assert shares[0] == shares[1]

    def test_without_a_projection_the_promise_of_the_catalogue_counts(self, waiting_case: Case) -> None:
        waiting_case.step_due_at = None
        assert waiting.step_time(waiting_case, clock.now()).until > clock.now()


class TestTogether:
    def opened(self, browser: Client, *found: Case) -> None:
        for case in found:
            assert browser.get(f"/cases/{case.pk}/decide/").status_code == 200

    def approve(self, browser: Client, *found: Case, pin: str = cases.PIN) -> str:
        answer = browser.post("/inbox/approve/", {"case": [case.pk for case in found], "pin": pin})
        return str(answer.content.decode())

    def test_opened_cases_are_approved_with_one_pin_each_over_its_own_content(
        self, signed_in: SignedIn, station: Office, clerk: Officer, waiting_case: Case, leader: Officer
    ) -> None:
        other = cases.handed_up(station, clerk, PLAIN)
        browser = signed_in(leader)
        self.opened(browser, waiting_case, other)
        assert browser.get("/inbox/").content.decode().count("data-tick ") == 2
        self.approve(browser, waiting_case, other)
        made = Decision.objects.filter(officer=leader, outcome="approve")
        assert {decision.case_id: decision.content_digest for decision in made} == {
            case.pk: folders.content_digest(cases.again(case)) for case in (waiting_case, other)
        }
        assert len({decision.content_digest for decision in made}) == 2

    def test_a_case_never_opened_cannot_be_ticked_and_is_refused(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer
    ) -> None:
        browser = signed_in(leader)
        assert "data-tick " not in browser.get("/inbox/").content.decode()
        assert 'id="not-approved"' in self.approve(browser, waiting_case)
        assert not Decision.objects.filter(officer=leader).exists()

    def test_key_business_is_never_approved_with_others(
        self, signed_in: SignedIn, station: Office, clerk: Officer, leader: Officer
    ) -> None:
        cases.give_seals(clerk, leader)
        key = cases.handed_up(station, clerk, "1102")
        assert key.subtype.spec.key_business
        browser = signed_in(leader)
        self.opened(browser, key)
        assert "data-tick " not in browser.get("/inbox/").content.decode()
        assert 'id="not-approved"' in self.approve(browser, key)
        assert not Decision.objects.filter(officer=leader).exists()

    def test_one_that_changed_is_left_out_and_named_and_the_others_go_through(
        self, signed_in: SignedIn, station: Office, clerk: Officer, waiting_case: Case, leader: Officer
    ) -> None:
        changed = cases.handed_up(station, clerk, PLAIN)
        browser = signed_in(leader)
        self.opened(browser, waiting_case, changed)
        Case.objects.filter(pk=changed.pk).update(applicant_name="别人")
        page = self.approve(browser, changed, waiting_case)
        assert page.count(f"/cases/{changed.pk}/decide/") > 0
        assert 'id="not-approved"' in page
        assert set(Decision.objects.filter(officer=leader).values_list("case_id", flat=True)) == {waiting_case.pk}

    def test_a_look_before_the_case_came_to_the_step_does_not_count(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer
    ) -> None:
        browser = signed_in(leader)
        self.opened(browser, waiting_case)
        CaseView.objects.update(opened_at=waiting_case.awaiting_since - timedelta(seconds=1))
        assert openings.of(leader, [cases.again(waiting_case)]) == {}
        assert 'id="not-approved"' in self.approve(browser, waiting_case)

    def test_a_wrong_pin_decides_nothing_and_keeps_the_ticks(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer
    ) -> None:
        browser = signed_in(leader)
        self.opened(browser, waiting_case)
        page = self.approve(browser, waiting_case, pin="000000")
        assert not Decision.objects.filter(officer=leader).exists()
        assert re.search(rf'id="tick-{waiting_case.pk}"[^>]* checked', page)

    def test_somebody_elses_case_stays_unnamed(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer, other_station: Office
    ) -> None:
        stranger = make_officer("何伟", Duty.Role.STATION_LEADER, other_station)
        page = self.approve(signed_in(stranger), waiting_case)
        assert (waiting_case.number or "")[12:20] not in page
        assert not Decision.objects.filter(officer=stranger).exists()

    def test_a_refresh_in_the_background_is_no_look(
        self, signed_in: SignedIn, waiting_case: Case, leader: Officer
    ) -> None:
        signed_in(leader).get(f"/cases/{waiting_case.pk}/decide/", headers={"HX-Request": "true"})
        assert not CaseView.objects.exists()
