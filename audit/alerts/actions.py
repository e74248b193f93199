"""Raise and close alerts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from .errors import AlertClosedAlready, RecordMissing
from .models import Alert, Timer
from .sweep import sweep
from .terms import set_terms
from .timers import arm, disarm, tell

__all__ = ["arm", "close_alert", "disarm", "set_terms", "sweep", "tell"]


@trail.records_refusal("alert.close", subject="alerts.alert", key="alert_id", label=_("Closing an alert was refused"))
@transaction.atomic
def close_alert(*, alert_id: int, by: Officer, record: str) -> Alert:
    """Close an alert with a record of what was wrong and what was done.

    Raises NotFound, NotPermitted, AlertClosedAlready, RecordMissing.
    """
    alert = Alert.objects.select_for_update(of=("self",)).select_related("office").filter(pk=alert_id).first()
    if alert is None:
        raise NotFound
    policies.require(by, "alert.close", alert)
    if alert.closed_at:
        raise AlertClosedAlready
    record = record.strip()
    if not record:
        raise RecordMissing
    alert.closed_at, alert.closed_by, alert.closing_record = clock.now(), by, record
    alert.save(update_fields=["closed_at", "closed_by", "closing_record"])
    # What happened is over when it has been dealt with; what still is goes on climbing.
    Timer.objects.filter(rule=alert.rule, subject=alert.subject, due_at=alert.due_at, happened=True).delete()
    trail.record(
        "alert.closed",
        subject=alert,
        by=by,
        case=trail.case_of(alert.subject) if alert.case_id is None else alert.case_id,
        # The record is free text and may name people; the trail proves it by its digest.
        details={"rule": alert.rule, "about": alert.subject, "record_sha256": canonical.sha256(record.encode())},
    )
    return alert
