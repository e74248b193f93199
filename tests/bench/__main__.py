"""`make bench`: the performance table. `--only NAME` runs one module of this folder, `--json` prints rows as JSON.

A module here has `rows()`, which returns (what, value, unit) or (what, value, unit, note) for each measurement. It
gets a migrated scratch database of its own on a server that waits for the disk, as the real one does.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import tests.bench
from hukou.embedded.lease import lease
from tests.support.server import as_url

PLACE = Path(__file__).resolve().parents[2] / "var" / "bench"
Row = dict[str, Any]


def main() -> int:
    """Exit status 0: all measured; 1: a measurement failed, the others are printed all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name[0] != "_")
    parser.add_argument("--only", choices=names, help="run one module")
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    asked = parser.parse_args()
    if os.environ.get("DATABASE_URL"):
        return _measure([asked.only] if asked.only else names, asked.json)
    with lease(PLACE):
        os.environ["DATABASE_URL"] = as_url(PLACE)
        return _measure([asked.only] if asked.only else names, asked.json)


def _measure(names: list[str], as_json: bool) -> int:
    os.environ["HUKOU_DATA_DIR"] = tempfile.mkdtemp(prefix="hukou-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    import django

    django.setup()
    from hukou.kernel import garbage

    garbage.look_less_often()  # as the server does
    rows: list[Row] = []
    failures = 0
    try:
        for name in names:
            sys.stderr.write(f"{name}…\n")
            try:
                rows += _rows_of(name)
            except Exception as exc:  # one broken measurement must not hide the others
                failures += 1
                rows.append({"name": f"{name}: not measured", "value": None, "unit": "", "note": repr(exc)[:120]})
    finally:
        shutil.rmtree(os.environ["HUKOU_DATA_DIR"], ignore_errors=True)
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n" if as_json else _table(rows))
    return 1 if failures else 0


def _rows_of(name: str) -> list[Row]:
    from django.db import connection

    module = importlib.import_module(f"tests.bench.{name}")
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return [dict(zip(("name", "value", "unit", "note"), (*row, ""), strict=False)) for row in module.rows()]
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _table(rows: list[Row]) -> str:
    wide = max((len(row["name"]) for row in rows), default=0)
    lines = [f"{'what':{wide}}  {'value':>10}  unit        note"]
    for row in rows:
        value = "-" if row["value"] is None else f"{row['value']:,.{0 if row['value'] >= 100 else 2}f}"
        lines.append(f"{row['name']:{wide}}  {value:>10}  {row['unit']:10}  {row['note']}".rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
