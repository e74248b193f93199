"""Loaded catalogue versions. Rows are never changed after loading: open cases keep the version they began with."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from django.db import models
from django.db.models import Q

from .types import SubTypeSpec


class CatalogueVersion(models.Model):
    """One whole catalogue file, accepted as it was."""

    version = models.CharField(max_length=40, unique=True)
    sha256 = models.CharField(max_length=64)
    meta = models.JSONField()
    loaded_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_current_catalogue", fields=["is_current"], condition=Q(is_current=True)),
        ]

    def __str__(self) -> str:
        return self.version


class SubType(models.Model):
    """One sub-type of one version; `data` is the entry of the file, parsed to `types.SubTypeSpec` by `spec`."""

    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="subtypes")
    code = models.CharField(max_length=4)
    category_code = models.CharField(max_length=2)
    category_zh = models.CharField(max_length=60)
    category_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=160)
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="subtype_once_per_catalogue", fields=["catalogue", "code"])
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def spec(self) -> SubTypeSpec:
        """What the row says, as frozen values. A loaded version never changes, so it is built once per process."""
        return _spec(_Line(self))


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
