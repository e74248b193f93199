"""Workstations, their cameras, and what calibration found out about each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from capture.pipeline.types import CameraModel
from hukou.accounts.models import Office

SHA256 = r"^[0-9a-f]{64}$"


class WorkstationQuerySet(models.QuerySet["Workstation"]):
    """Questions about workstations."""

    def in_use(self) -> Self:
        """Not revoked."""
        return self.filter(revoked_at=None)

    def within(self, offices: Iterable[Office]) -> Self:
        """Of these offices and of every office under them."""
        ids = [office.pk for office in offices]
        return self.filter(Q(office__in=ids) | Q(office__parent__in=ids) | Q(office__parent__parent__in=ids))


class Workstation(models.Model):
    """One browser at one window of an office, known by a random token that only it has; here lies the token's digest."""

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, help_text="as people call it: 1 号窗口")
    token_sha256 = models.CharField(max_length=64, unique=True, help_text="digest of the token in the browser's cookie")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(help_text="when this browser was registered, first or again")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = WorkstationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["office__code", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(name="station_token_hex", condition=Q(token_sha256__regex=SHA256)),
            models.CheckConstraint(name="station_named", condition=~Q(name="")),
            models.UniqueConstraint(
                name="station_name_once", fields=["office", "name"], condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="station_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a workstation was last heard of: one row each, written over with every beat."""

    workstation = models.OneToOneField(
        Workstation, on_delete=models.CASCADE, primary_key=True, related_name="heartbeat"
    )
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.workstation_id} {self.seen_at:%F %T}"


class Camera(models.Model):
    """A camera of a workstation."""

    class Purpose(models.TextChoices):
        DOCUMENT = "document", _("document camera")
        PORTRAIT = "portrait", _("portrait camera")

    workstation = models.ForeignKey(Workstation, on_delete=models.PROTECT, related_name="cameras")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.DOCUMENT)
    device_id = models.CharField(max_length=200, help_text="the browser's name for it")
    label = models.CharField(max_length=120, blank=True, help_text="the driver's name for it")
    width = models.PositiveIntegerField(default=0, help_text="of the greatest picture seen, pixels; 0 before the first")
    height = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when the workstation last named it")
    resized_at = models.DateTimeField(null=True, help_text="when its greatest picture last became another one")

    class Meta:
        ordering: ClassVar = ["workstation", "purpose", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="camera_once_per_station", fields=["workstation", "device_id"]),
            models.CheckConstraint(name="camera_has_device", condition=~Q(device_id="")),
            models.CheckConstraint(
                name="camera_size_whole", condition=Q(width=0, height=0) | Q(width__gt=0, height__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.label or f"camera {self.pk}"


class Calibration(models.Model):
    """What one round of pictures said about a camera. Never changed; the newest one counts."""

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="calibrations")
    width = models.PositiveIntegerField(help_text="pixels of the pictures")
    height = models.PositiveIntegerField()
    focal = models.FloatField(help_text="pixels")
    centre_x = models.FloatField(help_text="pixels")
    centre_y = models.FloatField()
    distortion = ArrayField(models.FloatField(), help_text="k1, k2, p1, p2, k3")
    px_per_mm = models.FloatField(help_text="on the mat, in the middle of the picture")
    rms_px = models.FloatField(help_text="error of the fit, pixels")
    views = models.PositiveSmallIntegerField(help_text="pictures of the sheet")
    ruler_mm = models.FloatField(help_text="what the printed ruler of 100 mm measures")
    mat = ArrayField(models.FloatField(), null=True, help_text="the empty mat as a quadratic surface in Lab, 6 × 3")
    grey = ArrayField(models.FloatField(), null=True, help_text="gains for blue, green, red")
    photos = ArrayField(models.CharField(max_length=64), help_text="SHA-256 of every picture used")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["camera", "-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="calibration_size", condition=Q(width__gt=0, height__gt=0, focal__gt=0)),
            models.CheckConstraint(name="calibration_scale", condition=Q(px_per_mm__gt=0, px_per_mm__lt=200)),
            models.CheckConstraint(name="calibration_fit", condition=Q(rms_px__gte=0, views__gte=1)),
            models.CheckConstraint(name="calibration_ruler", condition=Q(ruler_mm__gte=90, ruler_mm__lte=110)),
            models.CheckConstraint(name="calibration_lens", condition=Q(distortion__len=5)),
            models.CheckConstraint(name="calibration_mat", condition=Q(mat=None) | Q(mat__len=18)),
            models.CheckConstraint(name="calibration_grey", condition=Q(grey=None) | Q(grey__len=3)),
            models.CheckConstraint(name="calibration_photos", condition=Q(photos__len__gte=1)),
        ]

    def __str__(self) -> str:
        return f"calibration {self.pk}"

    @property
    def model(self) -> CameraModel:
        """As the pipeline takes it."""
        k1, k2, p1, p2, k3 = self.distortion
        grey = None if self.grey is None else (self.grey[0], self.grey[1], self.grey[2])
        return CameraModel(
            width=self.width,
            height=self.height,
            focal=self.focal,
            centre=(self.centre_x, self.centre_y),
            distortion=(k1, k2, p1, p2, k3),
            px_per_mm=self.px_per_mm,
            mat=None if self.mat is None else tuple(self.mat),
            grey=grey,
        )
