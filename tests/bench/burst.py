"""A burst: many stations send photographs at once. Does the site still answer, and how fast do pages come out?"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from django.test import override_settings

from capture.pipeline import specimens
from hukou.accounts.models import Duty
from tests.support import cases
from tests.support.people import make_office, make_officer
from tests.support.site import serving

STATIONS = 12
PHOTOS = 4
"""By each station, one after another."""
SUBTYPE, SLOT = "0503", "M_BOTH_BOOKS"
PASSWORD = "bench-pass-1"
LOOK = 0.05
"""Seconds between two looks at the site's health."""
TRIES = 60
"""A full line is a reason to come back, as the camera page does; but not for ever."""
Row = tuple[str, float, str, str]


def rows() -> Iterator[Row]:
    """Rows (name, value, unit, note): pages a minute, how long a page takes, and what other requests feel of it."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        places = _stations()
        photos = [specimens.photograph(specimens.sheet(n, (2480, 3508)), n, (2448, 3264)) for n in range(PHOTOS)]
        with serving(HUKOU_CAPTURE_WORKERS="2") as url:
            clerks = [(_signed_in(url, number), path) for number, path in places]
            _send(url, *clerks[0], specimens.photograph(specimens.sheet(99), 99))
            yield from _quiet_and_busy(url, clerks, photos)


def _stations() -> list[tuple[str, str]]:
    """For each station the number of its clerk and the address that takes pages of its draft."""
    cases.load_catalogue()
    branch = make_office("测速分局", level="branch", parent=make_office("测速市公安局", level="city"))
    found = []
    for n in range(STATIONS):
        station = make_office(f"测速第{n + 1}派出所", parent=branch)
        number = f"7009{n:02}"
        clerk = make_officer(f"测速民警{n + 1}", Duty.Role.DESK_OFFICER, station, number=number, password=PASSWORD)
        found.append((number, f"/cases/{cases.drafted(station, clerk, SUBTYPE).pk}/pages/"))
    return found


def _signed_in(url: str, number: str) -> requests.Session:
    session = requests.Session()
    session.get(f"{url}/login/", timeout=30)
    form = {"username": number, "password": PASSWORD, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
    session.post(f"{url}/login/", form, timeout=30).raise_for_status()
    return session


def _send(url: str, session: requests.Session, path: str, photo: bytes) -> float:
    """Seconds until the page lies in its slot; comes back as often as the site asks for it."""
    start = time.perf_counter()
    for _try in range(TRIES):
        answer = session.post(
            url + path,
            {"material": SLOT},
            files={"file": ("page.jpg", photo, "image/jpeg")},
            headers={"Accept": "application/json", "X-CSRFToken": session.cookies["csrftoken"], "Referer": url},
            timeout=60,
        )
        if answer.status_code not in (429, 503):
            answer.raise_for_status()
            return time.perf_counter() - start
        time.sleep(min(2.0, float(answer.headers.get("Retry-After", 1))))
    raise RuntimeError("the line never got shorter")


def _quiet_and_busy(url: str, clerks: list[tuple[requests.Session, str]], photos: list[bytes]) -> Iterator[Row]:
    quiet = _looks(url, threading.Event(), most=40)
    done = threading.Event()
    with ThreadPoolExecutor(STATIONS + 1) as pool:
        health = pool.submit(_looks, url, done)
        start = time.perf_counter()
        lines = [pool.submit(lambda clerk=clerk: [_send(url, *clerk, photo) for photo in photos]) for clerk in clerks]
        waits = sorted(wait for line in lines for wait in line.result())
        took = time.perf_counter() - start
        done.set()
        busy = health.result()
    note = f"{STATIONS} stations × {PHOTOS} pictures of 8 MP at once, two processes, senders on the same two cores"
    yield "burst: pages a minute", 60 * len(waits) / took, "/min", note
    yield "burst: a page, 95 of 100", 1000 * waits[int(0.95 * len(waits))], "ms", "waiting in line included"
    yield "burst: /healthz when quiet, 95 of 100", _p95(quiet), "ms", f"{len(quiet)} looks"
    yield "burst: /healthz in the burst, 95 of 100", _p95(busy), "ms", f"{len(busy)} looks, slowest {max(busy):.0f} ms"


def _looks(url: str, done: threading.Event, most: int = 10_000) -> list[float]:
    """Milliseconds of each look at the site's health until `done`."""
    took = []
    while not done.is_set() and len(took) < most:
        start = time.perf_counter()
        requests.get(f"{url}/healthz", timeout=60)
        took.append(1000 * (time.perf_counter() - start))
        time.sleep(LOOK)
    return took


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]
