"""Questions about the catalogue."""

from __future__ import annotations

from functools import lru_cache
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
    rows = SubType.objects.filter(catalogue=current()).order_by("code")
    groups = [list(group) for _code, group in groupby(rows, key=lambda row: row.category_code)]
    return [(group[0], group) for group in groups]


def spec_of(subtype: SubType) -> SubTypeSpec:
    """The frozen spec of a row. A loaded version never changes, so it is parsed once per process."""
    return _spec(_Line(subtype))


class _Line:
    """A row as a cache key: what a version says about a code, whichever instance carries it."""

    def __init__(self, subtype: SubType) -> None:
        self.subtype = subtype
        self.key = (subtype.catalogue.sha256, subtype.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=1024)
def _spec(line: _Line) -> SubTypeSpec:
    return SubTypeSpec.from_entry(line.subtype.category_code, line.subtype.data)
