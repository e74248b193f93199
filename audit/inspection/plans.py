"""Who inspects how often and how much, as data with history."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from . import errors, periods
from .models import Plan

LEVELS = (Office.Level.BRANCH, Office.Level.CITY)
SHIPPED = {
    Office.Level.BRANCH: Plan.Cadence.WEEK,
    Office.Level.CITY: Plan.Cadence.MONTH,
}
"""Branches every week, the city every month (domain.md §1)."""
AS_SHIPPED = "出厂方案：分局每周、市局每月抽查；重点业务全部，其余不少于 5%"
NUMBERS: dict[str, range] = {
    "key_percent": range(5, 101),
    "share_permille": range(50, 1001),
    "least": range(51),
    "grace_days": range(11),
    "order_days": range(1, 31),
}
"""What each number of a plan may be. A share below 5 % would break DA/T 31-2017, 12."""


def in_force(level: str, day: date) -> Plan | None:
    """The newest plan of a level that has begun by `day`; None when there is none."""
    return Plan.objects.filter(level=level, starts_on__lte=day).order_by("-version").first()


def history(level: str) -> list[Plan]:
    """Every version of a level, the newest first."""
    return list(Plan.objects.filter(level=level).select_related("made_by").order_by("-version"))


@transaction.atomic
def take_in_shipped() -> None:
    """Give a level that has no plan the one it ships with, from the running period on. Safe to repeat and to race."""
    known = set(Plan.objects.values_list("level", flat=True))
    for level in [level for level in LEVELS if level not in known]:
        _hold()
        if Plan.objects.filter(level=level).exists():
            continue
        cadence = SHIPPED[level]
        _write(
            Plan(level=level, cadence=cadence, starts_on=periods.of(cadence, clock.today()).first, reason=AS_SHIPPED),
            by=None,
        )


@trail.records_refusal(
    "inspection.set_plan", subject="inspection.plan", key="plan", label=_("Changing the plan was refused")
)
@transaction.atomic
def set_plan(*, level: str, cadence: str, numbers: dict[str, int], reason: str, by: Officer) -> Plan:
    """Give a level another plan from the next period on; what runs already keeps the plan it began under.

    `numbers`: see NUMBERS. Raises NotPermitted, NoSuchChoice, WordsMissing.
    """
    policies.require(by, "inspection.set_plan")
    if level not in LEVELS:
        raise errors.NoSuchChoice(value=level)
    if cadence not in Plan.Cadence.values:
        raise errors.NoSuchChoice(value=cadence)
    for name, allowed in NUMBERS.items():
        if numbers.get(name) not in allowed:
            raise errors.NoSuchChoice(value=numbers.get(name, ""))
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise errors.WordsMissing
    _hold()
    running = cadence if cadence != Plan.Cadence.NEVER else periods.WEEK
    starts_on = periods.of(running, clock.today()).after.first
    chosen = {name: numbers[name] for name in NUMBERS}
    return _write(Plan(level=level, cadence=cadence, starts_on=starts_on, reason=reason, **chosen), by=by)


def _write(plan: Plan, *, by: Officer | None) -> Plan:
    plan.version = Plan.objects.filter(level=plan.level).count() + 1
    plan.made_by, plan.made_at = by, clock.now()
    plan.save(force_insert=True)
    trail.record(
        "inspection.plan_set",
        subject=plan,
        by=by,
        details={
            "level": plan.level,
            "version": plan.version,
            "cadence": plan.cadence,
            "starts_on": plan.starts_on.isoformat(),
            **{name: getattr(plan, name) for name in NUMBERS},
        },
    )
    return plan


def _hold() -> None:
    """One edit of the plans at a time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('inspection.plan'))")
