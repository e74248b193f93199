"""Seals for the officers of the demo city, all under its one PIN."""

from __future__ import annotations

from collections.abc import Iterator

from hukou.accounts import demo
from hukou.accounts.models import Duty, Officer
from hukou.kernel import clock
from workflows.approvals.steps import STEPS
from workflows.seals import actions as seals


def issue() -> int:
    """Issue a personal seal to every officer whose duty decides or answers and who has none; answers how many were made."""
    made = 0
    for officer in _without_seal():
        seals.issue_personal_seal(officer=officer, pin=demo.pin())
        made += 1
    return made


def _without_seal() -> Iterator[Officer]:
    # A community officer signs the answer to an investigation, and may decide in a leader's stead.
    roles = {step.role for step in STEPS.values()} | {Duty.Role.COMMUNITY_OFFICER}
    duties = Duty.objects.in_force(clock.today()).filter(role__in=roles, office__code__startswith=demo.CITY[0][:4])
    sealed = duties.filter(officer__seals__stopped_at=None, officer__seals__isnull=False).values("officer")
    yield from Officer.objects.filter(duties__in=duties, kind=Officer.Kind.OFFICER).exclude(pk__in=sealed).distinct()
