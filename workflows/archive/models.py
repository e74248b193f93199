"""Filed cases: their archive number, the versions that lie under it, and the late captures that made them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ArchiveRecord(models.Model):
    """A case closed into the archive (归档) under its archive number (档号). What lies under it: its versions.

    The database refuses to change or remove a record.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="archive_record")
    number = models.CharField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    retention = models.CharField(max_length=12)

    def __str__(self) -> str:
        return self.number

    @property
    def newest(self) -> ArchiveVersion:
        """The version in force."""
        return self.versions.latest("number")


class LateCapture(models.Model):
    """Pages added to a filed case (补充采录): begun by an officer with a reason, then concluded or abandoned.

    Who began it, when and why stands in its sitting.
    """

    record = models.ForeignKey(ArchiveRecord, on_delete=models.PROTECT, related_name="late_captures")
    session = models.OneToOneField("capture.CaptureSession", on_delete=models.PROTECT, related_name="+")
    session_before = models.ForeignKey(
        "capture.CaptureSession", on_delete=models.PROTECT, related_name="+", help_text="the case goes back to it"
    )
    ended_at = models.DateTimeField(null=True, help_text="when it was concluded or abandoned")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    abandoned_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="late_capture_one_open", fields=["record"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="late_capture_ended_whole",
                condition=Q(ended_at=None, ended_by=None, abandoned_because="")
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="late_capture_open", fields=["session"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"late capture {self.pk}"


class ArchiveVersion(models.Model):
    """What a filed case consists of: version 1 is the filing, each concluded late capture makes the next.

    `manifest` names every file by SHA-256 and, from version 2, the manifest before it. The
    database refuses to change or remove one.
    """

    record = models.ForeignKey(ArchiveRecord, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text="from 1")
    late_capture = models.OneToOneField(LateCapture, null=True, on_delete=models.PROTECT, related_name="version")
    manifest = models.JSONField()
    manifest_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["record", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="archive_version_once", fields=["record", "number"]),
            models.CheckConstraint(
                name="archive_version_first_is_filing",
                condition=Q(number=1, late_capture=None) | Q(number__gt=1, late_capture__isnull=False),
            ),
            models.CheckConstraint(name="manifest_sha256_hex", condition=Q(manifest_sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes: ClassVar = [
            models.Index(name="archive_version_late", fields=["made_at"], condition=Q(number__gt=1)),
        ]

    def __str__(self) -> str:
        return f"{self.record} v{self.number}"
