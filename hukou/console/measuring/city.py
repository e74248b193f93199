"""A whole city of invented cases: batch after batch, each in a transaction of its own, taken up again where it stopped."""

from __future__ import annotations

import sys
from bisect import bisect
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from django.db import connection, transaction
from django.db.models import Q

from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.kernel import clock, numbers
from workflows.approvals.models import Enquiry
from workflows.cases.models import Case, NumberCounter

from . import MARK, armed, cast, citizens, counted, specimens
from .errors import CityFull, NobodyThere, RealCases
from .ledger import Batch, Ledger
from .lives import Fates
from .subjects import Kind, Subject
from .tables import settle, trusted

BATCH = 2_000
WAITING = 3
"""So many batches may be composed and not yet written: what is counted now and then does not hold up the composing."""
COUNTED = 10
"""So many batches are counted for the figures together."""
NEIGHBOURS = 0.08
"""Share of cases about somebody who has another in the same batch."""
PICTURED = 0.02
"""Share of ended cases that have pages; those under way all have."""
GROWN = 0.1
"""By how much of itself a city must have grown before the planner is told; less, the server notices in time by itself."""


@dataclass(frozen=True)
class Made:
    """What a run has done."""

    before: int
    """Cases of this seed that were there."""
    cases: int
    """Cases of this seed there are now."""


def is_for_measuring() -> Q:
    """Cases made for measuring: by their number, or while they have none by their sitting."""
    return Q(number__startswith=numbers.MEASURING) | Q(number=None, session__reason=MARK)


def require_no_other_cases() -> None:
    """Raise RealCases when there are cases not made for measuring."""
    count = Case.objects.exclude(is_for_measuring()).count()
    if count:
        raise RealCases(count=count)


class City:
    """Invented cases of one seed."""

    def __init__(self, seed: int) -> None:
        """Raises NobodyThere, NoCatalogue."""
        self.seed = seed
        self._teams = cast.teams()
        if not self._teams:
            raise NobodyThere
        rows = SubType.objects.filter(catalogue=catalogue.current()).select_related("catalogue").order_by("code")
        self._kinds = [Kind.of(row) for row in rows]
        specs = [kind.spec for kind in self._kinds]
        self._fates = Fates(specs, clock.now())
        specimen = specimens.page(specs)
        self._ledger = Ledger(specimen, specimens.CaseFiles(specimen))
        self._busy = list(accumulate(cast.BUSY[place % len(cast.BUSY)] for place in range(len(self._teams))))
        self._swift = False
        self._uncounted: list[counted.Facts] = []

    def prepare(self) -> None:
        """Sign what the case files share now, not when the first case of each station asks for it: worth while for many."""
        self._ledger.sign_files(self._teams, {kind.spec.chain for kind in self._kinds})

    def fill(self, cases: int, progress: Callable[[int, int], None]) -> Made:
        """Make cases until there are `cases` of this seed. What was made stays when it is interrupted. Raises CityFull.

        While the database writes, the next batches are composed; a few may wait to be written.
        """
        with _alone(), _switching_often(), ThreadPoolExecutor(1) as scribe:
            before = made = _last(self._counter)
            everyone = _last(MARK)  # of all seeds: numbers and citizens are never given twice
            if everyone + cases - before > citizens.CITIZENS:
                raise CityFull(most=citizens.CITIZENS)
            progress(made, cases)
            self._swift = trusted()
            counted.catch_up()
            try:
                writing = deque[Future[int]]()
                for first in range(before, cases, BATCH):
                    count = min(BATCH, cases - first)
                    batch = self._ledger.compose(list(self._subjects(first, everyone + first - before, count)))
                    while len(writing) >= WAITING or (writing and writing[0].done()):
                        made = writing.popleft().result()
                        progress(made, cases)
                    writing.append(scribe.submit(self._write, batch))
                while writing:
                    made = writing.popleft().result()
                    progress(made, cases)
            finally:
                scribe.submit(self._finish).result()  # also when it is stopped
                scribe.submit(lambda: connection.close())  # noqa: PLW0108 - asked there, it is the connection of that thread
        if made - before > before * GROWN:
            settle({sheet.model for sheet in self._ledger.sheets})
        return Made(before, made)

    @property
    def _counter(self) -> str:
        return f"{MARK}:{self.seed}"

    def _write(self, batch: Batch) -> int:
        with self._quickly():
            for load in batch.loads:
                load.write()
            _raise(MARK, batch.cases)
            made = _raise(self._counter, batch.cases)
        self._uncounted.append(batch.facts)
        if len(self._uncounted) >= COUNTED:
            self._count()
        return made

    def _finish(self) -> None:
        self._count()
        armed.arm(past_triggers=self._swift)

    def _count(self) -> None:
        if self._uncounted:
            with self._quickly():
                counted.write(self._uncounted)
            self._uncounted.clear()

    @contextmanager
    def _quickly(self) -> Iterator[None]:
        """A transaction that writes much."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local synchronous_commit = off")  # a batch lost in a crash is simply made again
            # Words for the search are put in order by the many, not by the few.
            cursor.execute("set local gin_pending_list_limit = '64MB'; set local work_mem = '64MB'")
            if self._swift:
                # Every key was given out here, so no row is asked whether those it names are there. All else is checked.
                cursor.execute("set local session_replication_role = replica")
            yield

    def _subjects(self, first: int, place: int, count: int) -> Iterator[Subject]:
        met: list[Subject] = []
        rng = Random()  # noqa: S311 - dice, no secrets
        for number in range(count):
            rng.seed(f"{self.seed}/{first + number}")
            life = self._fates.life(first + number, rng)
            team = bisect(self._busy, rng.random() * self._busy[-1])
            neighbour = met[int(rng.random() * len(met))] if met and rng.random() < NEIGHBOURS else None
            other = team + 1 if life.enquiry == Enquiry.Kind.COSIGN else team
            subject = Subject(
                place=place + number,
                kind=self._kinds[life.subtype],
                life=life,
                citizen=neighbour.citizen if neighbour else citizens.citizen(place + number, rng),
                known_as=neighbour.place if neighbour else None,
                team=self._teams[team],
                asked=self._teams[other % len(self._teams)].station,
                turn=0 if life.under_way else int(rng.random() * cast.TURNS),
                with_pages=life.under_way or rng.random() < PICTURED,
            )
            if neighbour is None:
                met.append(subject)
            yield subject


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else makes cases for measuring meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [MARK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext(%s))", [MARK])


@contextmanager
def _switching_often() -> Iterator[None]:
    """Who feeds the database needs the interpreter for an instant every 200 kB; at the usual 5 ms the database waits for it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _last(prefix: str) -> int:
    counter = NumberCounter.objects.filter(prefix=prefix).first()
    return counter.last if counter else 0


def _raise(prefix: str, by: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_numbercounter (prefix, last) values (%s, %s)"
            " on conflict (prefix) do update set last = cases_numbercounter.last + excluded.last returning last",
            [prefix, by],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
