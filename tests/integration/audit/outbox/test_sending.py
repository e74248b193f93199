"""Texts reach the gateway once each, whatever it answers, whenever a sender dies."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction

from audit.outbox import actions
from audit.outbox.models import Message
from audit.trail import queries as trail
from hukou.accounts.models import Office
from hukou.kernel import clock
from tests.support.deaths import KILLED, Mortal
from tests.support.gateway import Gateway
from tests.support.site import database_url

from .conftest import PHONE, Put

S = Message.State
pytestmark = pytest.mark.django_db


def later(**time: float) -> Any:
    return clock.frozen(clock.now() + timedelta(**time))


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_a_text_is_handed_over_signed_and_put_on_record(gateway: Gateway, put: Put) -> None:
    message = put(1)
    assert actions.send_due().taken == 1
    sent = fresh(message)
    assert (sent.state, sent.phone, sent.tries) == (S.SENT, PHONE, 1)
    assert gateway.texts == {str(sent.token): {"to": PHONE, "text": "1 件待办", "kind": "tally"}}
    assert [event.action for event in trail.events_of(sent)] == ["text.sent"]
    assert actions.send_due().taken == 0


def test_one_cause_makes_one_text(gateway: Gateway, put: Put) -> None:
    assert put(1) == put(1)
    actions.send_due()
    assert gateway.rung[PHONE] == 1


def test_a_text_of_a_transaction_that_fell_does_not_exist(gateway: Gateway, put: Put) -> None:
    with transaction.atomic():
        put(1)
        transaction.set_rollback(True)
    assert actions.send_due().taken == 0


@pytest.mark.parametrize(
    ("mood", "why", "rang"),
    [
        ("down", "http_500", 0),
        ("hangs_up", "hung_up", 1),
        ("gibberish", "no_json", 1),
        ("nameless", "strange_answer", 1),
        ("no_access", "access", 0),
    ],
)
def test_what_went_wrong_is_said_and_tried_again_as_the_same_text(
    gateway: Gateway, put: Put, mood: str, why: str, rang: int
) -> None:
    gateway.mood, message = mood, put(1)
    actions.send_due()
    waiting = fresh(message)
    assert (waiting.state, waiting.why, gateway.rung[PHONE]) == (S.WAITING, why, rang)
    assert waiting.why_label != why
    gateway.mood = "well"
    assert actions.send_due().taken == 0  # not before the pause is over
    with later(minutes=1):
        actions.send_due()
    assert (fresh(message).state, gateway.rung[PHONE], len(gateway.texts)) == (S.SENT, 1, 1)


@pytest.mark.parametrize("mood", ["slow", "drips"])
def test_a_gateway_that_takes_its_time_is_not_waited_for(gateway: Gateway, put: Put, settings: Any, mood: str) -> None:
    settings.HUKOU_SMS_SECONDS = 0.3
    gateway.mood, message = mood, put(1)
    put(2)
    actions.send_due()
    assert (fresh(message).why, gateway.asked) == ("timeout", 1)  # the line is out: the second is left for later


def test_a_gateway_that_wants_its_rest_gets_it(gateway: Gateway, put: Put) -> None:
    gateway.mood, first, second = "rests", put(1), put(2)
    actions.send_due()
    gateway.mood = "well"
    for seconds, taken in ((100, 0), (130, 2)):
        with later(seconds=seconds):
            assert actions.send_due().taken == taken
    assert fresh(first).state == fresh(second).state == S.SENT


def test_pauses_grow_and_after_a_day_it_is_given_up(gateway: Gateway, put: Put) -> None:
    gateway.mood, message = "down", put(1)
    begun, pauses = clock.now(), []
    while fresh(message).state == S.WAITING:
        next_try = fresh(message).next_try_at
        with clock.frozen(next_try):
            actions.send_due()
        pauses.append((fresh(message).next_try_at - next_try).total_seconds())
    assert pauses[:7] == [15, 30, 60, 120, 240, 480, 900]
    ended = fresh(message)
    assert (ended.state, ended.why) == (S.GIVEN_UP, "http_500")
    assert ended.ended_at is not None
    assert timedelta(hours=24) <= ended.ended_at - begun < timedelta(hours=25)
    assert trail.events_of(ended).last().details["why"] == "http_500"


def test_a_number_that_does_not_exist_is_not_tried_again_and_holds_up_nobody(
    gateway: Gateway, put: Put, branch_office: Office
) -> None:
    lost, gateway.moods[PHONE] = put(1), "bad_number"
    actions.put("tally", key="tally:9", office=branch_office, subject="cases.case:9", n=9)
    report = actions.send_due()
    assert (report.refused, report.taken, fresh(lost).state) == (1, 1, S.FAILED)


def test_an_office_without_telephone_is_waited_for(gateway: Gateway, put: Put, station: Office) -> None:
    message = put(1)
    Office.objects.filter(pk=station.pk).update(duty_phone="")
    actions.send_due()
    assert (fresh(message).state, fresh(message).why) == (S.WAITING, "no_number")
    Office.objects.filter(pk=station.pk).update(duty_phone=PHONE)
    with later(minutes=11):
        assert actions.send_due().taken == 1


def test_without_a_gateway_texts_are_kept_and_only_fresh_ones_go_when_there_is_one(
    put: Put, request: pytest.FixtureRequest
) -> None:
    old, young = put(1), put(2)
    Message.objects.filter(pk=old.pk).update(give_up_at=clock.now())
    assert actions.send_due().kept == 2
    assert fresh(old).get_state_display()
    gateway = request.getfixturevalue("gateway")
    actions.send_due()
    assert (fresh(old).state, fresh(young).state, gateway.rung[PHONE]) == (S.KEPT, S.SENT, 1)


@pytest.fixture
def branch_office(station: Office) -> Office:
    assert station.parent is not None
    station.parent.duty_phone = "1000-0100000"
    station.parent.save()
    return station.parent


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [3, pytest.param(100, marks=[pytest.mark.nightly, pytest.mark.timeout(3600)])])
def test_a_sender_killed_at_any_moment_loses_no_text_and_doubles_none(
    gateway: Gateway, put: Put, settings: Any, times: int
) -> None:
    place = {"HUKOU_SMS_GATEWAY": gateway.address, "HUKOU_SMS_SECRET_FILE": settings.HUKOU_SMS_SECRET_FILE}
    data = {"DATABASE_URL": database_url(), "HUKOU_DATA_DIR": str(configured.HUKOU_DATA_DIR)}
    mortal, chance = Mortal(place | data), random.Random(7)
    try:
        for round_ in range(times):
            for n in range(10):
                put(100 * round_ + n)
            if round_ % 3 == 0:
                assert mortal.do("send_texts", die_at="text_taken") == KILLED
            else:
                mortal.do("send_texts", die_after=chance.uniform(0.01, 0.12))
            Message.objects.filter(state=S.SENDING).update(next_try_at=clock.now())  # its lease is over
    finally:
        mortal.end()
    actions.send_due()
    assert Counter(Message.objects.values_list("state", flat=True)) == {S.SENT: 10 * times}
    assert gateway.rung[PHONE] == 10 * times
    assert Path(settings.HUKOU_SMS_SECRET_FILE).exists()
