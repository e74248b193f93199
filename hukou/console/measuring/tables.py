"""Rows on their way into the database, many at a time: the text COPY reads, with keys taken from the tables' own sequences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from django.db import connection, models
from psycopg import sql

NULL = r"\N"
"""What COPY reads as no value."""
AT_ONCE = 5_000
"""Keys taken together."""
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Sheet:
    """Rows of one table, kept as the text COPY reads; a row is the sheet's own line with its values filled in."""

    def __init__(self, model: type[models.Model], *columns: str, **same: Any) -> None:
        """`columns`: what differs from row to row; `same`: what is the same in all. All else is the model's default.

        Columns are named by attribute (`case_id`); one the model does not have is a mistake: KeyError.
        """
        self.model = model
        self.rows: list[str] = []
        fields = {field.attname: field for field in model._meta.local_concrete_fields}
        words = {name: literal(fields[name], value) for name, value in same.items()}
        for name, field in fields.items():
            if name not in columns and name not in words and not _by_database(field):
                word = literal(field, field.get_default())
                if word != NULL:
                    words[name] = word
        cells = {name: f"%({fields[name].attname})s" for name in columns}
        cells |= {name: word.replace("%", "%%") for name, word in words.items()}
        self._line = "\t".join(cells.values()) + "\n"
        self._statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(str(fields[name].column)) for name in cells),
        )

    def line(self, **known: Any) -> str:
        """The line of a row with some of its values filled in, for rows that come again and again."""
        line = self._line
        for name, value in known.items():
            line = line.replace(f"%({name})s", str(value).replace("%", "%%"))
        return line

    def add(self, **values: Any) -> None:
        """One row. Text is written as it is: words of our own without tabs and backslashes, or what `literal` made of others."""
        self.rows.append(self._line % values)

    def take(self) -> Load:
        """All rows so far, to be written; the sheet is empty then."""
        load = Load(self._statement, "".join(self.rows))
        self.rows = []
        return load


class Load:
    """Rows of one table that are ready to be written."""

    def __init__(self, statement: sql.Composed, text: str) -> None:
        self._statement, self._text = statement, text

    def write(self) -> None:
        """Into the running transaction."""
        if self._text:
            with connection.cursor() as cursor, cursor.copy(self._statement) as copying:
                copying.write(self._text)


def literal(field: models.Field[Any, Any], value: Any) -> str:
    """A value of any field as COPY reads it."""
    if value is not None:
        value = as_json(value) if isinstance(field, models.JSONField) else field.get_prep_value(value)
    if isinstance(value, bytes):
        value = rf"\x{value.hex()}"
    return NULL if value is None else str(value).translate(_ESCAPES)


def as_json(value: Any) -> str:
    """JSON in its short form; what is written by hand into a row must hold no backslash."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def keys(model: type[models.Model]) -> Iterator[int]:
    """New primary keys of a table, one after the other. What is taken and not used stays a gap."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select array_agg(nextval(of.name)) from generate_series(1, %s),"
                " (select pg_get_serial_sequence(%s, 'id')::regclass as name) of",
                [AT_ONCE, model._meta.db_table],
            )
            (taken,) = cursor.fetchone()
        yield from cast("list[int]", taken)


def trusted() -> bool:
    """True when this account may tell the database that the rows it is given name only rows that are there."""
    with connection.cursor() as cursor:
        cursor.execute("select has_parameter_privilege('session_replication_role', 'set')")
        return bool(cursor.fetchone()[0])


def settle(tables: Iterable[type[models.Model]]) -> None:
    """Let the planner know how full the tables are now, as after a quiet night. Not inside a transaction.

    Two tables at a time: nobody else works now, and one connection keeps one processor busy.
    """
    with ThreadPoolExecutor(2) as pair:
        list(pair.map(_settle, tables))


def _settle(model: type[models.Model]) -> None:
    statement = sql.SQL("vacuum (analyze, skip_locked) {}").format(sql.Identifier(model._meta.db_table))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()  # that of this thread


def _by_database(field: models.Field[Any, Any]) -> bool:
    return field.generated or field.db_default is not models.NOT_PROVIDED or isinstance(field, models.AutoField)
