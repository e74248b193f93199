"""Seals for the officers of the demo city, all under its one PIN, and for its units."""

from __future__ import annotations

from collections.abc import Iterator

from hukou.accounts import demo
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from workflows.approvals.steps import STEPS
from workflows.seals import actions as seals
from workflows.seals import suites
from workflows.seals.models import Seal
from workflows.seals.steps import office_seal_kind


def issue() -> int:
    """Issue a seal of the preferred suite to every officer whose duty decides or answers and who has none of it.

    Answers how many were made. Units get theirs too where the suite is not the usual one: seals of one document
    are of one suite.
    """
    made = 0
    if suites.preferred() != suites.DEFAULT:
        for office in Office.objects.filter(code__startswith=demo.CITY[0][:4]):
            seals.issue_unit_seal(office=office, kind=office_seal_kind(office.level))
    for officer in _without_seal():
        seals.issue_personal_seal(officer=officer, pin=demo.pin())
        made += 1
    return made


def _without_seal() -> Iterator[Officer]:
    # A community officer signs the answer to an investigation, and may decide in a leader's stead.
    roles = {step.role for step in STEPS.values()} | {Duty.Role.COMMUNITY_OFFICER}
    duties = Duty.objects.in_force(clock.today()).filter(role__in=roles, office__code__startswith=demo.CITY[0][:4])
    sealed = Seal.objects.filter(stopped_at=None, suite=suites.preferred(), officer__isnull=False).values("officer")
    yield from Officer.objects.filter(duties__in=duties, kind=Officer.Kind.OFFICER).exclude(pk__in=sealed).distinct()
