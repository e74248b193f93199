"""A gateway, an office with a telephone, and texts to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.outbox import actions, kinds
from audit.outbox.models import Message
from hukou.accounts.models import Office
from tests.support import gateway as stand_in
from tests.support.gateway import SECRET, Gateway

PHONE = "1000-0101000"
Put = Callable[[int], Message]


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with stand_in.standing_in() as one:
        yield one


@pytest.fixture
def gateway(running: Gateway, settings: Any, tmp_path: Path) -> Gateway:
    secret = tmp_path / "sms-secret"
    secret.write_bytes(SECRET + b"\n")
    settings.HUKOU_SMS_GATEWAY, settings.HUKOU_SMS_SECRET_FILE = running.address, str(secret)
    settings.HUKOU_SMS_SECONDS = 5
    running.mood, running.arrived, running.asked = "well", "delivered", 0
    for seen in (running.texts, running.rung, running.moods):
        seen.clear()
    return running


@pytest.fixture(autouse=True)
def a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(kinds.Kind("tally", "Tally", "{n} 件待办", {"n": kinds.count}))


@pytest.fixture
def put(station: Office) -> Put:
    """Lay the text about cause `n` into the outbox."""
    Office.objects.filter(pk=station.pk).update(duty_phone=PHONE)

    def put(n: int) -> Message:
        actions.put("tally", key=f"tally:{n}", office=station, subject=f"cases.case:{n}", n=n)
        return Message.objects.get(key=f"tally:{n}")

    return put
