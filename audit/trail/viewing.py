"""Who was shown what. A look is written before what it shows leaves the house; when it cannot be, nothing is shown.

One look at the same thing within one session is one event for `SPAN`; the first is never left out. What was noted is kept
in the memory of the process: a second process, or a new start, writes once more, which says nothing wrong.

The subject of a look is a tally of its own (`looks.case:12`), so that looking never waits for an act on the same
case, nor an act for who looks. Removing a look leaves a gap in that tally, as removing an act does in the other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, models, transaction

from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock

from . import context, ledger
from .errors import TrailUnavailable

SPAN = timedelta(minutes=10)
"""For so long a look stands for all looks at the same thing in the same session."""
AGAIN = 30
"""Seconds after which what could not be put on record may be asked for again."""
MOST = 50_000
"""Looks remembered by one process; about ten megabytes."""
PREFIX = 16
"""Hex digits of a picture's SHA-256 that name it in an event: 64 bits, more than enough among the pages of a case."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """One thing an officer is about to be shown."""

    action: str
    subject: str
    by: Officer
    case: int | None
    details: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """Two looks with the same key are one."""
        return (*_who(self.by.pk), self.action, self.subject, canonical.digest(dict(self.details)))


@dataclass
class Sheet:
    """What one answer to one request shows."""

    screen: str = ""
    """Name of the address asked for."""
    looks: list[Look] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    """SHA-256 of the pages whose pictures were handed out with it, or one click away."""
    bare: bool = False
    """The screen said that it shows nothing of anybody this time."""

    def write(self) -> None:
        """Write what is not noted yet: one statement for all. Outside of any transaction. Raises TrailUnavailable."""
        shown = sorted(sha256[:PREFIX] for sha256 in self.pictures)
        looks = [_with_pages(look, shown) for look in self.looks]
        fresh = {look.key: look for look in looks if not noted.stands(look.key)}
        try:
            if fresh:
                with transaction.atomic(), ledger.together():
                    for look in fresh.values():
                        ledger.record(
                            look.action, subject=look.subject, by=look.by, case=look.case, details=look.details
                        )
        except DatabaseError as failed:
            raise TrailUnavailable(retry_after=AGAIN) from failed
        for key in fresh:
            noted.take(key)
        for look in looks:
            for name in look.details.get("pages", ()):
                noted.take(_picture(look.by.pk, name), look.case)


_sheet: ContextVar[Sheet | None] = ContextVar("sheet", default=None)


class Noted:
    """What this process has written lately."""

    def __init__(self) -> None:
        self._at: OrderedDict[Key, tuple[datetime, int | None]] = OrderedDict()

    def take(self, key: Key, case: int | None = None) -> None:
        """It has just been written."""
        self._at[key] = (clock.now(), case)
        self._at.move_to_end(key)
        while len(self._at) > MOST:
            self._at.popitem(last=False)

    def stands(self, key: Key) -> bool:
        """True for `SPAN` after it was written; a clock that was set back hides nothing."""
        at, _case = self._at.get(key, (None, None))
        return at is not None and timedelta() <= clock.now() - at < SPAN

    def forget(self) -> None:
        """As after a new start."""
        self._at.clear()

    def case(self, key: Key) -> int | None:
        """The case it belonged to, though its time is over."""
        return self._at.get(key, (None, None))[1]


noted = Noted()


@contextmanager
def sheet() -> Iterator[Sheet]:
    """Gather what an answer shows. The caller writes it before the answer goes out, or leaves it when none does."""
    opened = Sheet()
    token = _sheet.set(opened)
    try:
        yield opened
    finally:
        _sheet.reset(token)


def note(
    action: str,
    *,
    of: models.Model | str,
    by: Officer,
    details: Mapping[str, Any] | None = None,
    case: int | None = None,
    pages: bool = False,
) -> None:
    """`by` is about to be shown `of`. `pages`: with the pictures of the same answer.

    The event says on which screen. Without an open sheet (a job, a command) it is written at once.
    """
    gathered = _sheet.get()
    said: dict[str, Any] = {"pages": []} if pages else {}
    if gathered is not None and gathered.screen:
        said["screen"] = gathered.screen
    case = ledger.case_of(of) if case is None else case
    look = Look(action, subject_of(of), by, case, {**said, **(details or {})})
    if gathered is not None:
        gathered.looks.append(look)
    else:
        Sheet(looks=[look]).write()


def nothing() -> None:
    """This answer shows nothing of anybody: an empty search."""
    gathered = _sheet.get()
    if gathered is not None:
        gathered.bare = True


def picture(sha256: str) -> None:
    """The picture of a page is handed out with the answer."""
    gathered = _sheet.get()
    if gathered is not None:
        gathered.pictures.add(sha256)


def require_picture(sha256: str, *, by: int, officer: Any) -> None:
    """The picture of a page is asked for by itself: noted, unless the case it lies in was opened a moment ago.

    `by` is the key of the officer; `officer` gives the officer, and is called only when there is something to write.
    Raises TrailUnavailable.
    """
    name = sha256[:PREFIX]
    key = _picture(by, name)
    if not noted.stands(key):
        details = {"pages": [name]}
        one = Look("page.viewed", f"looks.picture:{sha256}", officer(), noted.case(key), details)
        Sheet(looks=[one]).write()


def subject_of(thing: models.Model | str) -> str:
    """`looks.model:key`: the tally of who looked at a thing."""
    kind, _, key = ledger.subject_name(thing).partition(":")
    return f"looks.{kind.partition('.')[2]}:{key}"


def _with_pages(look: Look, shown: list[str]) -> Look:
    if look.details.get("pages") != []:
        return look
    return Look(look.action, look.subject, look.by, look.case, {**look.details, "pages": shown})


def _who(officer: int) -> Key:
    return (context.current().session, str(officer))


def _picture(officer: int, name: str) -> Key:
    return (*_who(officer), "picture", name)
