"""Filed cases: their archive number and what lies under it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ArchiveRecord(models.Model):
    """A case closed into the archive (归档) under its archive number (档号).

    `manifest` names every file by SHA-256; nothing in it is ever replaced, a late capture makes a new record.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="archive_record")
    number = models.CharField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    retention = models.CharField(max_length=12)
    manifest = models.JSONField()
    manifest_sha256 = models.CharField(max_length=64)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="manifest_sha256_hex", condition=Q(manifest_sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return self.number
