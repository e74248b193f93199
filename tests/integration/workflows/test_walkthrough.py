"""The walkthrough: chains of every depth, filed and verified, as the command prints them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from audit.alerts.models import Alert, Timer
from hukou.console.scripts import SCRIPTS
from tests.support.catalogue import shipped
from tests.support.nights import by_day, by_night
from workflows.cases.models import MaterialPage
from workflows.cases.page_alerts import REUSED
from workflows.seals.models import SealApplication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


# A walk photographs and straightens all papers of a case; one of each kind goes by day.


def walk(*words: str) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("walkthrough", "--json", *words, stdout=out)
    return int(ended.value.code or 0), json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("subtype", "depth"), [by_night("0101", 1), by_night("0103", 2), ("1102", 3), by_night("1105", 4)]
)
def test_a_case_of_every_depth_is_filed_and_holds(subtype: str, depth: int) -> None:
    status, told = walk("--subtype", subtype)
    assert (status, told["status"], told["verified"], told["findings"]) == (0, "filed", "HELD", [])
    assert {seal["outcome"] for seal in told["seals"]} == {"PASSED"}
    assert [seal["level"] for seal in told["seals"]] == [*range(1, depth + 1), depth, 0]
    assert all(Path(path).is_file() for path in told["files"])
    assert told["trail"]["tree_size"] >= told["trail"]["events"] > 0


@pytest.mark.nightly
def test_a_case_sealed_with_the_national_suite_is_filed_and_holds() -> None:
    status, told = walk("--subtype", "1102", "--suite", "sm2")
    assert (status, told["status"], told["verified"], told["findings"]) == (0, "filed", "HELD", [])
    assert [seal["outcome"] for seal in told["seals"]] == ["PASSED"] * 5
    used = SealApplication.objects.values_list("seal__suite", "unit_seal__suite")
    assert sorted(used, key=str) == [("sm2", "sm2"), *[("sm2", None)] * 3]


ENDS = {
    "return": "filed",
    "refuse": "filed",
    "withdraw": "withdrawn",
    "cosign": "filed",
    "investigate": "filed",
    "deputy": "filed",
}


@pytest.mark.parametrize("script", by_day(1, SCRIPTS))
def test_every_turn_ends_where_it_should_and_holds(script: str) -> None:
    status, told = walk("--subtype", "0103", "--script", script)
    assert (status, told["status"], told["verified"], told["findings"]) == (0, ENDS[script], "HELD", [])
    assert {seal["outcome"] for seal in told["seals"]} == {"PASSED"}


CODES = [subtype.code for subtype in shipped().subtypes]


@pytest.mark.nightly
def test_a_chain_to_the_city_with_an_investigation_is_filed_and_holds() -> None:
    status, told = walk("--subtype", "0404")
    assert (status, told["status"], told["verified"], told["findings"]) == (0, "filed", "HELD", [])


@pytest.mark.nightly
@pytest.mark.parametrize("subtype", CODES)
def test_a_case_of_every_subtype_is_filed_and_holds(subtype: str) -> None:
    status, told = walk("--subtype", subtype)
    assert (status, told["status"], told["verified"], told["findings"]) == (0, "filed", "HELD", [])


def test_two_permits_on_the_spot_are_filed_and_share_no_picture() -> None:
    for _walk in range(2):
        status, told = walk("--subtype", "1402")
        assert (status, told["status"], told["verified"], told["findings"]) == (0, "filed", "HELD", [])
    pages = MaterialPage.objects.order_by().values_list("page__original", "page__sha256")
    assert len({original for original, _page in pages}) == len({page for _original, page in pages}) == len(pages) > 1
    assert not Timer.objects.filter(rule=REUSED).exists()
    assert not Alert.objects.filter(rule=REUSED).exists()


def test_a_folder_without_pictures_is_said_so(tmp_path: Path) -> None:
    status, told = walk("--photos", str(tmp_path))
    assert (status, told["error"]) == (2, "no_photographs")
