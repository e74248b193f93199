"""Receipts come late, twice, in any order, and not always from the gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from audit.outbox import actions, errors, queries
from audit.outbox.models import Message
from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support import gateway as stand_in
from tests.support.gateway import Gateway

from .conftest import PHONE, Put

S = Message.State
PATH = "/texts/receipts/"
pytestmark = pytest.mark.django_db
Told = Callable[..., bool]


@pytest.fixture
def sent(gateway: Gateway, put: Put) -> Message:
    put(1)
    actions.send_due()
    return Message.objects.get()


@pytest.fixture
def told(gateway: Gateway) -> Told:
    """The gateway sends a receipt."""

    def told(key: object, state: str, *, path: str = PATH, age: float = 0) -> bool:
        time = str(int(clock.now().timestamp() - age))
        body, headers = stand_in.receipt(path, {"key": str(key), "state": state}, time)
        return actions.take_receipt(path=PATH, body=body, headers=headers)

    return told


def test_a_receipt_counts_once_and_what_has_arrived_stays_so(sent: Message, told: Told) -> None:
    states = ("pending", "failed", "failed", "delivered", "delivered", "failed", "pending")
    assert [told(sent.token, state) for state in states] == [False, True, False, True, False, False, False]
    assert Message.objects.get().state == S.DELIVERED
    acts = [event.action for event in trail.events_of(sent)]
    assert acts == ["text.sent", "text.failed", "text.delivered"]


def test_a_receipt_that_is_not_signed_or_not_fresh_or_meant_for_another_door_is_refused(
    sent: Message, told: Told
) -> None:
    for wrong in ({"age": 400}, {"age": -400}, {"path": "/other/"}):
        with pytest.raises(errors.ReceiptNotSigned):
            told(sent.token, "delivered", **wrong)
    with pytest.raises(errors.ReceiptNotSigned):
        actions.take_receipt(path=PATH, body=b"{}", headers={})
    assert Message.objects.get().state == S.SENT


def test_a_receipt_about_nothing_of_ours_changes_nothing(told: Told, put: Put) -> None:
    never_sent = put(2)
    assert not told("3f2b8c1e-0000-4000-8000-000000000000", "delivered")
    assert not told(never_sent.token, "delivered")
    for strange in ("no-token", "'; drop table"):
        with pytest.raises(errors.ReceiptUnreadable):
            told(strange, "delivered")
    with pytest.raises(errors.ReceiptUnreadable):
        told(never_sent.token, "eaten")


def test_a_receipt_faster_than_the_answer_is_not_overwritten_by_it(
    gateway: Gateway, put: Put, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, take = put(1), gateway.take

    def take_and_tell(key: str, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        Message.objects.filter(pk=message.pk).update(state=S.DELIVERED, handed_at=clock.now(), ended_at=clock.now())
        return take(key, said)

    monkeypatch.setattr("audit.outbox.gateway.HttpGateway.send", lambda _self, **asked: _answered(take_and_tell, asked))
    actions.send_due()
    assert Message.objects.get().state == S.DELIVERED


def _answered(take: Callable[..., tuple[int, dict[str, Any]]], asked: dict[str, str]) -> object:
    from audit.outbox.gateway import Taken

    return Taken(take(asked["token"], {"to": asked["phone"], "text": asked["text"], "kind": asked["kind"]})[1]["id"])


def test_the_gateway_is_asked_for_receipts_and_not_believed_about_others(sent: Message, gateway: Gateway) -> None:
    asked_at = clock.now()
    for minutes, mood, state in ((2, "stranger", S.SENT), (13, "down", S.SENT), (24, "well", S.DELIVERED)):
        gateway.mood = mood
        with clock.frozen(asked_at + timedelta(minutes=minutes)):
            actions.ask_for_receipts()
        assert Message.objects.get().state == state


def test_a_text_whose_receipt_never_comes_counts_as_undelivered_after_a_day(sent: Message, gateway: Gateway) -> None:
    gateway.arrived = "pending"
    now = clock.now()
    assert not queries.undelivered(now + timedelta(hours=23)).exists()
    assert queries.undelivered(now + timedelta(hours=25)).get() == sent


def test_the_desk_sends_again_what_failed_to_the_new_number(
    sent: Message, told: Told, clerk: Officer, station: Office, gateway: Gateway
) -> None:
    with pytest.raises(errors.NotUndelivered):
        actions.send_again(message_id=sent.pk, by=clerk)
    told(sent.token, "failed")
    Office.objects.filter(pk=station.pk).update(duty_phone="1000-0102000")
    actions.send_again(message_id=sent.pk, by=clerk)
    actions.send_due()
    assert (gateway.rung[PHONE], gateway.rung["1000-0102000"]) == (1, 1)
    assert not told(sent.token, "delivered")  # the receipt of the first try


def test_a_duty_telephone_is_set_by_leaders_and_on_record(station: Office, clerk: Officer) -> None:
    with pytest.raises(NotPermitted):
        actions.set_phone(office_id=station.pk, phone="110", by=clerk)
    clerk.duties.update(role="station_leader")
    with pytest.raises(errors.PhoneUnfit):
        actions.set_phone(office_id=station.pk, phone="请打张三手机", by=clerk)
    actions.set_phone(office_id=station.pk, phone=" 0711 338-1234", by=clerk)
    event = trail.events_of(station).last()
    assert (event.action, event.details) == ("office.phone_set", {"before": "", "after": "0711338-1234"})
