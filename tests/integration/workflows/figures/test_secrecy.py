"""No table, and no difference of tables, tells of a single adoption."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from audit.statistics.answers import PROTECTED, TOTAL, Answer
from audit.statistics.errors import TooFine
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases, facts
from tests.support.people import make_office
from workflows.figures import projection
from workflows.figures.models import CaseFact

pytestmark = pytest.mark.django_db
Ask = Callable[[Officer, str], Answer]
NOW = facts.noon(date(2026, 11, 20))
PERIODS = (
    ("2026-08-01", "2026-10-31"),
    ("2026-09-01", "2026-09-30"),
    ("2026-08-01", "2026-09-30"),
    ("2026-09-10", "2026-10-09"),
    ("2026-11-01", "2026-11-30"),
)
AXES = ("station", "branch", "subtype", "category", "outcome", "key_business", "deferred", "month", "day", "week")
FIGURES = (
    "measure=accepted&measure=closed&measure=refused&measure=on_time_share&measure=pages&measure=turnaround_median"
)
FILTERS = ("", "&f.category=03", "&f.subtype=0301", "&f.outcome=approved", "&f.key_business=yes", "&f.key_business=no")


def open_cases(stations: list[Office], clerk: Officer) -> list[CaseFact]:
    made = []
    for n, station in product(range(6), stations):
        day = date(2026, 8, 5) + timedelta(days=17 * n)
        made.append(facts.fact(station, clerk, accepted_on=day, days=n % 3, subtype=("1102", "0303", "0101")[n % 3]))
    return made


def adoptions(station: Office, clerk: Officer, day: date, number: int, **more: Any) -> list[CaseFact]:
    return [facts.fact(station, clerk, accepted_on=day, subtype="0301", days=1, **more) for _n in range(number)]


def every_table(ask: Ask, officer: Officer, stations: list[Office], every: int) -> Iterator[tuple[str, dict[Any, Any]]]:
    """What an officer sees of everything that can be asked."""
    offices = ["", *(f"&office={office.pk}" for office in (stations[0], stations[0].parent) if office is not None)]
    for rows, columns, (since, until), more, office in product(
        AXES, ("", "branch", "month"), PERIODS, FILTERS, offices
    ):
        if columns and more:  # a filter and a column narrow in the same way; either is enough with the other axis
            continue
        address = f"rows={rows}&columns={columns}&{FIGURES}&since={since}&until={until}{more}{office}"
        try:
            answer = ask(officer, address)
        except TooFine:
            continue
        yield address, {key: tuple(cell) for key, cell in answer.cells.items()}


@pytest.fixture
def stations(station: Office, other_station: Office, city: Office) -> list[Office]:
    """Two stations of one branch, one of another."""
    cases.load_catalogue()
    west = make_office("云溪市公安局云西分局", level="branch", parent=city)
    return [station, other_station, make_office("西河派出所", parent=west)]


@pytest.mark.parametrize("every", [211, pytest.param(1, marks=pytest.mark.nightly)])
def test_worlds_that_differ_in_one_adoption_answer_alike(
    every: int, ask: Ask, stations: list[Office], clerk: Officer, city_officer: Officer
) -> None:
    """Wherever within its block an adoption lies, whatever became of it, and where a block is too small whether there is one."""
    with clock.frozen(NOW):
        facts.counted(open_cases(stations, clerk))
        moving, *_rest = facts.counted(adoptions(stations[0], clerk, date(2026, 9, 3), 6))
        alone, late = facts.counted(
            [*adoptions(stations[2], clerk, date(2026, 9, 4), 1), *adoptions(stations[0], clerk, date(2026, 11, 3), 1)]
        )
        before = dict(every_table(ask, city_officer, stations, every))
        assert any(PROTECTED in key for cells in before.values() for key in cells)

        moving.station, moving.accepted_on, moving.accepted_at = (
            stations[1],
            date(2026, 9, 28),
            facts.noon(date(2026, 9, 28)),
        )
        moving.closed_on, moving.closed_at, moving.outcome = date(2026, 9, 30), facts.noon(date(2026, 9, 30)), "refused"
        moving.turnaround, moving.pages, moving.complete_at, moving.subtype = 9_000, 40, None, "0302"
        gone = [late, alone]
        projection.replace([moving])
        for fact in gone:
            projection.counting.add(CaseFact.objects.filter(pk=fact.pk), sign=-1)
            fact.delete()

        after = dict(every_table(ask, city_officer, stations, every))
    assert [address for address in before if before[address] != after[address]] == []
    assert len(before) > 500 / every


def test_what_is_counted_of_adoptions_are_whole_blocks_of_five_and_more(
    ask: Ask, stations: list[Office], clerk: Officer, city_officer: Officer
) -> None:
    east, west = stations[0].parent, stations[2].parent
    assert east is not None
    assert west is not None
    with clock.frozen(NOW):
        facts.counted(open_cases(stations, clerk))
        facts.counted(
            adoptions(stations[0], clerk, date(2026, 9, 3), 4) + adoptions(stations[1], clerk, date(2026, 9, 9), 3)
        )
        facts.counted(
            adoptions(stations[2], clerk, date(2026, 8, 3), 4) + adoptions(stations[0], clerk, date(2026, 8, 9), 3)
        )
        facts.counted(adoptions(stations[2], clerk, date(2026, 10, 3), 4))
        answer = ask(city_officer, "rows=branch&columns=month&measure=accepted&since=2026-08-01&until=2026-10-31")
    open_only = {
        (branch, date(2026, month, 1)): CaseFact.objects.filter(
            branch=branch, secret=False, accepted_on__month=month
        ).count()
        for branch, month in product((east.pk, west.pk), (8, 9, 10))
    }
    more = {key: answer.cells[key][0].value - count for key, count in open_only.items()}
    assert more == {key: 7 if key == (east.pk, date(2026, 9, 1)) else 0 for key in open_only}
    assert answer.cells[PROTECTED, date(2026, 8, 1)][0].value == 7  # 4 and 3, of both branches together
    assert answer.cells[PROTECTED, TOTAL][0].value == 7
    assert answer.cells[TOTAL, TOTAL][0].value == sum(open_only.values()) + 14  # October's four are not counted
    assert not any(member.linked for member in answer.rows if member.key == PROTECTED)


def test_shares_and_times_leave_adoptions_out_and_so_do_stations(
    ask: Ask, stations: list[Office], clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    with clock.frozen(NOW):
        facts.counted(adoptions(stations[0], clerk, date(2026, 9, 3), 9, outcome="refused"))
        of_station = ask(
            leader, "rows=station&measure=accepted&measure=refused_share&since=2026-09-01&until=2026-09-30"
        )
        of_branch = ask(
            branch_officer, "rows=station&measure=accepted&measure=refused_share&since=2026-09-01&until=2026-09-30"
        )
    assert [cell.value for cell in of_station.cells[TOTAL, of_station.columns[0].key]] == [0, None]
    assert [cell.value for cell in of_branch.cells[PROTECTED, of_branch.columns[0].key]] == [9, None]
