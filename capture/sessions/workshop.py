"""Where photographs become pages: a few processes beside the site, and a bounded line before them.

The site's own process decodes nothing. Each photograph goes over a socket to a process of `capture.pipeline.workbench`,
which has no database, no secret and bounded memory. One that dies or takes too long costs exactly the photograph it
had in hand: that one is refused, the process is started anew, everybody else goes on.

Processes are started when first needed (`warm` does it beforehand), and end when the site does, however it ends: their
socket closes. With no processes (`HUKOU_CAPTURE_WORKERS=0`: tests, small commands) the same work is done in place.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings as site
from django.db import connection

from capture.pipeline import workbench
from capture.pipeline.types import CaptureResult, Settings

from . import copies
from .benches import Bench, Lost, NotStarted
from .errors import WorkshopBusy, WorkshopFailed

logger = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds a photograph waits in line before its sender is asked to try again."""
USUAL_SECONDS = 0.4
"""What a photograph is taken to cost until one was made."""


@dataclass(frozen=True)
class State:
    """What `/healthz` tells of the workshop."""

    processes: int
    """Alive at this moment; 0 until the first photograph comes, or when pages are made in place."""
    working: int
    waiting: int
    oldest: float
    """Seconds the first in line has waited."""
    line: int
    """How many may wait."""


class Workshop:
    """A number of processes and the line before them. Its methods may be called from any thread."""

    def __init__(self, *, workers: int, line: int, seconds: int, memory: int) -> None:
        """`seconds`: per photograph; `memory`: MiB per process."""
        self.line, self.seconds = line, seconds
        self._benches = [Bench(memory) for _ in range(workers)]
        self._idle = list(self._benches)
        self._waiting: deque[float] = deque()  # when each came, by the monotonic clock; unique, so it is its ticket
        self._change = threading.Condition()
        self._closed = False
        self._usual = USUAL_SECONDS

    def make(self, data: bytes, settings: Settings, sizes: tuple[int, ...] = ()) -> workbench.Made:
        """Make pages of a photograph, and copies of each page in these `sizes`. Raises as `process` does."""
        with self._bench() as bench:
            begun = time.monotonic()
            try:
                answer = bench.make(self._task(data, settings, sizes), self.seconds)
            except NotStarted as none:
                logger.error("the workshop cannot start a process")
                raise WorkshopBusy(**self._crowd()) from none
            except Lost as lost:
                if self._closed:
                    raise WorkshopBusy(**self._crowd()) from lost
                logger.warning("a photograph of %d bytes cost its process: %s", len(data), lost)
                raise WorkshopFailed(why=str(lost)) from lost
            self._usual += 0.1 * (time.monotonic() - begun - self._usual)
        return _made(answer)

    def warm(self) -> None:
        """Start every process that does not run."""
        for _ in self._benches:
            with self._change:
                cold = next((bench for bench in self._idle if not bench.alive), None)
                if cold is None or self._closed:
                    return
                self._idle.remove(cold)
            try:
                cold.start()
            except NotStarted:
                logger.error("the workshop cannot start a process")
                return
            finally:
                self._give_back(cold)

    def state(self) -> State:
        """How busy it is."""
        with self._change:
            oldest = time.monotonic() - self._waiting[0] if self._waiting else 0.0
            alive = sum(bench.alive for bench in self._benches)
            return State(alive, len(self._benches) - len(self._idle), len(self._waiting), oldest, self.line)

    def close(self) -> None:
        """End all processes at once; whoever waits is told to send again."""
        with self._change:
            self._closed = True
            self._change.notify_all()
            for bench in self._idle:
                bench.stop()
        for bench in self._benches:
            bench.kill()

    @contextmanager
    def _bench(self) -> Iterator[Bench]:
        """A process of one's own for a while; first come, first served. Raises WorkshopBusy."""
        with self._change:
            if self._closed or (len(self._waiting) >= self.line and not self._free_for_all()):
                raise WorkshopBusy(**self._crowd())
            ticket = max(time.monotonic(), math.nextafter(self._waiting[-1], math.inf) if self._waiting else 0.0)
            self._waiting.append(ticket)
            mine = self._change.wait_for(
                lambda: self._closed or (bool(self._idle) and self._waiting[0] == ticket), LONGEST_WAIT
            )
            self._waiting.remove(ticket)
            self._change.notify_all()  # the next in line may find another one free
            if self._closed or not mine:
                raise WorkshopBusy(**self._crowd())
            bench = self._idle.pop()
        try:
            yield bench
        finally:
            self._give_back(bench)

    def _give_back(self, bench: Bench) -> None:
        with self._change:
            self._idle.append(bench)
            self._change.notify_all()

    def _free_for_all(self) -> bool:
        return len(self._idle) > len(self._waiting)

    def _task(self, data: bytes, settings: Settings, sizes: tuple[int, ...]) -> workbench.Task:
        """The task of one photograph; alone in the workshop it gets all cores, in company its share."""
        with self._change:
            working = len(self._benches) - len(self._idle)
        cores = os.cpu_count() or 1
        return workbench.Task(data, settings, sizes, max(1, cores // max(1, working)), self.seconds)

    def _crowd(self) -> dict[str, int]:
        """How many wait, and when to come again; for WorkshopBusy."""
        waiting = len(self._waiting)
        return {
            "waiting": waiting,
            "retry_after": max(1, min(30, math.ceil((waiting + 1) * self._usual / max(1, len(self._benches))))),
        }


def process(data: bytes, settings: Settings) -> CaptureResult:
    """Make pages of a photograph, and keep the smaller copies of each page (see `copies`).

    Outside a transaction the thread gives its database connection back while it waits: a crowd at the cameras takes
    none from those who only read. Raises Unreadable and ValueError as `capture.pipeline.run.process` does, WorkshopBusy
    when too many wait (send again after `retry_after` seconds), WorkshopFailed when this photograph could not be done.
    """
    if not connection.in_atomic_block:
        connection.close()
    made = make(data, settings, copies.SIDES)
    for found, smaller in zip(made.result.pages, made.copies, strict=True):
        copies.keep(found.page.sha256, smaller)
    return made.result


def make(data: bytes, settings: Settings, sizes: tuple[int, ...] = ()) -> workbench.Made:
    """Make pages of a photograph and keep nothing. Raises as `process` does."""
    workshop = _the_workshop()
    if workshop is None:
        return _made(workbench.make(workbench.Task(data, settings, sizes, os.cpu_count() or 1, 0)))
    return workshop.make(data, settings, sizes)


def places() -> int:
    """How many photographs are worked on at once."""
    workers: int = site.HUKOU_CAPTURE_WORKERS
    return workers if workers > 0 else 1 if workers == 0 else os.cpu_count() or 1


def warm() -> None:
    """Start the processes in the background, so that the first photograph of the day does not wait for them."""
    workshop = _the_workshop()
    if workshop is not None:
        threading.Thread(target=workshop.warm, name="workshop", daemon=True).start()


def state() -> State:
    """How busy the workshop is; starts nothing."""
    return _workshop.state() if _workshop is not None else State(0, 0, 0, 0.0, site.HUKOU_CAPTURE_LINE)


def close() -> None:
    """End the processes of this site; a later photograph finds the workshop closed."""
    if _workshop is not None:
        _workshop.close()


_workshop: Workshop | None = None
_opening = threading.Lock()


def _the_workshop() -> Workshop | None:
    """The workshop of this process; None when pages are made in place."""
    global _workshop  # noqa: PLW0603 - one per process, as its processes are
    if site.HUKOU_CAPTURE_WORKERS == 0:
        return None
    with _opening:
        if _workshop is None:
            _workshop = Workshop(
                workers=places(),
                line=site.HUKOU_CAPTURE_LINE,
                seconds=site.HUKOU_CAPTURE_SECONDS,
                memory=site.HUKOU_CAPTURE_MEMORY,
            )
            atexit.register(_workshop.close)
        return _workshop


def _made(answer: workbench.Answer) -> workbench.Made:
    """What was made. Raises Unreadable or ValueError as the pipeline did, WorkshopFailed when the pipeline is at fault."""
    if isinstance(answer, workbench.Refused):
        raise answer.error
    if isinstance(answer, workbench.Failed):
        logger.error("the pipeline failed on a photograph: %s", answer.trace)
        raise WorkshopFailed(why=answer.why)
    return answer
