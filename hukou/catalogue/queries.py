"""Questions about the catalogue."""

from __future__ import annotations

from itertools import groupby

from .errors import NoCatalogue, NoSuchSubType
from .models import CatalogueVersion, SubType
from .types import SubTypeSpec


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


def by_category() -> list[tuple[SubType, list[SubType]]]:
    """All sub-types in force, grouped: the first row of each group carries the category's names."""
    rows = SubType.objects.filter(catalogue=current()).select_related("catalogue").order_by("code")
    groups = [list(group) for _code, group in groupby(rows, key=lambda row: row.category_code)]
    return [(group[0], group) for group in groups]


def spec_of(subtype: SubType) -> SubTypeSpec:
    """The frozen spec of a row."""
    return subtype.spec
