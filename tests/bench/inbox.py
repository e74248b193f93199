"""What officers wait for when they look at their work, in a city of 10 000, 100 000 and, when asked, a million cases.

Server time of the page, through the real views, without the network. `HUKOU_BENCH_MILLION=1` adds the million.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from hukou.accounts import demo
from hukou.accounts.models import Duty, Officer
from hukou.catalogue import actions as catalogue
from hukou.console import demo_seals
from hukou.console.measuring.city import City
from tests.support.catalogue import shipped_bytes

SIZES = (10_000, 100_000, *([1_000_000] if os.environ.get("HUKOU_BENCH_MILLION") == "1" else []))
LOOKS = 40
PAGES = {
    "inbox": ("/inbox/", (Duty.Role.STATION_LEADER, Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER)),
    "desk": ("/", (Duty.Role.DESK_OFFICER, Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER)),
}
"""What → address, and whose eyes see it; the city's officers see all cases there are."""
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
            begun = time.perf_counter()
            made = city.fill(size, lambda done, total: None)
            rate = (made.cases - made.before) / (time.perf_counter() - begun)
            measured.append((f"seed_load: up to {size:,} cases", rate, "cases/s", "one transaction per 2,000"))
            for what, (address, roles) in PAGES.items():
                for role in roles:
                    measured += _looks(f"{what} of {role.value}, {size:,} cases", address, role)
        demo._secrets.cache_clear()
        return measured


def _looks(what: str, address: str, role: str) -> list[Row]:
    browser = Client()
    browser.force_login(Officer.objects.filter(duties__role=role).order_by("number")[0])
    assert browser.get(address).status_code == 200  # warms up what is read once per process
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    statements = len(asked)
    times, work = [], time.process_time()
    for _look in range(LOOKS):
        begun = time.perf_counter()
        browser.get(address)
        times.append(1000 * (time.perf_counter() - begun))
    work = 1000 * (time.process_time() - work) / LOOKS
    cuts = quantiles(times, n=20)
    note = f"{statements} statements, {work:.0f} ms of it our own work"
    return [(f"{what}: p50", cuts[9], "ms", note), (f"{what}: p95", cuts[18], "ms", "")]
