"""Rectification orders (核查下发): sent down, answered by the station, looked at a second time, put right or back again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import terms
from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.calendar import queries as calendar
from hukou.kernel import canonical, clock, push
from hukou.kernel.errors import NotFound
from hukou.kernel.working_time import WorkingTime

from . import errors, populations
from .models import Finding, Order, OrderTurn, Sample
from .rules import ANSWER_WAITING, ORDER_ISSUED, UNANSWERED

ORDER = "inspection.order"
LONGEST = 30
"""Working days a station may be given at once."""
_NEXT = """
insert into inspection_ordercounter as counter (prefix, last) values (%s, 1)
on conflict (prefix) do update set last = counter.last + 1 returning last
"""


@trail.records_refusal(
    "order.issue", subject="inspection.sample", key="sample_id", label=_("A rectification order was refused")
)
@transaction.atomic
def issue(
    *, sample_id: int, findings: Collection[int], text: str, by: Officer, working_days: int | None = None
) -> Order:
    """Send findings of a reviewed case down to its station, to be put right by a day.

    `working_days`: by default those of the plan. Raises NotFound, NotPermitted, InspectionState, NothingOrdered,
    NoSuchChoice, WordsMissing.
    """
    sample = (
        Sample.objects.select_for_update(of=("self",))
        .select_related("duty__office__parent", "duty__plan", "station__parent__parent")
        .filter(pk=sample_id)
        .first()
    )
    if sample is None:
        raise NotFound
    policies.require(by, "inspection.review", sample)
    if sample.reviewed_at is None:
        raise errors.InspectionState(state=_("not reviewed yet"))
    days = sample.duty.plan.order_days if working_days is None else working_days
    if not 1 <= days <= LONGEST:
        raise errors.NoSuchChoice(value=days)
    chosen = list(sample.findings.filter(pk__in=findings, dropped_at=None, order=None))
    if not chosen:
        raise errors.NothingOrdered
    text = _words(text)
    now, working = clock.now(), calendar.working_time(hold=True)
    order = Order.objects.create(
        sample=sample,
        number=_number(sample.duty.office, now),
        office=sample.duty.office,
        station=sample.station,
        text=text,
        listed=[finding.pk for finding in chosen],
        working_days=days,
        since=now,
        due_at=_due(working, now, days),
        issued_by=by,
        issued_at=now,
    )
    Finding.objects.filter(pk__in=order.listed).update(order=order)
    _turn(order, OrderTurn.Kind.ISSUED, text, by)
    arm(order)
    _tell(order, order.station_id)
    return order


@trail.records_refusal("order.answer", subject=ORDER, key="order_id", label=_("Answering an order was refused"))
@transaction.atomic
def answer(*, order_id: int, words: str, by: Officer) -> Order:
    """The station says what was done. New pages come by capturing, for a filed case by late capture, before it.

    Raises NotFound, NotPermitted, OrderState, StillOpen, WordsMissing.
    """
    order = _locked(order_id)
    policies.require(by, "inspection.answer", order)
    _require(order, Order.State.OPEN)
    if populations.of(order.sample.subject).unfinished(order.sample.subject):
        raise errors.StillOpen
    words = _words(words)
    now = clock.now()
    order.state, order.answered_at = Order.State.ANSWERED, now
    order.save(update_fields=["state", "answered_at"])
    _turn(order, OrderTurn.Kind.ANSWERED, words, by)
    alerts.disarm(UNANSWERED, _subject(order))
    alerts.disarm(ORDER_ISSUED, _subject(order))
    arm(order)
    _tell(order, order.office_id)
    return order


@trail.records_refusal("order.accept", subject=ORDER, key="order_id", label=_("Accepting an answer was refused"))
@transaction.atomic
def accept(*, order_id: int, words: str, by: Officer) -> Order:
    """Second look: what was found is put right.

    Raises NotFound, NotPermitted, OrderState, WordsMissing.
    """
    order = _locked(order_id)
    policies.require(by, "inspection.judge", order)
    _require(order, Order.State.ANSWERED)
    words, now = _words(words), clock.now()
    order.state, order.closed_at = Order.State.ACCEPTED, now
    order.save(update_fields=["state", "closed_at"])
    order.findings.update(rectified_at=now)
    _turn(order, OrderTurn.Kind.ACCEPTED, words, by)
    alerts.disarm(ANSWER_WAITING, _subject(order))
    _tell(order, order.station_id)
    return order


@trail.records_refusal("order.send_back", subject=ORDER, key="order_id", label=_("Sending an order back was refused"))
@transaction.atomic
def send_back(*, order_id: int, words: str, by: Officer, working_days: int | None = None) -> Order:
    """Second look: not put right yet; the station answers again by another day.

    Raises NotFound, NotPermitted, OrderState, NoSuchChoice, WordsMissing.
    """
    order = _locked(order_id)
    policies.require(by, "inspection.judge", order)
    _require(order, Order.State.ANSWERED)
    days = order.working_days if working_days is None else working_days
    if not 1 <= days <= LONGEST:
        raise errors.NoSuchChoice(value=days)
    words, now = _words(words), clock.now()
    order.state, order.round, order.working_days, order.since = Order.State.OPEN, order.round + 1, days, now
    order.due_at = _due(calendar.working_time(hold=True), now, days)
    order.save(update_fields=["state", "round", "working_days", "since", "due_at"])
    _turn(order, OrderTurn.Kind.SENT_BACK, words, by)
    alerts.disarm(ANSWER_WAITING, _subject(order))
    arm(order)
    _tell(order, order.station_id)
    return order


@trail.records_refusal("order.withdraw", subject=ORDER, key="order_id", label=_("Withdrawing an order was refused"))
@transaction.atomic
def withdraw(*, order_id: int, words: str, by: Officer) -> Order:
    """Take an order back that should not have been sent; its findings may be sent down again.

    Raises NotFound, NotPermitted, OrderState, WordsMissing.
    """
    order = _locked(order_id)
    policies.require(by, "inspection.judge", order)
    _require(order, Order.State.OPEN, Order.State.ANSWERED)
    words = _words(words)
    order.state, order.closed_at = Order.State.WITHDRAWN, clock.now()
    order.save(update_fields=["state", "closed_at"])
    order.findings.update(order=None)
    _turn(order, OrderTurn.Kind.WITHDRAWN, words, by)
    for rule in (UNANSWERED, ORDER_ISSUED, ANSWER_WAITING):
        alerts.disarm(rule, _subject(order))
    _tell(order, order.station_id)
    return order


def arm(order: Order) -> None:
    """The station is told within the minute that it has the order; whoever has to act next, when the time is over."""
    if order.state == Order.State.ANSWERED:
        _arm(ANSWER_WAITING, order, order.office_id, look_due(order))
    else:
        _arm(ORDER_ISSUED, order, order.station_id, order.since)
        _arm(UNANSWERED, order, order.station_id, order.due_at)


def _arm(rule: str, order: Order, office_id: int, due_at: datetime) -> None:
    # Not of the case: whoever is told goes on to the order, which names the case.
    alerts.arm(rule, _subject(order), office_id=office_id, due_at=due_at, details={"order": order.number})


def look_due(order: Order) -> datetime:
    """When an answer must have been looked at, by the terms of its rule."""
    assert order.answered_at is not None  # the database holds it to that
    return _due(calendar.working_time(), order.answered_at, terms.of(ANSWER_WAITING).params["days"])


def project(order: Order, working: WorkingTime) -> None:
    """Write anew when an open order is due, after an edit of the calendar."""
    due_at = _due(working, order.since, order.working_days)
    if due_at != order.due_at:
        order.due_at = due_at
        order.save(update_fields=["due_at"])
        arm(order)


def _turn(order: Order, kind: str, words: str, by: Officer) -> None:
    """Keep what was done and said, and put it on record."""
    asks = kind in (OrderTurn.Kind.ISSUED, OrderTurn.Kind.SENT_BACK)
    turn = OrderTurn.objects.create(
        order=order,
        kind=kind,
        round=order.round,
        words=words,
        by=by,
        at=clock.now(),
        due_at=order.due_at if asks else None,
    )
    details = {
        "number": order.number,
        "round": order.round,
        "findings": order.findings.count(),
        "words_sha256": canonical.sha256(words.encode()),
    }
    if turn.due_at:
        details["due_at"] = turn.due_at.isoformat()
    trail.record(f"order.{kind}", subject=order, by=by, case=order.sample.case_id, details=details)


def _locked(order_id: int) -> Order:
    found = Order.objects.select_for_update(of=("self",)).select_related(
        "sample__duty__office__parent", "office__parent", "station__parent__parent"
    )
    order = found.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def _require(order: Order, *states: str) -> None:
    if order.state not in states:
        raise errors.OrderState(state=order.get_state_display())


def _due(working: WorkingTime, since: datetime, days: int) -> datetime:
    """The close of office on the last working day; the day it was sent does not count."""
    return working.close_of(working.calendar.add(since.astimezone(clock.CITY_TIME).date(), days))


def _number(office: Office, now: datetime) -> str:
    prefix = f"{office.code}-HC-{now.astimezone(clock.CITY_TIME).year}"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix])
        (last,) = cursor.fetchone()
    return f"{prefix}-{last:04}"


def _subject(order: Order) -> str:
    return f"{ORDER}:{order.pk}"


def _tell(order: Order, office_id: int) -> None:
    push.announce(group=f"office-{office_id}", kind="order_changed", order=order.pk)


def _words(words: str) -> str:
    words = " ".join(words.split())[:1000]
    if not words:
        raise errors.WordsMissing
    return words
