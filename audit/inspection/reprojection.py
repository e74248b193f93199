"""After an edit of the calendar: when duties and orders under way are due is written anew, and their alerts with it."""

from __future__ import annotations

from django.db import transaction

from hukou.calendar import queries as calendar

from . import duties, orders
from .models import InspectionDuty, Order


def on_edit(sender: object, **_more: object) -> None:
    """Hears `hukou.calendar.signals.edited`: the job begins when the editing transaction is over, or not at all."""
    from .tasks import reproject

    reproject.defer()


def project_all() -> int:
    """Project every duty and order under way; how many there were. Safe to repeat."""
    undone = list(InspectionDuty.objects.filter(concluded_at=None).values_list("pk", flat=True))
    for key in undone:
        with transaction.atomic():
            # Locked first, and the calendar held afterwards, as the verbs do.
            duty = InspectionDuty.objects.select_for_update(of=("self",)).select_related("plan").get(pk=key)
            if duty.concluded_at is None:
                duties.project(duty, calendar.working_time(hold=True))
    waiting = list(Order.objects.filter(state=Order.State.OPEN).values_list("pk", flat=True))
    for key in waiting:
        with transaction.atomic():
            order = Order.objects.select_for_update().get(pk=key)
            if order.state == Order.State.OPEN:
                orders.project(order, calendar.working_time(hold=True))
    return len(undone) + len(waiting)
