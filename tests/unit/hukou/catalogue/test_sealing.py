"""What a catalogue says of seals: typed, checked, and told apart from what it cannot mean."""

from __future__ import annotations

from typing import Any

import pytest

from hukou.catalogue import sealing
from hukou.catalogue.errors import BadCatalogue
from hukou.catalogue.parsing import parse
from hukou.catalogue.types import STEPS
from tests.support.catalogue import changed, shipped

UNITS = {
    "station_accept": "hukou",
    "station_review": None,
    "station_approve": "hukou",
    "branch_review": None,
    "branch_approve": "approval",
    "city_approve": "approval",
}


def test_the_shipped_catalogue_says_which_units_seal_a_step_asks_for() -> None:
    said = sealing.said_in(shipped().meta)
    assert {step: sealing.seals_of(said, step).unit for step in STEPS} == UNITS


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("branch_approve", ["分局户政审批专用章", "审批人签名"]),  # unknown
        ("branch_approve", ["市局户政审批专用章", "审批人签章"]),  # another level's
        ("branch_approve", ["分局户政审批专用章"]),  # nobody signs
        ("station_approve", ["派出所所领导签章", "户口专用章", "户口专用章(当场办结件)"]),  # two of the unit's
        ("city_approve", "审批人签章"),  # no list
    ],
)
def test_what_a_step_cannot_mean_is_refused(step: str, words: Any) -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["meta"]["seal_by_step"][step] = words

    with pytest.raises(BadCatalogue) as refused:
        parse(changed(spoil))
    assert {problem.path.partition("[")[0] for problem in refused.value.data["problems"]} <= {
        "meta.seal_by_step",
        f"meta.seal_by_step.{step}",
    }
