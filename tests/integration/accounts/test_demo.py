"""The invented city."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from hukou.accounts import demo
from hukou.accounts.errors import RealOffices
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import id_numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.HUKOU_DATA_DIR = tmp_path
    settings.HUKOU_DEMO_PASSWORD = settings.HUKOU_DEMO_PIN = ""
    return tmp_path


def counts() -> tuple[int, int, int]:
    return Office.objects.count(), Officer.objects.count(), Duty.objects.count()


def test_every_station_and_branch_has_its_people() -> None:
    demo.seed()
    assert counts() == (13, 70, 70)
    for station in Office.objects.filter(level="station"):
        roles = sorted(station.duties.values_list("role", flat=True))
        assert roles == ["auxiliary", "community_officer", *["desk_officer"] * 2, *["station_leader"] * 2]
        assert station.at_level("branch").duties.count() == 3
    names = list(Officer.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)


def test_every_id_number_is_possible_and_unique() -> None:
    numbers = [id_numbers.parse(post.id_number).number for post in demo.posts()]
    assert len(set(numbers)) == len(numbers)
    id_numbers.parse(demo.application()["applicant_id_number"])


def test_seeding_again_changes_nothing() -> None:
    demo.seed()
    before, password = counts(), Officer.objects.get(number="110101").password
    demo.seed()
    assert counts() == before
    assert Officer.objects.get(number="110101").password == password


def test_the_password_of_the_table_signs_everyone_in_and_only_the_owner_reads_it(data_dir: Path) -> None:
    demo.seed()
    assert len(demo.password()) >= 12
    assert len(demo.pin()) == 6
    assert Officer.objects.get(number="330402").check_password(demo.password())
    for name in ("demo-accounts.json", "demo-accounts.txt"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600
    table = (data_dir / "demo-accounts.txt").read_text()
    assert demo.password() in table
    assert demo.pin() in table
    assert "110101" in table


def test_a_password_given_later_replaces_the_old_one(settings: Any) -> None:
    demo.seed()
    settings.HUKOU_DEMO_PASSWORD = "chosen-by-hand-1"
    demo.seed()
    assert Officer.objects.get(number="110101").check_password("chosen-by-hand-1")
    assert Officer.objects.get(number="900201").check_password("chosen-by-hand-1")


def test_beside_real_offices_nothing_is_made() -> None:
    Office.objects.create(code="110000000000", name="某市公安局", short_name="市局", level="city")
    with pytest.raises(RealOffices):
        demo.seed()
    assert Officer.objects.count() == 0
