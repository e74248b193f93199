"""The shipped catalogue is the one domain.md describes."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from capture.pipeline.types import Limits
from hukou.catalogue.types import QUALITY_RULES
from tests.support.catalogue import shipped


def test_it_has_14_categories_56_sub_types_and_766_material_lines():
    catalogue = shipped()
    assert len(catalogue.categories) == 14
    assert len(catalogue.subtypes) == 56
    assert sum(len(subtype.materials) for subtype in catalogue.subtypes) == 766
    assert len({line.code for subtype in catalogue.subtypes for line in subtype.materials}) == 145
    assert len(catalogue.facts) == 53


def test_25_are_decided_at_the_station_26_at_the_branch_and_5_in_the_city():
    levels = Counter(subtype.decision_level for subtype in shipped().subtypes)
    assert levels == {"station": 25, "branch": 26, "city": 5}


def test_chains_have_one_to_four_steps():
    depths = Counter(len(subtype.chain) for subtype in shipped().subtypes)
    assert depths == {1: 15, 2: 15, 3: 21, 4: 5}
    by_code = {subtype.code: len(subtype.chain) for subtype in shipped().subtypes}
    assert (by_code["0101"], by_code["0103"], by_code["1102"], by_code["1105"]) == (1, 2, 3, 4)


def test_15_are_done_on_the_spot_and_21_are_key_business():
    assert sum(subtype.on_the_spot for subtype in shipped().subtypes) == 15
    assert sum(subtype.key_business for subtype in shipped().subtypes) == 21


def test_47_are_kept_for_ever_6_for_thirty_years_and_3_for_ten():
    assert Counter(subtype.retention for subtype in shipped().subtypes) == {"permanent": 47, "30y": 6, "10y": 3}


def test_every_condition_mode_and_stage_occurs():
    lines = [line for subtype in shipped().subtypes for line in subtype.materials]
    assert Counter(line.condition_mode for line in lines) == {"always": 478, "fact": 224, "officer_judgement": 64}
    assert Counter(line.stage for line in lines) == {"acceptance": 569, "investigation": 73, "completion": 124}


def test_cards_have_two_sides_and_small_print_and_colour():
    cards = [line for subtype in shipped().subtypes for line in subtype.materials if line.capture.paper == "ID-1"]
    assert cards
    assert {(line.capture.sides, line.capture.least_dpi, line.capture.colour) for line in cards} == {(2, 300, True)}
    assert all(line.max_pages >= 2 for line in cards)


def test_a_material_may_set_limits_for_every_rule_of_the_quality_check_and_no_other():
    assert set(QUALITY_RULES) == {rule.name for rule in fields(Limits)}


def test_no_material_is_asked_for_less_than_the_standard():
    assert all(line.capture.least_dpi >= 200 for subtype in shipped().subtypes for line in subtype.materials)
