"""What officers do with an alert: take note of it, explain, close it with a record."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import handled, telling
from .errors import AlertClosedAlready, ExplanationMissing, RecordMissing
from .models import Alert, AlertNote, Timer


@trail.records_refusal(
    "alert.acknowledge", subject="alerts.alert", key="alert_id", label=_("Taking note of an alert was refused")
)
@transaction.atomic
def acknowledge(*, alert_id: int, by: Officer) -> Alert:
    """Say that somebody is at it. The first who says so is kept; saying it again changes nothing.

    Raises NotFound, NotPermitted, AlertClosedAlready.
    """
    alert = _open(alert_id, by, "alert.acknowledge")
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = clock.now(), by
        alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record("alert.acknowledged", alert, by)
    return alert


@trail.records_refusal(
    "alert.explain", subject="alerts.alert", key="alert_id", label=_("Explaining an alert was refused")
)
@transaction.atomic
def explain(*, alert_id: int, by: Officer, text: str) -> AlertNote:
    """Write down how it came about. Notes are added and never changed.

    Raises NotFound, NotPermitted, AlertClosedAlready, ExplanationMissing.
    """
    alert = _open(alert_id, by, "alert.explain")
    text = text.strip()
    if not text:
        raise ExplanationMissing
    note = AlertNote.objects.create(alert=alert, text=text, by=by, at=clock.now())
    _record("alert.explained", alert, by, text_sha256=canonical.sha256(text.encode()))
    return note


@trail.records_refusal("alert.close", subject="alerts.alert", key="alert_id", label=_("Closing an alert was refused"))
@transaction.atomic
def close_alert(*, alert_id: int, by: Officer, record: str) -> Alert:
    """Close an alert with a record of what was wrong and what was done.

    What happened climbs no further then; what still is goes on climbing. Raises NotFound, NotPermitted,
    AlertClosedAlready, RecordMissing.
    """
    happened = _happened(alert_id)
    alert = _open(alert_id, by, "alert.close")
    record = record.strip()
    if not record:
        raise RecordMissing
    alert.closed_at, alert.closed_by, alert.closing_record = clock.now(), by, record
    alert.handled = handled.minutes(alert.raised_at, alert.closed_at)
    alert.save(update_fields=["closed_at", "closed_by", "closing_record", "handled"])
    Timer.objects.filter(pk__in=happened).delete()
    _record("alert.closed", alert, by, record_sha256=canonical.sha256(record.encode()))
    return alert


def _happened(alert_id: int) -> list[int]:
    """The timer of what happened, locked before its alert, as every sweep does: nobody waits for the other in a ring."""
    alert = Alert.objects.filter(pk=alert_id).values("rule", "subject", "due_at").first()
    if alert is None:
        return []
    return list(Timer.objects.select_for_update().filter(happened=True, **alert).values_list("pk", flat=True))


def _open(alert_id: int, by: Officer, action: str) -> Alert:
    """The alert, locked. A sweep that would raise its next rung meanwhile does not wait for it."""
    alerts = Alert.objects.select_for_update(of=("self",)).select_related(
        "office__parent__parent", "concerned__parent__parent"
    )
    alert = alerts.filter(pk=alert_id).first()
    if alert is None:
        raise NotFound
    policies.require(by, action, alert)
    if alert.closed_at:
        raise AlertClosedAlready
    return alert


def _record(action: str, alert: Alert, by: Officer, **digest: str) -> None:
    """What was written is free text and may name people; the trail proves it by its digest."""
    case = trail.case_of(alert.subject) if alert.case_id is None else alert.case_id
    details = {"rule": alert.rule, "about": alert.subject, **digest}
    trail.record(action, subject=alert, by=by, case=case, details=details)
    telling.tell_changed(alert)
