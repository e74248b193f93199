"""Every alert rule says what it looks for, in both languages, belongs to a layer, and is found, armed or told somewhere."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from audit.alerts import rules
from audit.alerts.rules import AlertRule
from tests.conformance.test_house import PACKAGES, ROOT, ours

RULES = sorted(rules.registered().values(), key=lambda rule: rule.name)
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for path in ours(".py")
    if path.relative_to(ROOT).parts[0] in PACKAGES and path != ROOT / "audit/alerts/rules.py"
}
BY_ANOTHER_REGISTRY = "use."
"""Named after the rules of unusual use, so no file spells them."""


def test_there_is_a_rule_for_each_kind_of_what_can_be_wrong() -> None:
    assert {rule.kind for rule in RULES} >= set(rules.Kind) - {rules.Kind.DUTY}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_kind_and_words_in_both_languages(rule: AlertRule) -> None:
    assert rule.kind is not None
    for words in (rule.label, rule.about):
        with override("en"):
            english = str(words).format(**rule.params)
        with override("zh-hans"):
            chinese = str(words).format(**rule.params)
        assert english.strip()
        assert chinese != english
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), chinese
        assert "{" not in chinese
    for threshold in rule.params.keys() - {rules.TEXT_FROM_RUNG}:
        assert f"{{{threshold}}}" in str(rule.about), f"{threshold} is not in the sentence"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_belongs_to_one_layer_that_finds_arms_or_tells_it(rule: AlertRule) -> None:
    if rule.name.startswith(BY_ANOTHER_REGISTRY):
        return
    said_in = [path for path in SOURCES if f'"{rule.name}"' in SOURCES[path]]
    owners = {path.parent for path in said_in}
    assert len(owners) == 1, f"named in {[str(path.relative_to(ROOT)) for path in said_in]}"
    if rule.find is None and rule.standing is None:
        (owner,) = owners
        assert any("tell(" in text for path, text in SOURCES.items() if path.parent == owner)
