"""Tables officers keep, and what counting anew has found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedTable(models.Model):
    """A table somebody keeps under a name: the parameters of its address, never its numbers."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        "accounts.Office", null=True, on_delete=models.PROTECT, related_name="+", help_text="shared with its officers"
    )
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=2000, help_text="parameters, as `questions.Question.address`")
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="table_named_once", fields=["owner", "name"]),
            models.CheckConstraint(name="table_has_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class Recount(models.Model):
    """A cube was counted anew from the trail: which months, and what was found. No evidence; it raises the alert."""

    cube = models.CharField(max_length=30)
    at = models.DateTimeField()
    months = models.PositiveIntegerField(help_text="how many were counted")
    facts = models.PositiveIntegerField(help_text="counted anew from the trail")
    differences = models.PositiveIntegerField(help_text="0: every figure was what it should be")
    found = models.JSONField(default=list, help_text="the first differences: measure, office, month, told, recounted")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(name="recount_of_cube", fields=["cube", "-id"])]

    def __str__(self) -> str:
        return f"recount of {self.cube}: {self.differences} differences"
