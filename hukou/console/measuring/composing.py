"""Composes batches of invented cases, ready to be written."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, product
from random import Random

from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.kernel import clock
from workflows.approvals.models import Enquiry

from . import cast, citizens, specimens
from .errors import NobodyThere
from .helping import Span
from .ledger import Batch, Ledger
from .lives import Fates
from .subjects import Kind, Subject

NEIGHBOURS = 0.08
"""Share of cases about somebody who has another in the same batch."""
PICTURED = 0.02
"""Share of ended cases that have pages; those under way all have."""


@dataclass(frozen=True)
class Shared:
    """What all who compose a city must have alike."""

    seed: int
    now: datetime
    specimen: specimens.SpecimenPage
    files: specimens.CaseFiles


class Composer:
    """Invents the cases of one seed. The same span is the same cases, but for the keys of their rows."""

    def __init__(self, seed: int, shared: Shared | None = None) -> None:
        """Raises NobodyThere, NoCatalogue."""
        self.seed = seed
        self._teams = cast.teams()
        if not self._teams:
            raise NobodyThere
        rows = SubType.objects.filter(catalogue=catalogue.current()).select_related("catalogue").order_by("code")
        self._kinds = [Kind.of(row) for row in rows]
        specs = [kind.spec for kind in self._kinds]
        if shared is None:
            specimen = specimens.page(specs)
            shared = Shared(seed, clock.now(), specimen, specimens.CaseFiles(specimen))
        self.shared = shared
        self._fates = Fates(specs, shared.now)
        self.ledger = Ledger(shared.specimen, shared.files, shared.now)
        self._busy = list(accumulate(cast.BUSY[place % len(cast.BUSY)] for place in range(len(self._teams))))

    def make_files(self) -> None:
        """Make and sign the files that cases share now, and not when the first case of each station asks for one."""
        for team, chain in product(self._teams, sorted({kind.spec.chain for kind in self._kinds})):
            self.shared.files.empty(team, chain)
            self.shared.files.signed(team, chain)

    def compose(self, span: Span) -> Batch:
        """All rows of these cases, ready to be written."""
        return self.ledger.compose(list(self._subjects(span.first, span.place, span.count)))

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
