"""The web server is killed while it carries out a press; the next one finds a case that goes on, and nothing done twice."""

from __future__ import annotations

import http.client
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hukou.accounts.models import Office, Officer
from tests.conftest import SHIPPED_COST
from tests.support import cases
from tests.support.pressing import no_job_is_double, nothing_is_double
from tests.support.site import Server, server
from workflows.approvals.models import Decision
from workflows.archive import verify
from workflows.cases.models import Case
from workflows.seals.keys import files
from workflows.seals.models import SealApplication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

S = Case.Status
TOKEN = "k" * 32
"""Of the form and the cookie (Django compares them)."""
MOMENTS = (0.02, 0.1, 0.18, 0.3)
"""Seconds between the press and the kill; a press takes about 0.2."""


class Window:
    """An officer signed in at a browser that outlives the server."""

    def __init__(self, officer: Officer) -> None:
        client = Client()
        client.force_login(officer)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"

    def look(self, site: Server, address: str) -> None:
        """Open a page; the server has then read all it reads once."""
        with urllib.request.urlopen(urllib.request.Request(site.url + address, headers={"Cookie": self.cookies})):
            pass

    def press(self, site: Server, address: str, **typed: str) -> int | None:
        """Send a form; the status of the answer, None when none came."""
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": TOKEN, **typed}).encode()
        request = urllib.request.Request(site.url + address, form, {"Cookie": self.cookies})
        try:
            return _unfollowed(request)
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError):
            return None


def _unfollowed(request: urllib.request.Request) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_said: object) -> None:
            """Where an act leads is not of interest."""

    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as told:
        told.close()
        return told.code


@pytest.fixture
def accepted(station: Office, clerk: Officer, leader: Officer, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(files, "COST", SHIPPED_COST)  # the server is another process and knows no other
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    return cases.accepted(station, clerk, "0103")


def killed_while(window: Window, case: Case, address: str, moment: float, **typed: str) -> int | None:
    """A server is started, and killed `moment` seconds after the press."""
    with server() as site:
        window.look(site, reverse("case", args=[case.pk]))
        timer = threading.Timer(moment, site.kill)
        timer.start()
        answer = window.press(site, address, **typed)
        timer.join()
    return answer


def test_a_server_killed_during_a_press_did_all_of_it_or_nothing(
    accepted: Case, clerk: Officer, leader: Officer
) -> None:
    case, desk, office = accepted, Window(clerk), Window(leader)
    up, decide = (reverse(name, args=[case.pk]) for name in ("case_hand_up", "case_decide"))
    answers = []
    for moment in MOMENTS:
        if cases.again(case).status != S.ACCEPTED:
            break
        answers.append(killed_while(desk, case, up, moment, seen=cases.seen(case), pin=cases.PIN))
        went_up = cases.again(case).status == S.IN_REVIEW
        assert Decision.objects.filter(case=case).count() == int(went_up)
        assert SealApplication.objects.filter(document__case=case).count() == int(went_up)
        assert went_up or answers[-1] is None  # nobody was told of what did not happen
    assert None in answers
    if cases.again(case).status == S.ACCEPTED:
        cases.sent_up(cases.again(case), clerk)
    case = cases.put_on_seals(cases.again(case))
    for moment in MOMENTS:
        if Decision.objects.filter(case=case, level=2).exists():
            break
        typed = {"level": "2", "seen": cases.seen(case), "outcome": "approve", "pin": cases.PIN, "opinion": "同意。"}
        answer = killed_while(office, case, decide, moment, **typed)
        assert Decision.objects.filter(case=case, level=2).count() <= 1
        assert Decision.objects.filter(case=case, level=2).exists() or answer is None
    case = cases.put_on_seals(cases.again(case))
    if case.status == S.IN_REVIEW:
        case = cases.decided(case, leader)
    case = cases.filed(cases.noticed(case), clerk)
    assert verify.verify_case(case).held
    nothing_is_double(case)
    no_job_is_double(case)
