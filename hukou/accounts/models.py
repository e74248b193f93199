"""Offices, officers and their dated duties."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hukou.kernel import clock

PHONE = r"^(\+?[0-9][0-9-]{2,18})?$"
"""A number as it is dialled: digits, perhaps a plus in front and hyphens; empty where an office has none."""


class Office(models.Model):
    """A police unit: the city bureau, a branch under it, or a station under a branch (domain.md §3)."""

    class Level(models.TextChoices):
        CITY = "city", _("city bureau")
        BRANCH = "branch", _("branch bureau")
        STATION = "station", _("police station")

    code = models.CharField(max_length=12, unique=True, help_text="12-digit police unit code, GA/T 380")
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    duty_phone = models.CharField(
        max_length=20, blank=True, default="", help_text="the office's own telephone for texts, never a person's"
    )

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="office_city_on_top",
                condition=Q(level="city", parent=None) | ~Q(level="city") & Q(parent__isnull=False),
            ),
            models.CheckConstraint(name="office_code_12_digits", condition=Q(code__regex=r"^\d{12}$")),
            models.CheckConstraint(name="office_phone_dialled", condition=Q(duty_phone__regex=PHONE)),
        ]

    def __str__(self) -> str:
        return self.name

    def at_level(self, level: str) -> Office:
        """This office or the one above it at `level` (a station's branch, a branch's city). Raises LookupError below itself."""
        office: Office | None = self
        while office is not None:
            if office.level == level:
                return office
            office = office.parent
        raise LookupError(f"{self.code} has no office at level {level} above it")

    def covers(self, other: Office) -> bool:
        """True when `other` is this office or lies under it."""
        office: Office | None = other
        while office is not None:
            if office.pk == self.pk:
                return True
            office = office.parent
        return False


class OfficerManager(BaseUserManager["Officer"]):
    """Makes officers; passwords are hashed by Django."""

    def create_user(self, number: str, password: str | None = None, **fields: object) -> Officer:
        """Create an officer who signs in with the police number."""
        officer = self.model(number=number, **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(AbstractBaseUser):
    """A person who works in the system: a sworn officer (民警) or an auxiliary (辅警).

    Never deleted, only deactivated: signatures, decisions and the trail name them for ever.
    `id_number` is the person: one person may have two accounts over the years and still never
    reviews what they accepted (domain.md §3).
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", _("officer")
        AUXILIARY = "auxiliary", _("auxiliary")

    number = models.CharField(max_length=20, unique=True, help_text="police number (警号), also the sign-in name")
    name = models.CharField(max_length=40)
    id_number = models.CharField(max_length=18, help_text="citizen ID number, GB 11643")
    kind = models.CharField(max_length=10, choices=Kind)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS: ClassVar = ["name", "id_number", "kind"]
    objects = OfficerManager()

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def duties_on(self, day: date | None = None) -> DutyQuerySet:
        """Duties in force on `day` (default: today in the city)."""
        return Duty.objects.filter(officer=self).in_force(day or clock.today()).select_related("office__parent__parent")


class DutyQuerySet(models.QuerySet["Duty"]):
    """Questions about duties."""

    def in_force(self, day: date) -> Self:
        """Duties that hold on `day`; both ends included."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Duty(models.Model):
    """What an officer may do, at which office, from when to when (domain.md §3)."""

    class Role(models.TextChoices):
        AUXILIARY = "auxiliary", _("auxiliary")
        DESK_OFFICER = "desk_officer", _("hukou desk officer")
        COMMUNITY_OFFICER = "community_officer", _("community officer")
        STATION_LEADER = "station_leader", _("station leader")
        BRANCH_OFFICER = "branch_officer", _("branch hukou officer")
        CITY_OFFICER = "city_officer", _("city hukou officer")
        SEAL_KEEPER = "seal_keeper", _("seal keeper")
        OVERSEER = "overseer", _("overseer")
        SYSTEM_ADMIN = "system_admin", _("system administrator")
        SECURITY_ADMIN = "security_admin", _("security administrator")
        AUDIT_ADMIN = "audit_admin", _("audit administrator")

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="duties")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["officer", "starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="duty_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.UniqueConstraint(name="duty_once_per_start", fields=["officer", "office", "role", "starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.get_role_display()} {self.office}"


class SignInAttempt(models.Model):
    """A failed sign-in, kept to lock a number out for a while (GB/T 22239-2019 8.1.4.1 b)."""

    number = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="signin_number_at", fields=["number", "-at"])]

    def __str__(self) -> str:
        return f"{self.number} {self.at:%F %T}"
