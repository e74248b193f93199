"""The alert rule: what an office was asked about a case has not been answered in time, while the case's clock stands still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from audit.alerts.rules import Kind
from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime
from workflows.cases import deadlines
from workflows.cases.models import Case

from .models import Enquiry

RULE = "enquiry.unanswered"


def asked(enquiry: Enquiry) -> None:
    """An office was asked. The case is locked."""
    due = _due(enquiry, terms.of(RULE).params, calendar.working_time())
    alerts.arm(RULE, due.subject, office_id=due.office_id, due_at=due.due_at, details=due.details)


def over(case: Case) -> None:
    """It was answered, or the case is over."""
    alerts.disarm(RULE, f"cases.case:{case.pk}")


def standing() -> Iterator[rules.Due]:
    """Every enquiry a case waits for now."""
    params, working = terms.of(RULE).params, calendar.working_time()
    waiting = Enquiry.objects.filter(answered_at=None, case__status=Case.Status.SUSPENDED).select_related("case")
    for enquiry in waiting.iterator(chunk_size=500):
        yield _due(enquiry, params, working)


def _due(enquiry: Enquiry, params: Mapping[str, int], working: WorkingTime) -> rules.Due:
    return rules.Due(
        subject=f"cases.case:{enquiry.case_id}",
        office_id=enquiry.office_id,
        due_at=_due_at(enquiry, params, working),
        details={"number": enquiry.case.number, "kind": enquiry.kind, "enquiry": enquiry.pk},
    )


def _due_at(enquiry: Enquiry, params: Mapping[str, int], working: WorkingTime) -> datetime:
    """So many working days after it was asked; after a public notice so many working days after its last day."""
    begun = enquiry.asked_at
    if enquiry.ends_on is not None:
        begun = max(begun, datetime.combine(enquiry.ends_on + timedelta(days=1), time(), clock.CITY_TIME))
    return deadlines.after(begun, params[enquiry.kind], working)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            RULE,
            label=_("An enquiry about a case has not been answered"),
            about=_(
                "The case waits for an investigation for {investigation} working days, for another station for"
                " {cosign}, or its public notice ended {public_notice} working days ago."
            ),
            kind=Kind.LATE,
            params={
                Enquiry.Kind.INVESTIGATION.value: 15,
                Enquiry.Kind.COSIGN.value: 3,
                Enquiry.Kind.PUBLIC_NOTICE.value: 2,
            },
            standing=standing,
        )
    )
