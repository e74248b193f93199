"""What the verbs of a case cost by themselves: accepting, handing up, putting a seal on, deciding; and a whole case.

`decisions` measures the same through the real pages.
"""

from __future__ import annotations

import functools
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from capture.pipeline import run
from hukou.accounts.models import Duty
from hukou.catalogue import actions as catalogue
from tests.support.catalogue import shipped_bytes
from tests.support.people import make_office, make_officer
from tests.support.stages import BY_DEPTH, Bureau, put_on_seals
from workflows.approvals import notices
from workflows.cases import folders
from workflows.cases.models import Case
from workflows.seals import actions as seals
from workflows.seals import queries

ROUNDS = 9
SUBTYPE = "0103"
LEVELS = 3
Row = tuple[str, float, str, str]


def rows() -> list[Row]:
    """(what, value, unit, note) of each measurement; wall-clock, median of several rounds."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        catalogue.load(shipped_bytes())
        with patch.object(run, "process", functools.cache(run.process)):
            return _Bench().rows()


class _Bench:
    """One station with its people, and the times of what they do."""

    def __init__(self) -> None:
        city = make_office("测速市公安局", level="city")
        branch = make_office("测速分局", level="branch", parent=city)
        station = make_office("测速派出所", parent=branch)
        self.bureau = Bureau(
            station,
            make_officer("测速民警", Duty.Role.DESK_OFFICER, station),
            make_officer("测速所长", Duty.Role.STATION_LEADER, station),
            make_officer("测速分局民警", Duty.Role.BRANCH_OFFICER, branch),
            make_officer("测速市局民警", Duty.Role.CITY_OFFICER, city),
        )
        self.taken: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def rows(self) -> list[Row]:
        self._round()
        self.taken.clear()  # the first round warms up what is read once per process
        for _ in range(ROUNDS):
            self._round()
        case = self.bureau.at_level(2, SUBTYPE)
        pages = len(folders.live_pages(case))
        statements = self._statements(case)
        note = f"{len(case.chain)} levels, {pages} pages"
        times: list[Row] = [(f"cases: {what}", median(ms), "ms", note) for what, ms in self.taken.items()]
        return [*times, ("cases: statements of a decision", statements, "", ""), *self._whole_cases()]

    def _whole_cases(self) -> list[Row]:
        """From acceptance to the notice: processor time of our own process, every verb and every job of it."""
        self._whole_case()
        self.cpu.clear()
        for _ in range(ROUNDS):
            self._whole_case()
        told = [(f"whole case of {LEVELS} levels: {what}", median(ms), "CPU ms", "") for what, ms in self.cpu.items()]
        whole = sum(value for _what, value, _unit, _note in told)
        return [
            *told,
            (f"whole case of {LEVELS} levels: all of it", whole, "CPU ms", "accepted … notice, without capture"),
        ]

    def _whole_case(self) -> None:
        bureau, spent = self.bureau, defaultdict[str, float](float)

        def step(what: str, work: Callable[[], Any]) -> None:
            started = time.process_time()
            work()
            spent[what] += (time.process_time() - started) * 1000

        case = bureau.complete(BY_DEPTH[LEVELS])
        step("accepted", lambda: bureau.accept(case))
        step("handed up", lambda: bureau.hand_up(case))
        step("seals put on by jobs", lambda: put_on_seals(case))
        for level in range(2, LEVELS + 1):
            step("decided", lambda level=level: bureau.decide(case, level))  # type: ignore[misc]
            step("seals put on by jobs", lambda: put_on_seals(case))
        step("notice", lambda: notices.issue(case_id=case.pk))
        for what, ms in spent.items():
            self.cpu.setdefault(what, []).append(ms)

    def _round(self) -> None:
        bureau = self.bureau
        case = bureau.complete(SUBTYPE)
        self._timed("accepted", lambda: bureau.accept(case))
        self._timed("handed up (form, binding, seal fields, signature)", lambda: bureau.hand_up(case))
        (application,) = queries.unfinished(case.pk)
        self._timed("seal put on by the job", lambda: seals.apply_seal(application.pk))
        self._timed("decided through the verb", lambda: bureau.decide(case, 2))

    def _statements(self, case: Case) -> int:
        with CaptureQueriesContext(connection) as asked:
            self.bureau.decide(case, 2)
        return len(asked)

    def _timed(self, what: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = work()
        self.taken.setdefault(what, []).append((time.perf_counter() - started) * 1000)
        return result
