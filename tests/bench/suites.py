"""How fast each suite signs and verifies, and a token signs: the limit below every seal. CPU time, one core."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

from django.test import override_settings

from tests.support import tokens
from workflows.seals import suites
from workflows.seals.authority import local
from workflows.seals.keys import token
from workflows.seals.keys.token import Place, TokenSealer

ATTRIBUTES = b"1" * 300
"""As long as the signed attributes of a seal."""
ENOUGH = 0.4
"""Seconds of CPU one measurement takes."""


def rows() -> list[tuple[str, float, str]]:
    """(what, value, unit) of each measurement."""
    return [*_suites(), *_token()]


def _suites() -> Iterator[tuple[str, float, str]]:
    for name, why in suites.offered().items():
        if why:
            continue
        suite = suites.named(name)
        key = suite.generate()
        public, signature = key.public_info(), key.sign(ATTRIBUTES)
        assert suite.verifies(public, signature, ATTRIBUTES)
        yield f"suites: {name} signs", _rate(key.sign, ATTRIBUTES), "/s CPU"
        yield f"suites: {name} verifies", _rate(suite.verifies, public, signature, ATTRIBUTES), "/s CPU"


def _token() -> Iterator[tuple[str, float, str]]:
    if which("softhsm2-util") is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        plugged, pin = tokens.begin(place / "tokens"), place / "pin"
        pin.write_text(tokens.PIN)
        with override_settings(
            HUKOU_DATA_DIR=place, HUKOU_TOKEN_LIBRARY=plugged.library, HUKOU_TOKEN_PIN_FILE=str(pin)
        ):
            plugged.make("bench", ec_key="curve", rsa_key="old")
            for label, suite in (("curve", "p256"), ("old", "rsa")):
                info = token.public_info(Place("bench", label))
                certificate = local.certify(info, common_name="测速", organisation="测速", suite=suite)
                for pins, what in ((None, "kept open"), (tokens.PIN, "opened with a PIN")):
                    sealer = TokenSealer(certificate, [], suites.named(suite), Place("bench", label), pins)
                    yield f"suites: token signs {suite}, {what}", _rate(sealer.sign, ATTRIBUTES), "/s CPU"
                    token._state.begin_anew()


def _rate(work: Callable[..., object], *what: bytes) -> float:
    work(*what)
    done, started = 0, time.process_time()
    while (taken := time.process_time() - started) < ENOUGH:
        work(*what)
        done += 1
    return round(done / taken)
