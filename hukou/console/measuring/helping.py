"""Helpers who compose invented cases: processes of their own, beside the one that writes.

A helper begins before its models are loaded, so nothing of them is named here.
"""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django

from .errors import HelperGone

if TYPE_CHECKING:
    from .composing import Composer
    from .ledger import Batch

log = logging.getLogger(__name__)
HELPERS = 2
"""Composing takes about as long as writing, so two helpers and the database keep two processors busy."""
AHEAD = 4
"""So many batches are asked of the helpers beforehand."""
PLACE = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@dataclass(frozen=True)
class Span:
    """Which cases a batch has."""

    first: int
    """Running number of the first within its seed."""
    place: int
    """Running number of the first among all that were ever made for measuring."""
    count: int


@contextmanager
def helpers(composer: Composer, place: dict[str, Any]) -> Iterator[Callable[[Iterable[Span]], Iterator[Batch]]]:
    """Inside the block: composes spans in other processes and gives the batches in the order asked for.

    They begin knowing what `composer` knows; whatever is asked of the database at `place`, each asks by itself. Raises
    HelperGone.
    """
    composer.make_files()
    knows = pickle.dumps(composer.shared), {key: place[key] for key in PLACE}
    pool = ProcessPoolExecutor(HELPERS, multiprocessing.get_context("spawn"), _begin, knows)

    def composed(spans: Iterable[Span]) -> Iterator[Batch]:
        asked: deque[Future[Batch]] = deque()
        for span in spans:
            asked.append(pool.submit(_compose, span))
            if len(asked) > AHEAD:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()

    try:
        yield composed if _ready(pool) else lambda spans: map(composer.compose, spans)
    except BrokenProcessPool as broken:
        log.exception("a helper has ended")
        raise HelperGone from broken
    finally:
        pool.shutdown(cancel_futures=True)


def _ready(pool: ProcessPoolExecutor) -> bool:
    """Waits until the helpers have begun; where they cannot, the work goes on without them, and takes longer."""
    try:
        for begun in [pool.submit(_compose, Span(0, 0, 0)) for _helper in range(HELPERS)]:
            begun.result()
    except BrokenProcessPool:
        log.exception("helpers could not begin")
        return False
    return True


_composer: Composer


def _begin(knows: bytes, place: dict[str, Any]) -> None:
    """A helper stops when it is told by whom it helps, not when somebody presses Ctrl-C."""
    global _composer  # noqa: PLW0603 - a process of the pool keeps what it was begun with
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    from django.db import connection
    from django.utils.translation import override

    from .composing import Composer

    connection.settings_dict.update(place)
    shared = pickle.loads(knows)  # noqa: S301 - our own words, from our own process
    with override("zh-hans"):
        _composer = Composer(shared.seed, shared)


def _compose(span: Span) -> Batch:
    return _composer.compose(span)
