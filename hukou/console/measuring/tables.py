"""Rows on their way into the database, many at a time: COPY, with keys taken from the tables' own sequences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db import connection, models
from psycopg import sql


class Sheet:
    """Rows of one table, filled in by column name; what is left out is the model's default, or NULL."""

    def __init__(self, model: type[models.Model], *, keyed: bool = False) -> None:
        """`keyed`: the rows come with keys taken by `keys`, because other rows name them."""
        self.model = model
        self.rows: list[list[Any]] = []
        fields = list(model._meta.local_concrete_fields)
        fields = [f for f in fields if not _by_database(f) and (keyed or not isinstance(f, models.AutoField))]
        self._columns: list[sql.Composable] = [sql.Identifier(str(field.column)) for field in fields]
        self._place = {field.attname: place for place, field in enumerate(fields)}
        self._empty = [_plain(field, field.get_default()) for field in fields]
        self._json = {field.attname for field in fields if isinstance(field, models.JSONField)}

    def plain(self, **values: Any) -> dict[str, Any]:
        """The values with JSON as text: for what many rows have in common."""
        return {name: _text(value) if name in self._json else value for name, value in values.items()}

    def add(self, **values: Any) -> None:
        """One row, from plain values (see `plain`). An unknown column is a mistake: KeyError."""
        row = self._empty.copy()
        place = self._place
        for name, value in values.items():
            row[place[name]] = value
        self.rows.append(row)

    def copy(self) -> None:
        """Write all rows and forget them."""
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(self.model._meta.db_table),
            sql.SQL(", ").join(self._columns),
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copying:
            write = copying.write_row
            for row in self.rows:
                write(row)
        self.rows = []


def keys(model: type[models.Model], count: int) -> Iterator[int]:
    """So many new primary keys of a table."""
    if not count:
        return iter(())
    with connection.cursor() as cursor:
        cursor.execute(
            "select array_agg(nextval(of.name)) from generate_series(1, %s),"
            " (select pg_get_serial_sequence(%s, 'id')::regclass as name) of",
            [count, model._meta.db_table],
        )
        (taken,) = cursor.fetchone()
    return iter(cast("list[int]", taken))


def analyse(tables: Iterable[type[models.Model]]) -> None:
    """Let the planner know how full the tables are now."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(model._meta.db_table)))


def _by_database(field: models.Field[Any, Any]) -> bool:
    return field.generated or field.db_default is not models.NOT_PROVIDED


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return None if value is None else _text(value)
    return field.get_prep_value(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
