"""The tags templates read values with."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from hukou.console.templatetags import screens
from hukou.kernel import clock
from workflows.cases.models import Case


def test_every_status_of_a_case_has_a_shape_of_its_own():
    shapes = [screens.shape(status) for status in Case.Status.values]
    assert len(set(shapes)) == len(shapes)
    assert "info" not in shapes


def test_grouped_numbers_copy_as_the_plain_number():
    for grouped in (screens.id_groups("11010519491231002X"), screens.number_groups("42070101000020261121110200001")):
        assert strip_tags(grouped) in ("11010519491231002X", "42070101000020261121110200001")
    assert screens.id_groups("11010519491231002X").count("<span>") == 3
    assert strip_tags(screens.short_number("42070101000020261121110200001")) == "20261121110200001"


def test_a_missing_number_reads_as_a_dash():
    assert screens.id_groups(None) == screens.number_groups("") == screens.short_number(None) == "—"


def test_text_in_a_number_is_escaped():
    assert "<b>" not in screens.id_groups("<b>x</b>")


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "居民户口簿"), ("en", "hukou book")])
def test_catalogue_names_follow_the_language_of_the_screen(language, word):
    names = {"name_zh": "居民户口簿", "name_en": "hukou book"}
    with translation.override(language):
        assert screens.named(names) == screens.named(SimpleNamespace(**names)) == word


def test_waiting_time_is_said_coarsely():
    with translation.override("en"), clock.frozen(clock.now()) as now:
        assert screens.waited(now - timedelta(days=2, hours=5, minutes=9)).replace("\xa0", " ") == "2 days, 5 hours"
        assert screens.waited(now - timedelta(hours=5, minutes=9)).replace("\xa0", " ") == "5 hours"


def test_papers_of_completion_do_not_count_as_lacking_before_the_decision():
    def slot(state: str, stage: str, needed: bool = True) -> SimpleNamespace:
        return SimpleNamespace(state=state, needed=needed, spec=SimpleNamespace(stage=stage), pages=())

    asked = slot("missing", "acceptance")
    slots = [asked, slot("missing", "completion"), slot("complete", "acceptance"), slot("missing", "acceptance", False)]
    assert screens.lacking(slots) == [asked]
