"""The duties to inspect: a row for every office and period, made by a job, whether or not anybody opens a page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from django.db import IntegrityError, transaction

from audit.alerts import actions as alerts
from audit.trail import actions as trail
from audit.trail import queries as trail_queries
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import canonical, clock
from hukou.kernel.working_time import WorkingTime

from . import periods, plans
from .models import InspectionDuty, Plan
from .periods import Period
from .rules import NOT_DONE

EMPTY_LOG = hashlib.sha256(b"").hexdigest()
"""Root of a log without entries (RFC 6962)."""


def compute() -> list[InspectionDuty]:
    """Make the row of every office for its running period, and those missing between its last row and now.

    Each in a transaction of its own: its seed is published, and stands, before anything is drawn. Safe to repeat and to
    race. An office that has none yet begins with the running period; nobody is late for what was before it.
    """
    plans.take_in_shipped()
    made = []
    for office in Office.objects.filter(level__in=plans.LEVELS).order_by("code"):
        for period, plan in _missing(office, clock.today()):
            duty = _make(office, period, plan)
            if duty is not None:
                made.append(duty)
    return made


def _missing(office: Office, today: date) -> Iterator[tuple[Period, Plan]]:
    """Periods of an office without a row, from the day after its last row to the running one."""
    last = InspectionDuty.objects.filter(office=office).order_by("-ends_on").first()
    day = last.ends_on + periods.DAY if last else today
    while day <= today:
        plan = plans.in_force(office.level, day)
        if plan is None or plan.cadence == Plan.Cadence.NEVER:
            day += periods.DAY
            continue
        period = periods.of(plan.cadence, day)
        yield period, plan
        day = period.last + periods.DAY


def _make(office: Office, period: Period, plan: Plan) -> InspectionDuty | None:
    """The row with its seed, published and armed; None when another process made it first."""
    try:
        with transaction.atomic():
            working = calendar.working_time(hold=True)
            size, root = _beacon()
            duty = InspectionDuty.objects.create(
                office=office,
                period=period.code,
                starts_on=period.first,
                ends_on=period.last,
                plan=plan,
                due_at=working.close_of(working.calendar.add(period.last, plan.grace_days)),
                seed=seed_of(office.code, period.code, root),
                seed_size=size,
                seed_root=root,
                made_at=clock.now(),
            )
            trail.record(
                "inspection.seed_published",
                subject=duty,
                by=None,
                office=office,
                details={"period": period.code, "seed": duty.seed, "tree_size": size, "root": root},
            )
            arm(duty)
            return duty
    except IntegrityError:
        if not InspectionDuty.objects.filter(office=office, period=period.code).exists():
            raise
        return None


def _beacon() -> tuple[int, str]:
    """Size and root of the trail's log as last signed: nobody knew it before the cases of the last period were closed."""
    head = trail_queries.newest_checkpoint()
    return (head.tree_size, head.root_hex) if head else (0, EMPTY_LOG)


def seed_of(office_code: str, period: str, root: str) -> str:
    """The seed of an office and period over a root of the log, 64 hex digits."""
    return canonical.digest({"about": "inspection seed 1", "office": office_code, "period": period, "root": root})


def arm(duty: InspectionDuty) -> None:
    """Not concluded when it is due, the office is told by itself."""
    alerts.arm(
        NOT_DONE,
        f"inspection.inspectionduty:{duty.pk}",
        office_id=duty.office_id,
        due_at=duty.due_at,
        details={"period": duty.period},
    )


def project(duty: InspectionDuty, working: WorkingTime) -> None:
    """Write anew when a duty is due, after an edit of the calendar."""
    due_at = working.close_of(working.calendar.add(duty.ends_on, duty.plan.grace_days))
    if due_at != duty.due_at:
        duty.due_at = due_at
        duty.save(update_fields=["due_at"])
        arm(duty)


def by_period(*, level: str = "", since: date | None = None) -> list[InspectionDuty]:
    """Duties with office and plan, the newest period first."""
    found = InspectionDuty.objects.select_related("office", "plan", "concluded_by").defer("frame")
    if level:
        found = found.filter(office__level=level)
    if since:
        found = found.filter(ends_on__gte=since)
    return list(found.order_by("-starts_on", "office__level", "office__code"))
