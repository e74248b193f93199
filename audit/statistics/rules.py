"""The alert rule: a figure is not what a recount from the trail gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.accounts.models import Office

from . import cubes
from .models import Recount

NAMED = 3
"""Differences an alert names; the rest are in the recount."""

_DIFFERS = """
exists (select from unnest({cubes}::text[]) cube (name), lateral (
            select differences, at from statistics_recount recount where recount.cube = cube.name order by id desc limit 1
        ) newest where newest.differences > 0 and newest.at <= {now})
"""


def find_differing(now: datetime) -> Iterator[rules.Due]:
    """The newest recount of a cube found a difference."""
    for name in cubes.registered():
        newest = Recount.objects.filter(cube=name).last()
        if newest is None or not newest.differences or newest.at > now:
            continue
        details = {"cube": name, "differences": newest.differences, "found": newest.found[:NAMED]}
        for city in Office.objects.filter(parent=None, level=Office.Level.CITY)[:1]:
            yield rules.Due(subject=f"statistics.recount:{name}", office_id=city.pk, due_at=newest.at, details=details)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            "statistics.differs",
            _("A figure of the statistics is not what the trail says"),
            find_differing,
            glance=rules.Glance(_DIFFERS, lambda _now: {"cubes": list(cubes.registered())}),
            about=_("The newest recount of the statistics from the trail found a difference."),
            kind=rules.Kind.SYSTEM,
            severity=3,
            ladder=rules.ONCE,
        )
    )
