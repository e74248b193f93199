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


def unanswered() -> Iterator[rules.Due]:
    """Every order that waits for its station."""
    from .models import Order

    for order in Order.objects.filter(state=Order.State.OPEN).iterator(chunk_size=500):
        yield rules.Due(
            subject=f"inspection.order:{order.pk}",
            office_id=order.station_id,
            due_at=order.due_at,
            details={"order": order.number},
        )
