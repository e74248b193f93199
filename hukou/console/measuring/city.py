"""A whole city of invented cases: batch after batch, each in a transaction of its own, taken up again where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from django.db import connection, transaction
from django.db.models import Q

from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.kernel import clock, numbers
from workflows.cases.models import Case, NumberCounter

from . import MARK, cast, citizens, specimens
from .errors import CityFull, NobodyThere, RealCases
from .lives import Fates
from .tables import analyse
from .writing import Kind, Ledger, Subject

BATCH = 2_000
NEIGHBOURS = 0.08
"""Share of cases about somebody who has another in the same batch."""
PICTURED = 0.02
"""Share of ended cases that have pages; those under way all have."""
S = Case.Status


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
        kinds = [Kind.of(row) for row in rows]
        specs = [kind.spec for kind in kinds]
        self._fates = Fates(specs, clock.now())
        specimen = specimens.page(specs)
        self._ledger = Ledger(kinds, specimen, specimens.CaseFiles(specimen))
        self._busy = list(accumulate(cast.BUSY[place % len(cast.BUSY)] for place in range(len(self._teams))))

    def fill(self, cases: int, progress: Callable[[int, int], None]) -> Made:
        """Make cases until there are `cases` of this seed. What was made stays when it is interrupted. Raises CityFull."""
        before = made = self._made()
        progress(made, cases)
        while made < cases:
            made = self._batch(min(BATCH, cases - made))
            progress(made, cases)
        if made > before:
            analyse(sheet.model for sheet in self._ledger.sheets)
        return Made(before, made)

    def _made(self) -> int:
        counter = NumberCounter.objects.filter(prefix=self._counter).first()
        return counter.last if counter else 0

    @property
    def _counter(self) -> str:
        return f"{MARK}:{self.seed}"

    @transaction.atomic
    def _batch(self, wanted: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [MARK])
            cursor.execute("set local synchronous_commit = off")  # a batch lost in a crash is simply made again
        mine = _raise(self._counter, wanted)
        everyone = _raise(MARK, wanted)  # of all seeds: numbers and citizens are never given twice
        if everyone > citizens.CITIZENS:
            raise CityFull(most=citizens.CITIZENS)
        self._ledger.write(list(self._subjects(mine - wanted, everyone - wanted, wanted)))
        return mine

    def _subjects(self, first: int, place: int, count: int) -> Iterator[Subject]:
        met: list[Subject] = []
        for number in range(count):
            rng = Random(f"{self.seed}/{first + number}")  # noqa: S311 - dice, no secrets
            life = self._fates.life(first + number, rng)
            team = rng.choices(self._teams, cum_weights=self._busy)[0]
            neighbour = rng.choice(met) if met and rng.random() < NEIGHBOURS else None
            subject = Subject(
                place=place + number,
                life=life,
                citizen=neighbour.citizen if neighbour else citizens.citizen(place + number, rng),
                known_as=neighbour.place if neighbour else None,
                team=team,
                turn=0 if life.under_way else rng.randrange(cast.TURNS),
                with_pages=life.under_way or rng.random() < PICTURED,
            )
            if neighbour is None:
                met.append(subject)
            yield subject


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
