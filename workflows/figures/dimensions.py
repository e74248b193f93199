"""By what cases are told apart in tables, with the words of their values in the current language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.statistics import offices
from audit.statistics.cubes import Dimension
from hukou.accounts.models import Officer
from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.catalogue.types import in_current_language

from .models import CaseFact


def _categories(codes: Collection[Any]) -> Mapping[Any, str]:
    """Of whichever version named it last; what no version names keeps its code."""
    rows = SubType.objects.filter(category_code__in=codes).order_by("catalogue", "category_code")
    named = {code: (zh, en) for code, zh, en in rows.values_list("category_code", "category_zh", "category_en")}
    return {code: f"{code} {in_current_language(*named[code])}" if code in named else code for code in sorted(codes)}


def _subtypes(codes: Collection[Any]) -> Mapping[Any, str]:
    rows = SubType.objects.filter(code__in=codes).order_by("catalogue", "code")
    named = {code: (zh, en) for code, zh, en in rows.values_list("code", "name_zh", "name_en")}
    return {code: f"{code} {in_current_language(*named[code])}" if code in named else code for code in sorted(codes)}


def _all_categories(_by: Officer) -> Mapping[Any, str]:
    return _categories([category.code for category in catalogue.categories()])


def _all_subtypes(_by: Officer) -> Mapping[Any, str]:
    return _subtypes(list(SubType.objects.filter(catalogue__is_current=True).values_list("code", flat=True)))


def _yes_no(values: Collection[Any]) -> Mapping[Any, str]:
    return {value: words for value, words in ((True, _("yes")), (False, _("no"))) if value in values}


def _chosen(choices: type[models.TextChoices], values: Collection[Any]) -> Mapping[Any, str]:
    return {choice.value: str(choice.label) for choice in choices if choice.value in values}


def _flag(word: str) -> bool:
    return {"yes": True, "no": False}[word]


def _one_of(choices: type[models.TextChoices]) -> dict[str, Callable[..., Any]]:
    """Words of a choice, a filter of all of them, and how one is read; "-" is the empty one."""
    return {
        "words": partial(_chosen, choices),
        "choices": lambda _by: {choice.value or "-": str(choice.label) for choice in choices},
        "read": lambda word: choices("" if word == "-" else word).value,
    }


def _either(name: str, label: Any) -> Dimension:
    return Dimension(name, label, _yes_no, lambda _by: {"yes": _("yes"), "no": _("no")}, _flag)


ALL = (
    offices.STATION,
    offices.BRANCH,
    Dimension("category", gettext_lazy("Category"), _categories, _all_categories),
    Dimension("subtype", gettext_lazy("Sub-type"), _subtypes, _all_subtypes),
    _either("key_business", gettext_lazy("Key business")),
    _either("on_the_spot", gettext_lazy("Done on the spot")),
    Dimension("deciding_level", gettext_lazy("Deciding level"), **_one_of(CaseFact.Level)),
    Dimension("outcome", gettext_lazy("Outcome"), **_one_of(CaseFact.Outcome)),
    _either("deferred", gettext_lazy("Capture deferred")),
)
