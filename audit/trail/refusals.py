"""Refusals leave a trace too, and the trace survives the rollback of what was refused.

A refusal may be written only when the transaction of the refused verb is over. There are three situations:

1. The verb was called directly (the usual case): its transaction has been rolled back, the connection is free,
   the event is written in a transaction of its own.
2. The verb was called by another verb that records refusals: the outermost of them writes, after its own end.
3. The verb was called inside somebody else's open transaction, which may yet roll back: the event is written
   through a second connection. Should that open transaction itself hold the subject's tally (it has written an
   event about the same subject), waiting would never end; so the second connection gives up after
   `PATIENCE` and the event joins the open transaction, which is then the best that can be known.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import Error, OperationalError, connection, transaction
from django.utils.functional import Promise

from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError

from . import ledger, signals, vocabulary

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = "500ms"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A request that was refused: by whom, on what, and with which error code."""

    action: str
    subject: str
    by: Officer | None
    code: str


_waiting: ContextVar[list[Refusal] | None] = ContextVar("waiting_refusals", default=None)


def records_refusal(
    action: str, *, subject: str, key: str, label: str | Promise | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Outermost decorator of a verb: a DomainError leaves an event `<action>.refused` and goes on its way.

    `subject` is the "app.model" of what was acted on and `key` the keyword argument with its key; a missing
    key is written as "-". Who asked is the keyword argument `by`. `label` is the words for the event.
    """
    name = vocabulary.register_refusal(action, label)

    def decorate(verb: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(verb)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
            outer = _waiting.get()
            refusals: list[Refusal] = [] if outer is None else outer
            token = _waiting.set(refusals)
            try:
                return verb(*args, **kwargs)
            except DomainError as error:
                error.recorded = True
                refusals.append(Refusal(name, f"{subject}:{_key_of(kwargs.get(key))}", _officer(kwargs), error.code))
                raise
            finally:
                _waiting.reset(token)
                if outer is None:
                    for refusal in refusals:
                        _write(refusal)

        return recorded

    return decorate


def _key_of(value: Any) -> str:
    return "-" if value is None else str(getattr(value, "pk", value))


def _officer(kwargs: dict[str, Any]) -> Officer | None:
    by = kwargs.get("by")
    return by if isinstance(by, Officer) else None


def _write(refusal: Refusal) -> None:
    """Write one refusal. Never raises: the officer must see why they were refused, not that we failed to note it."""
    try:
        if not _inside_foreign_transaction() or not _append_through_second_connection(refusal):
            _append(refusal)
    except Error:
        log.exception("refusal not recorded: %s %s %s", refusal.action, refusal.subject, refusal.code)


def _append(refusal: Refusal) -> None:
    with transaction.atomic():
        ledger.record_now(refusal.action, subject=refusal.subject, by=refusal.by, details={"code": refusal.code})
        signals.refused.send(Refusal, by=refusal.by, action=refusal.action, code=refusal.code)


def _inside_foreign_transaction() -> bool:
    # A test case's own transaction is the ground the test stands on, as Django's durable=True sees it too.
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _append_through_second_connection(refusal: Refusal) -> bool:
    """Write from a thread of its own, which has a connection of its own. False when the subject is held."""

    def write() -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
                _append(refusal)
        except OperationalError:
            return False
        finally:
            connection.close()
        return True

    surroundings = copy_context()  # the frozen clock, the workstation and the session go along
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(surroundings.run, write).result()
