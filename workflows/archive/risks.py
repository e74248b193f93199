"""The alert rule: a case decided on the spot was completed and not one page lies in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules
from audit.alerts.rules import Kind
from workflows.cases.models import Case
from workflows.cases.page_alerts import BRANCH_FIRST

NO_PAGES = "risk.no_pages"


def completed(case: Case) -> None:
    """The result of a case was entered in the population system."""
    if len(case.chain) == 1 and case.page_count == 0:
        alerts.tell(
            NO_PAGES,
            f"cases.case:{case.pk}",
            office_id=case.station_id,
            details={"number": case.number, "subtype": case.subtype.code},
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            NO_PAGES,
            label=_("Completed on the spot without a page"),
            about=_("One officer accepted, decided and completed a case in which not one page lies."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
        )
    )
