"""Limits are data: any rule can be set for a material by a plain mapping, and mistakes in it are named."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from capture.pipeline.types import AT_MOST, CLAUSES, LIMITS, Limits
from capture.sessions.findings import WORDS
from hukou.catalogue.types import QUALITY_RULES


def test_what_a_material_does_not_set_stays_as_it_is_for_any_page() -> None:
    limits = Limits.from_json({"sharpness": [0.3, 0.24], "ink": (0, -1)})
    assert (limits.sharpness, limits.ink) == ((0.3, 0.24), (0, -1))
    assert limits.glare == Limits().glare
    assert Limits.from_json({}) == Limits()


def test_a_portrait_keeps_its_own_limits_where_nothing_is_set() -> None:
    limits = Limits.from_json({"face": [0.3, 0]}, LIMITS["portrait"])
    assert (limits.size, limits.face) == (LIMITS["portrait"].size, (0.3, 0))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"blurriness": [1, 2]}, "there is no quality rule 'blurriness'"),
        ({"glare": 0.1}, "limits of 'glare' are two numbers"),
        ({"glare": [0.1]}, "limits of 'glare' are two numbers"),
        ({"glare": [0.1, 0.2, 0.3]}, "limits of 'glare' are two numbers"),
        ({"glare": ["0.1", "0.2"]}, "limits of 'glare' are two numbers"),
        ({"glare": [True, 2]}, "limits of 'glare' are two numbers"),
        ({"glare": [float("nan"), 2]}, "limits of 'glare' are two numbers"),
        ({"glare": None}, "limits of 'glare' are two numbers"),
        ({"glare": [0.2, 0.1]}, "refusal \\(0.1\\) would begin before doubt"),
        ({"sharpness": [0.2, 0.3]}, "refusal \\(0.3\\) would begin before doubt"),
    ],
)
def test_a_mistake_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Limits.from_json(given)


def test_every_rule_the_catalogue_may_set_is_a_rule_of_the_check() -> None:
    rules = {field.name for field in fields(Limits)}
    assert set(QUALITY_RULES) <= rules
    assert rules >= AT_MOST


def test_every_finding_about_paper_names_its_clause_and_every_finding_has_words() -> None:
    of_portraits = {code for code in WORDS if "face" in code}
    assert set(WORDS) - of_portraits == set(CLAUSES)
    assert of_portraits == {"no_face", "several_faces", "face_small", "face_blurred", "face_dark"}
