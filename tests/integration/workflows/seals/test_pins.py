"""PINs: wrong ones are counted whatever becomes of the decision; only the holder changes one."""

from __future__ import annotations

import pytest

from hukou.accounts.models import Officer
from hukou.kernel.errors import NotPermitted
from workflows.seals import errors
from workflows.seals.models import Seal
from workflows.seals.register import pins, standing

from .conftest import PIN, Signing, acts, state

State = standing.State


def test_a_seal_locks_itself_after_five_wrong_pins_though_every_decision_was_rolled_back(
    signing: Signing, seal: Seal, keeper: Officer
) -> None:
    officer = signing.bureau.officers[0]
    left = [_refused(seal, officer).data["left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(errors.PinLocked):
        pins.change_pin(seal_id=seal.pk, by=officer, old=PIN, new="246810")
    with pytest.raises(errors.PinLocked):
        signing.sign(1)
    assert state(seal) == State.LOCKED
    pins.unlock(seal_id=seal.pk, by=keeper, reason="本人到场核实")
    signing.seal(1)
    assert acts(seal) == ["issued", "locked", "unlocked"]


def test_a_forgotten_pin_is_no_wrong_one(signing: Signing, seal: Seal) -> None:
    with pytest.raises(errors.PinNeeded):
        pins.change_pin(seal_id=seal.pk, by=signing.bureau.officers[0], old="", new="246810")
    assert Seal.objects.get(pk=seal.pk).pin_failures == 0


def test_the_right_pin_forgets_the_wrong_ones(signing: Signing, seal: Seal) -> None:
    officer = signing.bureau.officers[0]
    error = _refused(seal, officer)
    assert "4" in error.advice
    signing.sign(1)
    assert Seal.objects.get(pk=seal.pk).pin_failures == 0


def test_only_the_holder_changes_the_pin_and_needs_the_old_one(signing: Signing, seal: Seal, keeper: Officer) -> None:
    officer = signing.bureau.officers[0]
    with pytest.raises(NotPermitted):
        pins.change_pin(seal_id=seal.pk, by=keeper, old=PIN, new="246810")
    pins.change_pin(seal_id=seal.pk, by=officer, old=PIN, new="246810")
    with pytest.raises(errors.WrongPin):
        signing.sign(1, pin=PIN)
    signing.sign(1, pin="246810")


def _refused(seal: Seal, officer: Officer) -> errors.WrongPin:
    with pytest.raises(errors.WrongPin) as refused:
        pins.change_pin(seal_id=seal.pk, by=officer, old="000000", new="246810")
    return refused.value
