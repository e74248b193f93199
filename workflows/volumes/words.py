"""The kinds of paper in words: retention and category."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from hukou.catalogue import queries as catalogue
from hukou.catalogue.types import in_current_language

CATEGORY_SEPARATOR = " · "
RETENTION = {
    "permanent": pgettext_lazy("retention", "permanent"),
    "30y": pgettext_lazy("retention", "30 years"),
    "10y": pgettext_lazy("retention", "10 years"),
}


def retention_name(retention: str) -> str:
    """A retention class in the current language."""
    return str(RETENTION[retention])


def category_names() -> dict[str, str]:
    """Code of a category, its code and name in the current language. One query for all a screen shows."""
    return {one.code: f"{one.code} {in_current_language(one.name_zh, one.name_en)}" for one in catalogue.categories()}


def category_name(code: str) -> str:
    """A category in the current language; its code when the catalogue in force has it no more."""
    return category_names().get(code, code)
