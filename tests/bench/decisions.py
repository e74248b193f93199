"""How long an officer waits: for a decision, for the page it is taken on, and for the desk.

Through the real views with session, rights, seal and trail; only the network and the web server are left out.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import id_numbers
from tests.support import cases

DECISIONS = 20
ON_THE_DESK = 200
SUBTYPE = "0103"  # two levels: the station's desk and its leader


def rows() -> list[tuple[str, float, str, str]]:
    """(what, value, unit, note) of each measurement; medians."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        cases.load_catalogue()
        station = _station()
        clerk, leader = (
            _officer(1, Duty.Role.DESK_OFFICER, station),
            _officer(2, Duty.Role.STATION_LEADER, station),
        )
        cases.give_seals(clerk, leader)
        waiting = [cases.handed_up(station, clerk, SUBTYPE) for _case in range(DECISIONS)]
        browser = _signed_in(leader)
        opened = [_timed(lambda case=case: browser.get(f"/cases/{case.pk}/decide/"), 200) for case in waiting]
        decided = []
        for case in waiting:
            typed = {"level": "2", "outcome": "approve", "seen": cases.seen(case), "pin": cases.PIN}
            decided.append(_timed(lambda: browser.post(f"/cases/{case.pk}/decide/", typed), 302))  # noqa: B023
        for _case in range(ON_THE_DESK - DECISIONS):
            cases.drafted(station, clerk, SUBTYPE)
        desk = _signed_in(clerk)
        seen = [_timed(lambda: desk.get("/"), 200) for _look in range(DECISIONS)]
    return [
        (
            "decisions: one taken",
            *_of(
                decided,
                f"{median(asked for _ms, asked in decided):.0f} questions to the database, at most {_most(decided)}",
            ),
        ),
        ("decisions: the slowest of them", max(ms for ms, _asked in decided), "ms", f"of {DECISIONS}"),
        ("decisions: page opened", *_of(opened, f"{_most(opened):.0f} questions")),
        (f"desk: opened with {ON_THE_DESK} cases", *_of(seen, f"{_most(seen):.0f} questions")),
    ]


Timed = tuple[float, int]
"""Milliseconds, and questions to the database."""


def _timed(ask: Callable[[], HttpResponse], due: int) -> Timed:
    with CaptureQueriesContext(connection) as asked:
        begun = time.perf_counter()
        answer = ask()
        taken = 1000 * (time.perf_counter() - begun)
    assert answer.status_code == due, answer.status_code
    return taken, len(asked)


def _of(times: list[Timed], note: str) -> tuple[float, str, str]:
    return median(ms for ms, _asked in times), "ms", note


def _most(times: list[Timed]) -> int:
    return max(asked for _ms, asked in times)


def _signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def _station() -> Office:
    city = Office.objects.create(code="990800000000", name="测速市局", short_name="市局", level=Office.Level.CITY)
    branch = Office.objects.create(
        code="990801000000", name="测速分局", short_name="分局", level=Office.Level.BRANCH, parent=city
    )
    return Office.objects.create(
        code="990801010000", name="测速派出所", short_name="测速所", level=Office.Level.STATION, parent=branch
    )


def _officer(number: int, role: str, office: Office) -> Officer:
    body = f"4299011980010100{number}"
    officer = Officer.objects.create(
        number=f"bench-{number}",
        name=f"测速{number}",
        id_number=body + id_numbers.check_character(body),
        kind=Officer.Kind.OFFICER,
    )
    Duty.objects.create(officer=officer, office=office, role=role, starts_on=date(2020, 1, 1))
    return officer
