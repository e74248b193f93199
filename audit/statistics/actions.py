"""Keep and remove tables; count a cube anew."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from . import cubes, permissions
from .errors import NameMissing, NameTaken
from .models import Recount, SavedTable
from .questions import Question
from .types import RecountReport

MOST_TOLD = 50
"""Differences kept with a recount."""


@trail.records_refusal("table.keep", subject="accounts.officer", key="by", label=_("Keeping a table was refused"))
@transaction.atomic
def keep_table(*, by: Officer, name: str, question: Question, shared: bool) -> SavedTable:
    """Keep a table under a name; `shared`: with the officers of one's own office too.

    Raises NotPermitted, NameMissing, NameTaken.
    """
    policies.require(by, "statistics.read")
    name = " ".join(name.split())[:60]
    if not name:
        raise NameMissing
    office = permissions.offices_of(by)[0] if shared else None
    try:
        with transaction.atomic():
            kept = SavedTable.objects.create(
                owner=by, office=office, name=name, address=question.address(), kept_at=clock.now()
            )
    except IntegrityError:
        raise NameTaken(name=name) from None
    trail.record("table.kept", subject=kept, by=by, details={"cube": question.cube.name, "shared": shared})
    return kept


@trail.records_refusal(
    "table.remove", subject="statistics.savedtable", key="table_id", label=_("Removing a table was refused")
)
@transaction.atomic
def remove_table(*, table_id: int, by: Officer) -> None:
    """Remove a table one keeps. Raises NotFound, NotPermitted."""
    kept = SavedTable.objects.select_for_update().filter(pk=table_id).first()
    if kept is None or kept not in tables_for(by):
        raise NotFound
    policies.require(by, "table.remove", kept)
    trail.record("table.removed", subject=kept, by=by, details={"shared": kept.office_id is not None})
    kept.delete()


def tables_for(by: Officer) -> list[SavedTable]:
    """The tables an officer keeps, then those others share with an office of theirs."""
    mine = list(SavedTable.objects.filter(owner=by))
    offices: list[Office] = [duty.office for duty in policies.duties_of(by) if duty.role in permissions.READERS]
    shared = SavedTable.objects.filter(office__in=offices).exclude(owner=by).select_related("owner")
    return mine + list(shared)


def recount(cube: cubes.Cube, month: date | None = None) -> RecountReport:
    """Count a month of a cube, or everything, from the trail and remember what was found. Raises LookupError."""
    if cube.recount is None:
        raise LookupError(f"cube {cube.name!r} is not counted from the trail")
    report = cube.recount(month)
    remember(report)
    return report


def remember(report: RecountReport) -> Recount:
    """Keep what counting anew has found: the rule `statistics.differs` reads it."""
    told = [
        {
            "measure": found.measure,
            "office": found.office,
            "month": f"{found.month:%Y-%m}",
            "base": found.base,
            "told": found.told,
            "recounted": found.recounted,
            "against": found.against,
        }
        for found in report.differences[:MOST_TOLD]
    ]
    return Recount.objects.create(
        cube=report.cube,
        at=clock.now(),
        months=len(report.months),
        facts=report.facts,
        differences=len(report.differences),
        found=told,
    )
