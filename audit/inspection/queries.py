"""Questions screens and circulars ask about inspections; every list is within the officer's scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import NotFound

from .duties import by_period
from .models import Finding, InspectionDuty, Order, Sample
from .permissions import ANSWERERS, INSPECTORS, READERS
from .plans import history as plan_history
from .plans import in_force as plan_in_force
from .populations import risk_label
from .results import Counts, Discipline, Rate, Results, results
from .sampling import entries_of, frame_of, redraw, stations_under

__all__ = [
    "Counts",
    "Discipline",
    "Rate",
    "Results",
    "by_period",
    "entries_of",
    "frame_of",
    "plan_history",
    "plan_in_force",
    "redraw",
    "results",
    "risk_label",
]


def inspecting(by: Officer) -> list[Office]:
    """Offices whose inspections, and those of the offices under them, this officer sees."""
    return [duty.office for duty in policies.duties_of(by) if duty.role in INSPECTORS]


def duties_for(by: Officer) -> QuerySet[InspectionDuty]:
    """Inspections in scope, the newest period first; without their frames."""
    found = InspectionDuty.objects.filter(_within(inspecting(by), "office"))
    return found.select_related("office", "plan", "concluded_by").defer("frame").order_by("-starts_on", "office__code")


def progress(duties: Iterable[InspectionDuty]) -> dict[int, dict[str, int]]:
    """Per inspection: cases in the list, reviewed, findings, orders under way."""
    keys = [duty.pk for duty in duties]
    rows = Sample.objects.filter(duty__in=keys).order_by().values("duty")
    counts = rows.annotate(drawn=Count("pk"), reviewed=Count("pk", filter=Q(reviewed_at__isnull=False)))
    counted = {duty: (drawn, reviewed) for duty, drawn, reviewed in counts.values_list("duty", "drawn", "reviewed")}
    found = dict(
        Finding.objects.filter(sample__duty__in=keys, dropped_at=None)
        .order_by()
        .values_list("sample__duty")
        .annotate(Count("pk"))
    )
    under_way = dict(
        Order.objects.filter(sample__duty__in=keys, closed_at=None)
        .order_by()
        .values_list("sample__duty")
        .annotate(Count("pk"))
    )
    return {
        key: {
            "drawn": counted.get(key, (0, 0))[0],
            "reviewed": counted.get(key, (0, 0))[1],
            "findings": found.get(key, 0),
            "orders": under_way.get(key, 0),
        }
        for key in keys
    }


def duty_for(by: Officer, duty_id: int) -> InspectionDuty:
    """One inspection the officer may see. Another office's looks exactly like one that does not exist."""
    duty = InspectionDuty.objects.select_related("office__parent", "plan", "drawn_by", "concluded_by").filter(
        pk=duty_id
    )
    found = duty.first()
    if found is None or not policies.allow(by, "inspection.look", found.office):
        raise NotFound
    return found


def samples_of(duty: InspectionDuty) -> list[Any]:
    """The list of an inspection, in its order: samples with `found`, findings in force, and `serious_unsent`."""
    live = Count("findings", filter=Q(findings__dropped_at=None))
    unsent = Q(findings__dropped_at=None, findings__severity__gte=Finding.Severity.SERIOUS, findings__order=None)
    found = Sample.objects.filter(duty=duty).select_related("station", "officer", "reviewed_by")
    return list(found.annotate(found=live, serious_unsent=Count("findings", filter=unsent)).order_by("place"))


def orders_of(duty: InspectionDuty) -> list[Order]:
    """The orders an inspection sent down, as they were issued."""
    return list(Order.objects.filter(sample__duty=duty).select_related("station", "sample").order_by("pk"))


def sample_for(by: Officer, sample_id: int) -> Sample:
    """One case of a sample whose inspection the officer may see."""
    found = Sample.objects.select_related(
        "duty__office__parent", "duty__plan", "station", "officer", "reviewed_by", "picked_by"
    )
    sample = found.filter(pk=sample_id).first()
    if sample is None or not policies.allow(by, "inspection.look", sample.duty.office):
        raise NotFound
    return sample


def neighbours(sample: Sample) -> tuple[int | None, int | None]:
    """The sample before and the one behind in the list, the unreviewed ones first: (previous, next)."""
    there = Sample.objects.filter(duty_id=sample.duty_id).exclude(pk=sample.pk)
    keys = there.values_list("pk", flat=True)
    before = keys.filter(place__lt=sample.place).order_by("-place").first()
    behind = (
        keys.filter(place__gt=sample.place, reviewed_at=None).order_by("place").first()
        or keys.filter(reviewed_at=None).order_by("place").first()
        or keys.filter(place__gt=sample.place).order_by("place").first()
    )
    return before, behind


def findings_of(sample: Sample) -> list[Finding]:
    """Findings of a case, dropped ones too, in the order they were made."""
    return list(sample.findings.select_related("officer", "made_by", "order").order_by("pk"))


def stations_seen(by: Officer) -> list[Office]:
    """The stations under the offices whose inspections the officer sees."""
    found = {key: station for office in inspecting(by) for key, station in stations_under(office).items()}
    return sorted(found.values(), key=lambda station: station.code)


def findings_for(by: Officer) -> QuerySet[Finding]:
    """Findings in scope that are in force, the newest first."""
    found = Finding.objects.filter(_within(inspecting(by), "sample__duty__office"), dropped_at=None)
    return found.select_related("sample__station", "sample__duty", "officer", "order").order_by("-pk")


def orders_for(by: Officer) -> QuerySet[Order]:
    """Orders this officer sees: those of inspections in scope, and those that went to their station."""
    stations = [duty.office_id for duty in policies.duties_of(by) if duty.role in READERS]
    seen = _within(inspecting(by), "office") | Q(station__in=stations)
    return Order.objects.filter(seen).select_related("office", "station", "sample").order_by("due_at", "pk")


def order_for(by: Officer, order_id: int) -> Order:
    """One order the officer may see. Another station's looks exactly like one that does not exist."""
    found = Order.objects.select_related(
        "office__parent", "station__parent__parent", "sample__duty__office__parent", "sample__duty__plan", "issued_by"
    )
    order = found.filter(pk=order_id).first()
    if order is None or not policies.allow(by, "inspection.see_order", order):
        raise NotFound
    return order


def findings_sent(order: Order) -> list[Finding]:
    """The findings an order was sent for, also when it was withdrawn."""
    return list(Finding.objects.filter(pk__in=order.listed).select_related("officer").order_by("pk"))


def to_answer(by: Officer) -> QuerySet[Order]:
    """Open orders that went to a station where the officer answers, what is due first."""
    stations = [duty.office_id for duty in policies.duties_of(by) if duty.role in ANSWERERS]
    found = Order.objects.filter(station__in=stations, state=Order.State.OPEN)
    return found.select_related("office", "station", "sample").order_by("due_at", "pk")


def to_look_at(by: Officer) -> QuerySet[Order]:
    """Answered orders that wait for a second look of the officer's own office, the longest waiting first."""
    own = [duty.office_id for duty in policies.duties_of(by) if duty.role in INSPECTORS]
    found = Order.objects.filter(office__in=own, state=Order.State.ANSWERED)
    return found.select_related("office", "station", "sample").order_by("answered_at", "pk")


def running_for(by: Officer) -> list[InspectionDuty]:
    """Inspections of the officer's own office that are not concluded, what is due first."""
    own = [duty.office_id for duty in policies.duties_of(by) if duty.role in INSPECTORS]
    found = InspectionDuty.objects.filter(office__in=own, concluded_at=None).select_related("office", "plan")
    return list(found.defer("frame").order_by("due_at"))


def _within(offices: Iterable[Office], field: str) -> Q:
    keys = [office.pk for office in offices]
    return (
        Q(**{f"{field}__in": keys}) | Q(**{f"{field}__parent__in": keys}) | Q(**{f"{field}__parent__parent__in": keys})
    )
