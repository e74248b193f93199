"""Screens ask the database the same number of questions for three cases and for thirty."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases
from workflows.cases import searching
from workflows.cases.models import Case, Material
from workflows.seals.actions import issue_unit_seal

from .conftest import SignedIn

FEW, MANY = 3, 30
S = Case.Status


@pytest.fixture
def waiting(station: Office, clerk: Officer, leader: Officer) -> Case:
    """A case handed up to the station's leader, and one of every kind the desk shows."""
    cases.give_seals(clerk, leader)
    cases.drafted(station, clerk)
    cases.accepted(station, clerk)
    return cases.handed_up(station, clerk)


@pytest.mark.parametrize("place", ["desk", "inbox", "decide", "search"])
def test_a_screen_asks_no_more_for_thirty_cases_than_for_three(
    signed_in: SignedIn, clerk: Officer, leader: Officer, waiting: Case, place: str
) -> None:
    officer = clerk if place in ("desk", "search") else leader
    address = {"desk": "/", "inbox": "/inbox/", "decide": f"/cases/{waiting.pk}/decide/", "search": "/search/"}
    browser = signed_in(officer)
    _asked(browser, address[place])  # the session is written once a minute
    _more_like_these(FEW)
    few = _asked(browser, address[place])
    _more_like_these(MANY)
    many = _asked(browser, address[place])
    assert many == few
    assert many <= 40


def test_a_decision_asks_no_more_than_twenty_five(signed_in: SignedIn, leader: Officer, waiting: Case) -> None:
    assert _asked_to_decide(signed_in(leader), waiting) <= 25


def test_the_last_decision_with_the_units_seal_beside_asks_no_more(
    signed_in: SignedIn, leader: Officer, branch_officer: Officer, waiting: Case
) -> None:
    cases.give_seals(branch_officer)
    case = cases.decided(waiting, leader)
    assert case.level == len(case.chain)
    issue_unit_seal(office=branch_officer.duties.get().office, kind="approval")
    assert _asked_to_decide(signed_in(branch_officer), case) <= 25


def _asked_to_decide(browser: Any, case: Case) -> int:
    address = f"/cases/{case.pk}/decide/"
    shown = browser.get(address).context
    typed = {"level": shown["level"], "seen": shown["seen"], "place": shown["place"], "outcome": "approve"}
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(address, typed | {"pin": cases.PIN}).status_code == 302
    return len(asked)


def _asked(browser: object, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        asking = browser.post if address == "/search/" else browser.get  # type: ignore[attr-defined]
        assert asking(address, {"q": "林"}).status_code == 200
    return len(asked)


def _more_like_these(count: int) -> None:
    """Copies of the last case of each state, slots and pages too, until there are `count` of each."""
    for status in (S.DRAFT, S.ACCEPTED, S.IN_REVIEW):
        model = Case.objects.filter(status=status).latest("pk")
        for place in range(Case.objects.filter(status=status).count(), count):
            _copy(model, place)


def _copy(model: Case, place: int) -> None:
    slots = list(model.materials.all())
    number = None if model.number is None else f"{model.number[:-5]}{model.pk % 90 + 10:02}{place:03}"
    copy = Case.objects.get(pk=model.pk)
    copy.pk, copy.number, copy.opened_at = None, number, clock.now()
    copy.save()
    searching.index(copy)
    Material.objects.bulk_create(Material(case=copy, code=slot.code, position=slot.position) for slot in slots)
