"""Originals and pages: what the camera gave, untouched, and what was made of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHA256 = r"^[0-9a-f]{64}$"


class CaptureSession(models.Model):
    """One sitting at a camera: who, where, in which of the three modes (domain.md §1)."""

    class Mode(models.TextChoices):
        WINDOW = "window", _("at the window")
        DEFERRED = "deferred", _("deferred capture")
        LATE = "late", _("late capture")

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.WINDOW)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="session_reason_unless_window", condition=Q(mode="window") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class Original(models.Model):
    """The bytes the device gave, kept untouched under their SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField(help_text="pixels")
    height = models.PositiveIntegerField(help_text="pixels")
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="original_sha256_hex", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(name="original_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Page(models.Model):
    """One captured image: an original, the page derived from it, and the first quality verdict.

    Never changed after it is made; a better take is another Page.
    """

    class Verdict(models.TextChoices):
        PASS = "pass", _("passed")
        WARN = "warn", _("look again")
        REFUSE = "refuse", _("not fit")

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        PORTRAIT = "portrait", _("portrait")

    session = models.ForeignKey(CaptureSession, on_delete=models.PROTECT, related_name="pages")
    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="pages")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PAGE)
    request = models.CharField(max_length=64, help_text="digest of what was asked: kind, corners by hand, turn, …")
    index = models.PositiveSmallIntegerField(default=0, help_text="which of the pages found in the photograph, from 0")
    sha256 = models.CharField(max_length=64, help_text="of the derived JPEG")
    size = models.PositiveIntegerField(help_text="bytes of the derived JPEG")
    width = models.PositiveIntegerField(help_text="pixels")
    height = models.PositiveIntegerField(help_text="pixels")
    pipeline_version = models.CharField(max_length=20)
    dpi = models.FloatField(null=True, help_text="resolution of the photograph on the paper, before any warping")
    parameters = models.JSONField(help_text="everything needed to derive the page again")
    verdict = models.CharField(max_length=10, choices=Verdict)
    quality = models.JSONField(help_text="measures and findings behind the verdict")
    captured_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    captured_at = models.DateTimeField(help_text="server receipt")
    taken_at = models.DateTimeField(null=True, help_text="by the clock of the device, which may be wrong")
    device = models.CharField(max_length=120, blank=True, help_text="camera label, or 'file'")
    camera = models.ForeignKey(
        "stations.Camera",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="of a registered workstation",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="page_sha256_hex", condition=Q(sha256__regex=SHA256)),
            models.UniqueConstraint(
                name="page_once_per_request",
                fields=["session", "original", "request", "pipeline_version", "index"],
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.pk}"

    @property
    def turn(self) -> int:
        """Clockwise degrees by which the page was turned to stand upright."""
        return int(self.parameters.get("turn", 0))
