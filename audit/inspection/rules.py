"""Alert rules of inspection: not done, not answered, not looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules

NOT_DONE = "inspection.not_done"
ORDER_ISSUED = "inspection.order_issued"
UNANSWERED = "inspection.order_unanswered"
ANSWER_WAITING = "inspection.answer_waiting"


def not_done() -> Iterator[rules.Due]:
    """Every duty that is not concluded."""
    from .models import InspectionDuty

    for duty in InspectionDuty.objects.filter(concluded_at=None).defer("frame").iterator(chunk_size=500):
        yield rules.Due(
            subject=f"inspection.inspectionduty:{duty.pk}",
            office_id=duty.office_id,
            due_at=duty.due_at,
            details={"period": duty.period},
        )


def received() -> Iterator[rules.Due]:
    """Every order that waits for its station, since the round began."""
    return _open("since")


def unanswered() -> Iterator[rules.Due]:
    """Every order that waits for its station, when its time is over."""
    return _open("due_at")


def _open(moment: str) -> Iterator[rules.Due]:
    from .models import Order

    for order in Order.objects.filter(state=Order.State.OPEN).iterator(chunk_size=500):
        yield rules.Due(
            subject=f"inspection.order:{order.pk}",
            office_id=order.station_id,
            due_at=getattr(order, moment),
            details={"order": order.number},
        )


def waiting_for_a_look() -> Iterator[rules.Due]:
    """Every answer nobody of the inspecting office has looked at."""
    from .models import Order
    from .orders import look_due

    for order in Order.objects.filter(state=Order.State.ANSWERED).iterator(chunk_size=500):
        yield rules.Due(
            subject=f"inspection.order:{order.pk}",
            office_id=order.office_id,
            due_at=look_due(order),
            details={"order": order.number},
        )


def register() -> None:
    """Called once at start-up."""
    duty = rules.Kind.DUTY
    rules.register(
        rules.AlertRule(
            name=NOT_DONE,
            label=_("Inspection of a period not done"),
            about=_("An office has not concluded the inspection of a week or month by the end of its grace."),
            kind=duty,
            severity=2,
            standing=not_done,
        )
    )
    rules.register(
        rules.AlertRule(
            name=ORDER_ISSUED,
            label=_("Rectification order received"),
            about=_("An inspecting office sent findings down to a station, or its answer back."),
            kind=duty,
            severity=1,
            ladder=rules.ONCE,
            standing=received,
        )
    )
    rules.register(
        rules.AlertRule(
            name=UNANSWERED,
            label=_("Rectification order not answered in time"),
            about=_("A station has not answered a rectification order by its day."),
            kind=duty,
            severity=2,
            standing=unanswered,
        )
    )
    rules.register(
        rules.AlertRule(
            name=ANSWER_WAITING,
            label=_("Answer to a rectification order waits for a second look"),
            about=_("Nobody of the inspecting office has looked at an answer within {days} working days."),
            kind=duty,
            severity=1,
            params={"days": 5},
            standing=waiting_for_a_look,
        )
    )
