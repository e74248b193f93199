"""Questions about the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from .errors import NoCatalogue, NoSuchSubType
from .models import CatalogueVersion, SubType
from .types import SubTypeSpec

SHIPPED = Path(__file__).parent / "data" / "catalogue-2026-11-21.json"
"""The catalogue that comes with the system."""


def current() -> CatalogueVersion:
    """The version in force. Raises NoCatalogue."""
    version = CatalogueVersion.objects.filter(is_current=True).first()
    if version is None:
        raise NoCatalogue
    return version


def current_subtype(code: str) -> SubType:
    """A sub-type of the version in force. Raises NoCatalogue, NoSuchSubType."""
    row = SubType.objects.select_related("catalogue").filter(catalogue=current(), code=code).first()
    if row is None:
        raise NoSuchSubType(code=code)
    return row


@dataclass(frozen=True)
class CategoryRows:
    """A category (业务大类) with the rows of its sub-types."""

    code: str
    name_zh: str
    name_en: str
    subtypes: tuple[SubType, ...]


def by_category() -> list[CategoryRows]:
    """All sub-types in force, grouped for the page where the clerk picks one."""
    rows = SubType.objects.filter(catalogue=current()).select_related("catalogue").order_by("code")
    groups = [tuple(group) for _code, group in groupby(rows, key=lambda row: row.category_code)]
    return [CategoryRows(g[0].category_code, g[0].category_zh, g[0].category_en, g) for g in groups]


@dataclass(frozen=True)
class Category:
    """A category (业务大类), for choosing one."""

    code: str
    name_zh: str
    name_en: str


def categories() -> list[Category]:
    """The categories in force, in order; none before a catalogue is loaded. One small query."""
    rows = SubType.objects.filter(catalogue__is_current=True).order_by("category_code")
    named = rows.values_list("category_code", "category_zh", "category_en").distinct()
    return [Category(*row) for row in named]


def spec_of(subtype: SubType) -> SubTypeSpec:
    """The frozen spec of a row."""
    return subtype.spec
