"""What is listed behind the figures of a cube: its cases, or alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from audit.alerts import listing
from audit.alerts.models import Alert
from audit.statistics.cubes import Cube
from hukou.accounts import policies
from hukou.accounts.models import Officer
from workflows.cases import queries as cases
from workflows.figures.models import CaseFact

from . import subjects


@dataclass(frozen=True)
class Lists:
    """How facts of a cube are listed."""

    template: str
    context: Callable[[Cube, Sequence[Any], Officer], dict[str, Any]]


def lists(cube: Cube) -> Lists | None:
    """How a cube lists its facts; None where its figures lead nowhere."""
    if cube.facts is Alert:
        return Lists("oversight/statistics/alerts.html", _alerts)
    return Lists("oversight/statistics/cases.html", _cases) if cube.case else None


def _cases(cube: Cube, facts: Sequence[Any], officer: Officer) -> dict[str, Any]:
    # What counts findings lists their cases, each once.
    keys = list(dict.fromkeys(getattr(fact, cube.case) for fact in facts))
    known, told = cases.visible(officer).in_lines().in_bulk(keys), CaseFact.objects.in_bulk(keys)
    rows = [{"fact": told[key], "case": known[key]} for key in keys if key in known and key in told]
    return {"rows": rows, "nothing": _("No such case in your scope.")}


def _alerts(cube: Cube, facts: Sequence[Any], officer: Officer) -> dict[str, Any]:
    seen = listing.in_scope(policies.duties_of(officer)).select_related("office", "concerned")
    known = seen.in_bulk([fact.pk for fact in facts])
    about = subjects.of(known.values(), officer)
    rows = [{"alert": known[fact.pk], "about": about[fact.pk]} for fact in facts if fact.pk in known]
    return {"rows": rows, "nothing": _("No such alert in your scope.")}
