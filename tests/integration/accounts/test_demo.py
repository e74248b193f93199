"""The invented city."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hukou.accounts import demo
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import id_numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HUKOU_DATA_DIR = tmp_path
    settings.HUKOU_DEMO_PASSWORD = settings.HUKOU_DEMO_PIN = ""
    demo._secrets.cache_clear()
    yield tmp_path
    demo._secrets.cache_clear()


def counts() -> tuple[int, int, int]:
    return Office.objects.count(), Officer.objects.count(), Duty.objects.count()


def test_every_station_and_branch_has_its_people() -> None:
    demo.seed()
    assert counts() == (13, 71, 71)
    for station in Office.objects.filter(level="station"):
        roles = sorted(station.duties.values_list("role", flat=True))
        assert roles == ["auxiliary", "community_officer", *["desk_officer"] * 2, *["station_leader"] * 2]
        assert station.at_level("branch").duties.count() == 3
    names = list(Officer.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)


def test_every_id_number_is_possible_and_unique() -> None:
    demo.seed()
    numbers = [id_numbers.parse(number).number for number in Officer.objects.values_list("id_number", flat=True)]
    assert len(set(numbers)) == len(numbers)
    id_numbers.parse(demo.application()["applicant_id_number"])


def test_seeding_again_changes_nothing() -> None:
    demo.seed()
    before, password = counts(), Officer.objects.get(number="110001").password
    demo.seed()
    assert counts() == before
    assert Officer.objects.get(number="110001").password == password


def test_the_password_of_the_table_signs_everyone_in_and_only_the_owner_reads_it(data_dir: Path) -> None:
    demo.seed()
    assert len(demo.password()) >= 12
    assert len(demo.pin()) == 6
    assert Officer.objects.get(number="330006").check_password(demo.password())
    for name in ("keys/demo-accounts.json", "demo-accounts.txt"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600
    table = (data_dir / "demo-accounts.txt").read_text()
    assert demo.password() in table
    assert demo.pin() in table
    assert "110001" in table
