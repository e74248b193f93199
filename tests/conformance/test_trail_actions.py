"""Every act that can be recorded has a name of one shape and words in both languages."""

from __future__ import annotations

from django.utils import translation

from audit.trail import vocabulary


def test_every_action_is_named_noun_verb() -> None:
    names = vocabulary.registered_actions()
    assert names
    assert [name for name in names if not vocabulary.SHAPE.match(name)] == []


def test_every_action_has_words_in_chinese_and_in_english() -> None:
    wordless = []
    for name in vocabulary.registered_actions():
        with translation.override("en"):
            english = vocabulary.label_of(name)
        with translation.override("zh-hans"):
            chinese = vocabulary.label_of(name)
        if not english.strip() or chinese == english or not any("\u4e00" <= sign <= "\u9fff" for sign in chinese):
            wordless.append(name)
    assert wordless == []


def test_every_text_pattern_of_an_action_is_translated() -> None:
    untranslated = []
    for name, words in vocabulary.registered_actions().items():
        if callable(words.text) or not str(words.text):
            continue
        with translation.override("en"):
            english = str(words.text)
        with translation.override("zh-hans"):
            if str(words.text) == english:
                untranslated.append(name)
    assert untranslated == []
