"""A first look at all watched facts at once: in an ordinary minute it sees nothing, and no fact need be asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from . import rules
from .terms import Terms

log = logging.getLogger(__name__)


def worth_asking(watched: Iterable[rules.AlertRule], holding: Mapping[str, Terms], moment: datetime) -> set[str]:
    """Names of the rules whose fact may hold at `moment`: what a glance sees, and all that have none or whose glance fails."""
    asked, glances, given = set[str](), dict[str, str](), dict[str, Any]()
    for rule in watched:
        if rule.glance is None:
            asked.add(rule.name)
            continue
        try:
            words = _words(rule.glance, holding[rule.name], moment)
        except Exception:  # asked for in full, where it fails again and is named
            log.exception("the glance of alert rule %s failed", rule.name)
            asked.add(rule.name)
            continue
        given |= {f"{rule.name}:{word}": value for word, value in words.items()}
        glances[rule.name] = rule.glance.sees
    try:
        return asked | set(_seen(glances, given)) if glances else asked
    except DatabaseError:
        log.exception("a glance of alert rules failed; all are asked for")
        return asked | glances.keys()


def _words(glance: rules.Glance, holds: Terms, moment: datetime) -> dict[str, Any]:
    return {"now": moment, **holds.params, **(glance.given(moment) if glance.given else {})}


def _seen(glances: Mapping[str, str], given: Mapping[str, Any]) -> list[str]:
    statement = _statement(tuple(glances.items()))
    # Planning some twenty conditions takes longer than looking, so it is a statement the server keeps prepared; Django
    # has no way to say so.
    connection.ensure_connection()
    kept_whole = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with kept_whole, connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(statement, given, prepare=True).fetchone()
    assert row is not None
    return [name for name, sees in zip(glances, row, strict=True) if sees]


@lru_cache(maxsize=8)  # a rule that is off changes what is asked
def _statement(glances: tuple[tuple[str, str], ...]) -> bytes:
    conditions = (f"({sees.format_map(_Named(name))})" for name, sees in glances)
    return f"select {', '.join(conditions)}".encode()


class _Named(dict[str, str]):
    """`{minutes}` of a rule becomes a parameter of its own in the statement of all."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def __missing__(self, word: str) -> str:
        return f"%({self.rule}:{word})s"
