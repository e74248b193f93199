"""What officers wait for when they look at their work, in a city of 10 000, 100 000 and, when asked, a million cases.

Server time of the page, through the real views, without the network. `HUKOU_BENCH_MILLION=1` adds the million (8 GB
of disk and some ten minutes). How fast the city is made comes with it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from hukou.accounts import demo
from hukou.accounts.models import Duty, Officer
from hukou.catalogue import actions as catalogue
from hukou.console import demo_seals
from hukou.console.measuring.city import City
from hukou.registry.models import Person
from tests.support.catalogue import shipped_bytes
from workflows.cases.models import Case

SIZES = (10_000, 100_000, *([1_000_000] if os.environ.get("HUKOU_BENCH_MILLION") == "1" else []))
LOOKS = 60
Role = Duty.Role
INBOXES = (Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER)
DESKS = (Role.DESK_OFFICER, Role.BRANCH_OFFICER, Role.CITY_OFFICER)
WALLS = (Role.STATION_LEADER, Role.CITY_OFFICER)
SEARCHERS = (Role.DESK_OFFICER, Role.CITY_OFFICER)
"""Whose eyes see what; the city's officers see all cases there are."""
NAMES = ("张伟", "王建国", "李", "欧阳", "liuyang", "wjg")
"""Asked for beside numbers that are there: names whole and in part, common and rare, pinyin and initials."""
Row = tuple[str, float, str, str]


def rows() -> list[Row]:
    """(what, value, unit, note): how fast the city is made, then p50 and p95 of each page at each size."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        demo._secrets.cache_clear()
        catalogue.load(shipped_bytes())
        demo.seed()
        demo_seals.issue()
        with override("zh-hans"):
            city = City(seed=1)
        measured: list[Row] = []
        for size in SIZES:
            with city.helped():
                begun = time.perf_counter()
                made = city.fill(size, lambda done, total: None)
                rate = (made.cases - made.before) / (time.perf_counter() - begun)
            measured.append((f"seed_load: up to {size:,} cases", rate, "cases/s", "one transaction per 2,000"))
            for role in INBOXES:
                measured += _looks(f"inbox of {role.value}, {size:,} cases", role, _page("/inbox/"))
            for role in DESKS:
                measured += _looks(f"desk of {role.value}, {size:,} cases", role, _page("/"))
            for role in WALLS:
                measured += _looks(f"wall of {role.value}, {size:,} cases", role, _page("/wall/figures/"))
            for role in SEARCHERS:
                measured += _looks(f"search of {role.value}, {size:,} cases", role, _search())
        demo._secrets.cache_clear()
        return measured


Look = Callable[[Client], Any]


def _page(address: str) -> Look:
    return lambda browser: browser.get(address)


def _search() -> Look:
    """Another question every time, one after the other."""
    asked = cycle(_questions())
    return lambda browser: browser.post("/search/", {"q": next(asked)})


def _questions() -> Iterator[str]:
    yield from NAMES
    numbers = Case.objects.exclude(number=None).order_by("pk").values_list("number", flat=True)
    for number in (str(numbers[at]) for at in (0, 4_321, 8_765)):
        yield from (number, number[-9:], number[-4:])
    yield from (str(person.id_number) for person in Person.objects.order_by("-pk")[:3])


def _looks(what: str, role: str, look: Look) -> list[Row]:
    browser = Client()
    browser.force_login(Officer.objects.filter(duties__role=role).order_by("number")[0])
    assert look(browser).status_code == 200  # warms up what is read once per process
    with CaptureQueriesContext(connection) as asked:
        look(browser)
        statements = len(asked)
    times, work = [], time.process_time()
    for _look in range(LOOKS):
        begun = time.perf_counter()
        look(browser)
        times.append(1000 * (time.perf_counter() - begun))
    work = 1000 * (time.process_time() - work) / LOOKS
    cuts = quantiles(times, n=20)
    note = f"{statements} statements, {work:.0f} ms of it our own work"
    return [(f"{what}: p50", cuts[9], "ms", note), (f"{what}: p95", cuts[18], "ms", "")]
