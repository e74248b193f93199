"""A station, its desk officer, and names the tests of the audit layer may record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from audit.trail import actions as trail
from audit.trail import vocabulary
from hukou.accounts.models import Duty, Office, Officer


@pytest.fixture
def station(db: None) -> Office:
    city = Office.objects.create(code="990100000000", name="云溪市公安局", short_name="市局", level="city")
    branch = Office.objects.create(
        code="990102000000", name="云溪市公安局东湖分局", short_name="东湖分局", level="branch", parent=city
    )
    return Office.objects.create(
        code="990102010000", name="东湖分局柳巷派出所", short_name="柳巷所", level="station", parent=branch
    )


@pytest.fixture
def clerk(station: Office) -> Officer:
    officer = Officer.objects.create(number="010203", name="测试员", id_number="", kind="officer")
    Duty.objects.create(officer=officer, office=station, role="desk_officer", starts_on=date(2020, 1, 1))
    return officer


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_words", dict(vocabulary._words))
    trail.register_action("paper.laid", "Paper laid", "{pages} pages")
    trail.register_action("paper.turned", "Paper turned")


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own, with the log's key in it once a checkpoint is signed."""
    settings.HUKOU_DATA_DIR = tmp_path
    return tmp_path
