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


def category_name(code: str) -> str:
    """A category in the current language; its code when the catalogue in force has it no more."""
    found = next((one for one in catalogue.categories() if one.code == code), None)
    return code if found is None else f"{code} {in_current_language(found.name_zh, found.name_en)}"
