"""Persons as far as cases need them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Person(models.Model):
    """A citizen met in a case. A newborn has no ID number yet; nobody else is without one."""

    class Sex(models.TextChoices):
        """GB/T 2261.1."""

        UNKNOWN = "0"
        MALE = "1"
        FEMALE = "2"
        UNSTATED = "9"

    id_number = models.CharField(max_length=18, null=True, blank=True, unique=True, help_text="GB 11643-1999")
    name = models.CharField(max_length=100)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="person_id_number_shape", condition=Q(id_number=None) | Q(id_number__regex=r"^\d{17}[\dX]$")
            ),
        ]

    def __str__(self) -> str:
        return self.name
