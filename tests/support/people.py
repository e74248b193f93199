"""Offices and officers for tests: one city, one branch, two stations, and somebody for every duty.

Fixtures make only what a test asks for. Nobody here exists.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import id_numbers

SINCE = date(2020, 1, 1)
_sequence = itertools.count(1)


def make_office(name: str, *, level: str = "station", parent: Office | None = None, short_name: str = "") -> Office:
    """An office with a code of its own."""
    code = f"4299{next(_sequence):08}"
    return Office.objects.create(code=code, name=name, short_name=short_name or name, level=level, parent=parent)


def make_officer(
    name: str,
    role: str,
    office: Office,
    *,
    kind: str = "officer",
    number: str = "",
    password: str | None = None,
    id_number: str = "",
) -> Officer:
    """An officer on duty since 2020, with a valid ID number of their own; without `password` nobody can sign in."""
    n = next(_sequence)
    body = f"429901{date(1960, 1, 1) + timedelta(days=n):%Y%m%d}{n % 1000:03}"
    officer = Officer.objects.create_user(
        number or f"{700000 + n}",
        password,
        name=name,
        id_number=id_number or body + id_numbers.check_character(body),
        kind=kind,
    )
    Duty.objects.create(officer=officer, office=office, role=role, starts_on=SINCE)
    return officer


@pytest.fixture
def city(db: None) -> Office:
    """The city bureau on top."""
    return make_office("云溪市公安局", level="city", short_name="市局")


@pytest.fixture
def branch(city: Office) -> Office:
    """The branch over both stations."""
    return make_office("云溪市公安局云东分局", level="branch", parent=city, short_name="云东分局")


@pytest.fixture
def station(branch: Office) -> Office:
    """The station where the test's case is."""
    return make_office("云东分局桥头派出所", parent=branch, short_name="桥头所")


@pytest.fixture
def other_station(branch: Office) -> Office:
    """A station under the same branch that has nothing to do with the case."""
    return make_office("云东分局柳巷派出所", parent=branch, short_name="柳巷所")


@pytest.fixture
def clerk(station: Office) -> Officer:
    """The desk officer who accepts."""
    return make_officer("陈志远", Duty.Role.DESK_OFFICER, station)


@pytest.fixture
def second_clerk(station: Office) -> Officer:
    """Another desk officer of the same station."""
    return make_officer("林晓梅", Duty.Role.DESK_OFFICER, station)


@pytest.fixture
def auxiliary(station: Office) -> Officer:
    """An auxiliary at the window: prepares, never accepts."""
    return make_officer("周建国", Duty.Role.AUXILIARY, station, kind="auxiliary")


@pytest.fixture
def community_officer(station: Office) -> Officer:
    """The officer who looks into things on the spot."""
    return make_officer("吴雨桐", Duty.Role.COMMUNITY_OFFICER, station)


@pytest.fixture
def leader(station: Office) -> Officer:
    """A leader of the station."""
    return make_officer("郑明轩", Duty.Role.STATION_LEADER, station)


@pytest.fixture
def deputy_leader(station: Office) -> Officer:
    """The station's other leader: who reviewed does not approve."""
    return make_officer("沈秀兰", Duty.Role.STATION_LEADER, station)


@pytest.fixture
def other_clerk(other_station: Office) -> Officer:
    """A desk officer of the other station."""
    return make_officer("韩海涛", Duty.Role.DESK_OFFICER, other_station)


@pytest.fixture
def branch_officer(branch: Office) -> Officer:
    """A hukou officer of the branch."""
    return make_officer("杨思琪", Duty.Role.BRANCH_OFFICER, branch)


@pytest.fixture
def city_officer(city: Office) -> Officer:
    """A hukou officer of the city bureau."""
    return make_officer("朱文博", Duty.Role.CITY_OFFICER, city)


@pytest.fixture
def overseer(city: Office) -> Officer:
    """Looks at everything, decides nothing."""
    return make_officer("秦丽娟", Duty.Role.OVERSEER, city)


@pytest.fixture
def system_admin(city: Office) -> Officer:
    """Runs the system, sees no case."""
    return make_officer("许俊杰", Duty.Role.SYSTEM_ADMIN, city)
