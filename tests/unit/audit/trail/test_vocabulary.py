"""Every name has a kind, so that readers can leave out what they do not look for."""

from __future__ import annotations

from audit.trail import vocabulary
from audit.trail.vocabulary import Kind


def test_a_refusal_is_of_the_kind_refusal_whatever_the_verb() -> None:
    refusals = {name for name in vocabulary.registered_actions() if vocabulary.says_refused(name)}
    assert refusals
    assert refusals <= vocabulary.names_of(Kind.REFUSAL)


def test_an_act_is_an_act_unless_it_says_otherwise() -> None:
    assert vocabulary.kind_of("case.accepted") is Kind.ACT
    assert vocabulary.kind_of("case.refused") is Kind.ACT  # a decision
    assert vocabulary.kind_of("trail.exported") is Kind.VIEW


def test_a_name_nobody_knows_any_more_is_always_shown() -> None:
    assert vocabulary.kind_of("paper.burnt") is Kind.ACT
