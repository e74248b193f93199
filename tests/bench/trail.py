"""How fast acts are recorded, sequenced and verified. Runs in a scratch database the caller has made."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import transaction
from django.test import override_settings

from audit.trail import actions as trail
from audit.trail import verifier
from hukou.accounts.models import Duty, Office, Officer

ACTS = 3_000
ACTS_PER_TRANSACTION = 3  # about what a verb with its alert and notice writes


def rows() -> list[tuple[str, float, str]]:
    """(what, value, unit) of each measurement."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        officer = _officer()
        recording = _seconds(lambda: _record(officer))
        sequencing = _seconds(lambda: trail.sequence(patience=60))
        verifying = _seconds(_verify)
    return [
        ("trail: acts recorded", ACTS / recording, "events/s"),
        ("trail: acts sequenced and signed", ACTS / sequencing, "events/s"),
        ("trail: acts verified", ACTS / verifying, "events/s"),
    ]


def _officer() -> Officer:
    city = Office.objects.create(code="990900000000", name="测速市局", short_name="测速", level=Office.Level.CITY)
    officer = Officer.objects.create(number="bench-trail", name="测速", id_number="", kind=Officer.Kind.OFFICER)
    Duty.objects.create(officer=officer, office=city, role=Duty.Role.CITY_OFFICER, starts_on=date(2020, 1, 1))
    return officer


def _record(officer: Officer) -> None:
    for case in range(ACTS // ACTS_PER_TRANSACTION):
        with transaction.atomic():
            for step in range(ACTS_PER_TRANSACTION):
                trail.record("alert.closed", subject=f"cases.case:{case}", by=officer, details={"step": step})


def _verify() -> None:
    report = verifier.verify()
    assert report.held, report.findings
    assert report.sequenced >= ACTS


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
