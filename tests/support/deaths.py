"""Processes that are killed (SIGKILL) at a named point in the middle of their work, as by a power cut.

`python -m tests.support.deaths` waits for orders, a line of JSON each: {"act", "point", "after", "with"}. Every order is carried
out by a process of its own, forked from this one so that Django is loaded once; how it ended is answered by its exit
status, -9 when it died. The product knows nothing of this: a point is a function of it that is wrapped in that process.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from audit.alerts import rules

KILLED = -signal.SIGKILL

POINTS: dict[str, str] = {
    "document_on_disk": "workflows.seals.storage:put",
    "letter_on_disk": "capture.sessions.storage:put",
    "everything_written": "workflows.approvals.actions:finish",
    "committed": "django.db.backends.base.base:BaseDatabaseWrapper.commit",
    "case_climbed": "workflows.approvals.actions:continue_after_seal",
    "seal_on": "workflows.seals.actions:apply_seal",
    "notice_sealed": "workflows.seals.actions:seal_notice",
    "notice_out": "workflows.approvals.notices:issue",
    "manifest_made": "workflows.archive.manifests:make",
    "one_file_on_the_shelf": "workflows.archive.shelf:_link",
    "batch_reckoned": "workflows.cases.reprojection:_defer",
    "batch_done": "workflows.cases.reprojection:go_on",
    "text_taken": "audit.outbox.gateway:HttpGateway.send",
}
"""Name of a point → the function after whose first return the process dies."""


SWEPT = rules.AlertRule(
    "paper.late",
    "Paper is late",
    kind=rules.Kind.LATE,
    ladder=(rules.Rung(1, 0, rules.Level.OFFICE), rules.Rung(2, 1, rules.Level.BRANCH)),
)
"""The rule of the sweeper that dies."""


class Mortal:
    """Gives the orders."""

    def __init__(self, environment: dict[str, str]) -> None:
        from workflows.seals.keys import files

        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.deaths", str(files.COST)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )

    def do(self, act: str, *, die_at: str = "", die_after: float = 0, **arguments: Any) -> int:
        """Do `act` in a process of its own, which dies at a point or after so many seconds; its exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"act": act, "point": die_at, "after": die_after, "with": arguments}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        """No more orders."""
        self._process.communicate(timeout=30)


def die_after(where: str) -> None:
    """From now on this process dies when the function `where` ("module:name.name") returns."""
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
    original = getattr(owner, name)

    @functools.wraps(original)
    def last_act(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, last_act)


def _acts() -> dict[str, Callable[..., object]]:
    from audit.outbox import actions as outbox
    from hukou.accounts.models import Officer
    from hukou.calendar import actions as calendar
    from tests.support import cases
    from workflows.approvals import actions as approvals
    from workflows.archive import actions as archive
    from workflows.cases import letters
    from workflows.cases.models import Case
    from workflows.seals.consent import Pin

    def hand_up(case: int, by: int) -> None:
        seen = cases.seen(Case.objects.get(pk=case))
        approvals.hand_up(case_id=case, by=Officer.objects.get(pk=by), consent=Pin(cases.PIN), seen=seen)

    def approve(case: int, by: int) -> None:
        now = Case.objects.get(pk=case)
        officer, seen = Officer.objects.get(pk=by), cases.seen(now)
        approvals.decide(
            case_id=case, level=now.level, outcome="approve", by=officer, seen=seen, consent=Pin(cases.PIN)
        )

    def write_letter(case: int, by: int) -> None:
        officer = Officer.objects.get(pk=by)
        letters.issue(case_id=case, kind="receipt", by=officer, details={"cause": "acceptance"})

    def file(case: int, by: int) -> None:
        archive.file_case(case_id=case, by=Officer.objects.get(pk=by))

    def close_a_day(day: str, by: int) -> None:
        closed = date.fromisoformat(day)
        calendar.mark_days(first=closed, last=closed, kind="off", reason="大雪", by=Officer.objects.get(pk=by))

    return {
        "hand_up": hand_up,
        "approve": approve,
        "write_letter": write_letter,
        "file": file,
        "close_a_day": close_a_day,
        "work": work,
        "sequence": sequence_for_ever,
        "sweep": sweep_for_ever,
        "send_texts": outbox.send_due,
    }


def sequence_for_ever(batch: int) -> None:
    """A sequencer without a rest, in batches so small that it is nearly always in the middle of something."""
    from audit.trail import publication, sequencer

    sequencer.BATCH = batch
    while True:
        sequencer.sequence()
        publication.publish()


def sweep_for_ever(batch: int, now: str) -> None:
    """A sweeper that never rests, in small batches of both forms of events."""
    from audit.alerts import firing, telling

    rules.register(SWEPT)
    firing.BATCH, telling.SINGLY, telling.IN_ONE_EVENT = batch, 20, 30
    while True:
        firing.fire(datetime.fromisoformat(now))


def work() -> None:
    """A worker that takes back the jobs of the dead, as one does every quarter of a minute, and ends with the last job."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import AlreadyEnqueued

    from hukou.console.tasks import retry_stalled

    with contextlib.suppress(AlreadyEnqueued):
        retry_stalled.defer(timestamp=0)
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as jobs:
        jobs.run_worker(wait=False, install_signal_handlers=False, concurrency=1)


def main() -> None:
    """Carry out orders until there are none."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    django.setup()
    from workflows.seals.keys import files

    files.COST = int(sys.argv[1])  # as in the process that made the keys
    acts = _acts()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                if order["point"]:
                    die_after(POINTS[order["point"]])
                acts[order["act"]](**order["with"])
                status = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        if order["after"]:
            time.sleep(order["after"])
            os.kill(child, signal.SIGKILL)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
