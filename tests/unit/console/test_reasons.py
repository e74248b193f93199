"""Every reason a verifier gives has a sentence on the screen."""

from __future__ import annotations

from hukou.console.templatetags.reasons import WORDS, reason
from workflows.seals.reasons import SUB_INDICATIONS, sub_indication


def test_every_reason_of_a_seal_has_a_sentence() -> None:
    assert set(SUB_INDICATIONS) <= set(WORDS)


def test_the_place_a_reason_names_does_not_hide_its_sentence() -> None:
    assert reason("seal_missing:level3_officer") == WORDS["seal_missing"]
    assert sub_indication("invalid:ValueError") == "FORMAT_FAILURE"
    assert reason("brand_new") == "brand_new"
