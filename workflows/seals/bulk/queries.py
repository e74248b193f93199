"""Questions about batches; every one reads an index range, however many batches there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.seals.types import Expected

from . import intake
from .models import Batch, BatchItem

State = BatchItem.State
STALE = timedelta(seconds=20)
"""A run that has not finished a chunk for so long is dead: its process was killed, and its key is gone with it."""


@dataclass(frozen=True)
class Tally:
    """How far a batch is."""

    waiting: int = 0
    shown: int = 0
    signed: int = 0
    failed: int = 0
    aside: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.shown + self.signed + self.failed + self.aside

    @property
    def to_sign(self) -> int:
        """What the next run signs: what was shown, and what failed before."""
        return self.shown + self.failed

    @property
    def done_share(self) -> int:
        """Percent sealed of what is to be sealed at all; whole, and 100 only when nothing is left."""
        due = self.total - self.aside
        return 100 * self.signed // due if due else 0


def batch_of(officer: Officer, pk: int) -> Batch:
    """A batch of the officer's own. Raises NotFound."""
    found = Batch.objects.filter(pk=pk, officer=officer).select_related("office").first()
    if found is None:
        raise NotFound
    return found


def batches_of(officer: Officer, *, most: int = 20) -> list[tuple[Batch, Tally]]:
    """The officer's newest batches and how far they are."""
    batches = list(Batch.objects.filter(officer=officer)[:most])
    counted: dict[int, dict[str, int]] = {batch.pk: {} for batch in batches}
    lines = BatchItem.objects.filter(batch__in=batches).order_by().values_list("batch", "state").annotate(n=Count("pk"))
    for pk, state, number in lines:
        counted[pk][state] = number
    return [(batch, Tally(**counted[batch.pk])) for batch in batches]


def tally(batch: Batch) -> Tally:
    """How far one batch is."""
    lines = batch.items.order_by().values_list("state").annotate(n=Count("pk"))
    return Tally(**dict(lines))


def running(batch: Batch) -> bool:
    """Whether a run signs it now."""
    seen = batch.run_seen_at
    return bool(batch.run) and seen is not None and clock.now() - seen < STALE


def interrupted(batch: Batch) -> bool:
    """Whether a run died without ending: nothing is lost, and the PIN is asked for again."""
    return bool(batch.run) and not running(batch)


def items_of(batch: Batch, *, state: str = "", after: int = 0, most: int = 50) -> list[BatchItem]:
    """Papers behind place `after`, of one state or of all."""
    items = batch.items.filter(position__gt=after)
    return list((items.filter(state=state) if state in State.values else items).order_by("position")[:most])


def item_at(batch: Batch, position: int) -> BatchItem:
    """The paper at a place. Raises NotFound."""
    found = batch.items.filter(position=position).first()
    if found is None:
        raise NotFound
    return found


def next_waiting(batch: Batch, *, after: int = 0, most: int = 1) -> list[BatchItem]:
    """The next papers nobody has looked at, behind place `after`; from the beginning again when there are none behind."""
    behind = items_of(batch, state=State.WAITING, after=after, most=most)
    return behind or (items_of(batch, state=State.WAITING, most=most) if after else [])


def expected_of(item: BatchItem) -> Expected:
    """What the register knows the sealed paper must carry, in its newest version."""
    left, bottom, right, top = item.box
    one = intake.field(intake.Paper(item.pages, (left, bottom, right, top)))
    return Expected((one,), {one.name: item.fingerprint}, item.newest_sha256)


def by_result(sha256: str) -> BatchItem | None:
    """The paper whose sealed bytes, with a stamp or without, have that digest."""
    signed = BatchItem.objects.filter(state=State.SIGNED).select_related("batch__office")
    return signed.filter(result_sha256=sha256).first() or signed.filter(closed_sha256=sha256).first()
