"""`GET /healthz`: how each part of the site is, for monitors and for `make run`. No sign-in, no personal data."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from audit.outbox import queries as outbox
from audit.trail import epochs, months
from audit.trail import guards as trail_guards
from audit.trail import queries as trail
from capture.pipeline import networks as trained
from capture.sessions import workshop
from hukou.calendar import queries as calendar
from hukou.console.background import queries as background
from hukou.kernel import clock

State = Literal["ok", "degraded", "down"]
ORDER: tuple[State, ...] = ("ok", "degraded", "down")
LEAST_FREE_BYTES = 1 << 30
PICTURE_WAITS_AT_MOST = 10.0
"""Seconds."""
TRAIL_WAITS_AT_MOST = timedelta(minutes=2)
TEXT_WAITS_AT_MOST = timedelta(minutes=30)


@dataclass(frozen=True)
class Part:
    """The state of one part of the site."""

    status: State
    """"degraded": people can work, somebody should look; "down": people cannot work."""
    detail: str
    """What was measured, in plain English."""


def database() -> Part:
    """A question is answered, and every table the code needs is there."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return Part("ok", f"answered in {1000 * (time.perf_counter() - begun):.1f} ms")


def worker() -> Part:
    """A worker was heard of lately."""
    since = clock.now() - timedelta(seconds=settings.WORKER_SILENT_SECONDS)
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=since).count()
    return Part("ok" if alive else "degraded", f"{alive} alive")


def jobs() -> Part:
    """No background job has failed for good; one of the clock has while its newest run has."""
    failed = background.undone()
    waiting = ProcrastinateJob.objects.filter(status="todo").count()
    return Part("degraded" if failed else "ok", f"{waiting} waiting, {failed} failed")


def sequence() -> Part:
    """The acts people do get their place in the log of the trail soon."""
    oldest = trail.waiting().values_list("at", flat=True).first()
    late = oldest is not None and clock.now() - oldest > TRAIL_WAITS_AT_MOST
    return Part(
        "degraded" if late else "ok", f"oldest unsequenced event {oldest.isoformat()}" if oldest else "complete"
    )


def guards() -> Part:
    """The database refuses changes of the trail, also from this very application."""
    coming = months.missing()
    lacking = [*trail_guards.missing(), *trail_guards.excess(), *([f"no table for {coming}"] if coming else [])]
    if epochs.begun_anew():
        lacking.append("transactions are counted anew: run manage.py migrate")
    return Part("degraded", "; ".join(lacking)) if lacking else Part("ok", "all on")


def storage() -> Part:
    """Originals can be written."""
    folder = Path(settings.HUKOU_DATA_DIR)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Part("down", "the data folder is not writable")
    free = shutil.disk_usage(folder).free
    return Part("ok" if free > LEAST_FREE_BYTES else "degraded", f"{free // (1 << 20)} MiB free")


def pictures() -> Part:
    """Photographs become pages about as fast as they come."""
    now = workshop.state()
    crowded = now.waiting >= now.line or now.oldest > PICTURE_WAITS_AT_MOST
    return Part(
        "degraded" if crowded else "ok",
        f"{now.processes} processes, {now.working} working, {now.waiting} of at most {now.line} waiting,"
        f" the first for {now.oldest:.1f} s",
    )


def networks() -> Part:
    """Pages are turned upright and portraits looked at for a face; without the networks for it people still can work."""
    states = {network.file: trained.state(network) for network in trained.NETWORKS}
    lacking = ", ".join(f"{file} {state}" for file, state in states.items() if state != "ready")
    return Part("degraded", f"{lacking}: run make setup") if lacking else Part("ok", "ready")


def holidays() -> Part:
    """The published holidays of this year are in, and from December on those of the next."""
    missing = calendar.year_missing(clock.today())
    return Part("degraded", f"{missing} is missing: /calendar/") if missing else Part("ok", "complete")


def texts() -> Part:
    """Texts to the stations' telephones leave the house; without a gateway they are read on the screen."""
    line = outbox.line()
    if not line.configured:
        return Part("ok", "no gateway: texts are kept")
    late = line.oldest is not None and clock.now() - line.oldest > TEXT_WAITS_AT_MOST
    return Part("degraded" if late else "ok", f"{line.waiting} waiting{f', {line.why}' if line.why else ''}")


PARTS: dict[str, Callable[[], Part]] = {
    "database": database,
    "worker": worker,
    "jobs": jobs,
    "trail": sequence,
    "guards": guards,
    "storage": storage,
    "pictures": pictures,
    "networks": networks,
    "holidays": holidays,
    "texts": texts,
}


def examine() -> dict[str, Part]:
    """Look at every part; a part whose look fails is down, and the others are still looked at."""
    found = {}
    for name, look in PARTS.items():
        try:
            found[name] = look()
        except (DatabaseError, OSError) as exc:
            found[name] = Part("down", type(exc).__name__)
    return found


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while people can work, 503 when they cannot; the body says which part is how."""
    parts = examine()
    worst = max((part.status for part in parts.values()), key=ORDER.index)
    body = {"status": worst, "parts": {name: asdict(part) for name, part in parts.items()}}
    return JsonResponse(body, status=503 if worst == "down" else 200)
