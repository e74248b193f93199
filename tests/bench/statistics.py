"""The builder's page over 10 000 and a million facts; `HUKOU_BENCH_FACTS=10000000` adds so many, by hand (6 GB of disk).

Facts are invented in the database, without cases under them: two years of nine stations, day after day, all sub-types as
often as they come. The tallies are counted by the code that counts them in earnest. Server time of the page, through the real view.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from hukou.catalogue import actions as catalogue
from hukou.catalogue.models import SubType
from hukou.console.measuring.cast import BUSY
from hukou.console.measuring.lives import OFTEN, RARE, SELDOM
from tests.support.catalogue import shipped_bytes
from workflows.cases import searching
from workflows.figures import counting, projection
from workflows.figures.models import CaseFact, DayTally, MonthTally, Spread

MORE = int(os.environ.get("HUKOU_BENCH_FACTS", "0"))
SIZES = tuple(sorted({10_000, 1_000_000, *([MORE] if MORE else [])}))
BATCH = 500_000
LOOKS = 7
YEAR = "since=2025-01-01&until=2025-12-31"
PAGES = {
    "stations, five figures, a year": f"rows=station&measure=accepted&measure=closed&measure=on_time_share&measure=returned_share&measure=turnaround_median&{YEAR}",
    "sub-types by months, a year": f"rows=subtype&columns=month&measure=accepted&chart=none&{YEAR}",
    "stations by weeks, a year": f"rows=station&columns=week&measure=accepted&{YEAR}",
    "distribution, two years": "rows=station&measure=closed&measure=turnaround_p90&chart=spread&since=2024-01-01&until=2025-12-31",
    "outcomes by days of a month": "rows=outcome&columns=day&measure=closed&since=2025-06-03&until=2025-07-02",
    "outcomes by days of a quarter": "rows=outcome&columns=day&measure=closed&since=2025-04-01&until=2025-06-30",
    "exact median of a month": "rows=station&measure=turnaround_median&measure=turnaround_p90&since=2025-06-01&until=2025-06-30",
}
Row = tuple[str, float, str, str]

# Dice of the database. A case in two hundred is still under way, one in fifty refused; what is decided above the station lasts longer.
_INVENT = """
insert into figures_casefact (case_id, station_id, branch_id, category, subtype, key_business, secret, on_the_spot, chain_length,
    deciding_level, accepted_at, accepted_on, deferred, capture_due_at, fell_due, first_page_at, complete_at, pages, pages_late,
    pages_doubtful, pages_forced, pages_plain, returns, recalls, investigations, cosigns, public_notices, closed_at, closed_on,
    outcome, turnaround, suspended, late, filed_at, filed_on, versions, alerts)
select n, (%(stations)s::bigint[])[s], (%(branches)s::bigint[])[s], left(code, 2), code, key, secret, length = 1, length, level,
    day + time '04:00', day, d4 < .03, day + time '04:00' + interval '1 day', true, day + time '04:00',
    day + time '04:00' + case when d4 < .03 then interval '20 hours' * d5 * 2 else interval '0' end, 4 + (d5 * 6)::int, (d4 < .01)::int,
    (d5 < .02)::int, 0, (d5 > .99)::int, (d3 < .04)::int, 0, (d3 > .98)::int, 0, 0,
    closed + time '05:00', closed, case when closed is null then '' when d2 < .02 then 'refused' when d2 < .03 then 'withdrawn' else 'approved' end,
    case when closed is not null and not d2 between .02 and .03 then greatest(3, ((closed - day) * 5 / 7.0 * 420 * (.5 + d5))::int + (d5 * 50)::int) end,
    0, d3 < .005, closed + time '06:00', closed + 1, (d5 < .015)::int, (d4 < .03)::int
from (
    select n, s, day, t.*, d2, d3, d4, d5, case when d3 < .995 then day + case when t.length = 1 then 0 else (d1 * d1 * 9 * t.length)::int end end closed
    from (
        select n, 1 + floor(random() * array_length(%(stations)s::bigint[], 1))::int s, date '2024-01-01' + ((n - %(begins)s - 1) * 731 / (%(ends)s - %(begins)s))::int as day,
            (%(lots)s::int[])[1 + floor(random() * array_length(%(lots)s::int[], 1))::int] lot,
            random() d1, random() d2, random() d3, random() d4, random() d5
        from generate_series(%(first)s::bigint, %(last)s::bigint) n
    ) dice join bench_kind t on t.place = dice.lot
) invented
"""


def rows() -> Iterator[Row]:
    """(what, value, unit, note): how fast facts are counted, and how long each page takes at each size."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        demo._secrets.cache_clear()
        catalogue.load(shipped_bytes())
        demo.seed()
        dice, there = _kinds(), 0
        for size in SIZES:
            invented, counted = _fill(dice, there, size)
            yield (
                f"statistics: {size:,} facts counted",
                (size - there) / counted,
                "facts/s",
                f"invented in {invented:.0f} s",
            )
            there = size
            note = ", ".join(
                f"{model.objects.count():,} {model._meta.verbose_name_plural}"
                for model in (MonthTally, DayTally, Spread)
            )
            browser = Client()
            browser.force_login(Officer.objects.filter(duties__role="overseer").order_by("number")[0])
            for what, address in PAGES.items():
                yield f"statistics: {what}, {size:,} facts", *_look(browser, f"/statistics/?{address}"), note
                note = ""
        demo._secrets.cache_clear()


def _look(browser: Client, address: str) -> tuple[float, str]:
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection):
        browser.get(address)
    times = []
    for _look in range(LOOKS):
        begun = time.perf_counter()
        browser.get(address)
        times.append(1000 * (time.perf_counter() - begun))
    return median(times), "ms"


def _kinds() -> dict[str, list[int]]:
    """The sub-types as a table of the database, and the lots that draw them."""
    stations = list(Office.objects.filter(level=Office.Level.STATION).order_by("code"))
    busy = [station for station, often in zip(stations, BUSY, strict=False) for _n in range(often)]
    lots = []
    with connection.cursor() as cursor:
        cursor.execute(
            "create table bench_kind (place int primary key, code text, key bool, secret bool, length int, level text)"
        )
        for place, row in enumerate(SubType.objects.select_related("catalogue").order_by("code"), 1):
            spec = row.spec
            values = [
                place,
                spec.code,
                spec.key_business,
                searching.is_secret(row),
                len(spec.chain),
                spec.decision_level,
            ]
            cursor.execute("insert into bench_kind values (%s, %s, %s, %s, %s, %s)", values)
            lots += [place] * OFTEN.get(spec.code, RARE if spec.category == "04" else SELDOM)
    return {
        "stations": [station.pk for station in busy],
        "branches": [station.parent_id or 0 for station in busy],
        "lots": lots,
    }


def _fill(dice: dict[str, list[int]], there: int, size: int) -> tuple[float, float]:
    """Seconds it took to invent the facts, and to count them."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")  # there are no cases under these facts
        for first in range(there + 1, size + 1, BATCH):
            span = {"first": first, "last": min(size, first + BATCH - 1), "begins": there, "ends": size}
            cursor.execute(_INVENT, {**dice, **span})
        cursor.execute("set session_replication_role = default")
        cursor.execute("vacuum (analyze) figures_casefact")
    invented, begun = time.perf_counter() - begun, time.perf_counter()
    for first in range(there + 1, size + 1, BATCH):
        counting.add(CaseFact.objects.filter(pk__gte=first, pk__lte=min(size, first + BATCH - 1)))
    counted = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute(
            f"vacuum (analyze) {', '.join(model._meta.db_table for model in (MonthTally, DayTally, Spread))}"
        )
    assert date(2024, 1, 1) <= MonthTally.objects.earliest("month").month
    assert projection.followed() == 0
    return invented, counted
