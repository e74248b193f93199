"""A whole city of invented cases: batch after batch, each in a transaction of its own, taken up again where it stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from hukou.kernel import numbers
from workflows.cases.models import Case, NumberCounter

from . import MARK, armed, citizens, counted
from .composing import Composer
from .errors import CityFull, RealCases
from .helping import Span, helpers
from .ledger import Batch
from .tables import settle, trusted

BATCH = 2_000
WAITING = 3
"""So many batches may be composed and not yet written: what is counted now and then does not hold up the composing."""
COUNTED = 10
"""So many batches are counted for the figures together."""
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
        self._composer = Composer(seed)
        self._composed: Callable[[Iterable[Span]], Iterator[Batch]] = self._by_itself
        self._swift = False
        self._uncounted: list[counted.Facts] = []

    @contextmanager
    def helped(self) -> Iterator[None]:
        """Inside the block cases are composed by helpers beside this process: worth while for thousands."""
        with helpers(self._composer, connection.settings_dict) as composed:
            self._composed = composed
            try:
                yield
            finally:
                self._composed = self._by_itself

    def _by_itself(self, spans: Iterable[Span]) -> Iterator[Batch]:
        return map(self._composer.compose, spans)

    def fill(self, cases: int, progress: Callable[[int, int], None]) -> Made:
        """Make cases until there are `cases` of this seed. What was made stays when it is interrupted. Raises CityFull.

        While the database writes, the next batches are composed; a few may wait to be written.
        """
        with _alone(), ThreadPoolExecutor(1) as scribe:
            before = made = _last(self._counter)
            everyone = _last(MARK)  # of all seeds: numbers and citizens are never given twice
            if everyone + cases - before > citizens.CITIZENS:
                raise CityFull(most=citizens.CITIZENS)
            progress(made, cases)
            self._swift = trusted()
            counted.catch_up()
            spans = (
                Span(first, everyone + first - before, min(BATCH, cases - first))
                for first in range(before, cases, BATCH)
            )
            try:
                writing = deque[Future[int]]()
                for batch in self._composed(spans):
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
            settle({sheet.model for sheet in self._composer.ledger.sheets})
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


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else makes cases for measuring meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [MARK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext(%s))", [MARK])


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
