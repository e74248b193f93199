"""What is read from the form of a case and can be made anew: the words it is found by, the people beside the applicant."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaseParty(models.Model):
    """Somebody a case names by ID number beside its applicant. Read anew from the form whenever that is saved."""

    class Role(models.TextChoices):
        SUBJECT = "subject", _("person concerned")
        PROXY = "proxy", _("proxy")
        WITNESS = "witness", _("witness")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=7, choices=Role)
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="party_once_per_role", fields=["case", "role"])]
        indexes: ClassVar = [models.Index(name="party_is", fields=["person", "role"])]

    def __str__(self) -> str:
        return f"{self.role} of {self.case_id}"


class SearchEntry(models.Model):
    """What search finds a case by (see `searching`). Made from the case; can be made anew at any time."""

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="search")
    words = ArrayField(models.CharField(max_length=30))
    names = models.CharField(max_length=310, help_text="cleaned names, a line each")
    secret = models.BooleanField(default=False, help_text="adoption: found by its whole case number only")

    class Meta:
        indexes: ClassVar = [GinIndex(name="search_words", fields=["words"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="secret_case_has_no_words", condition=Q(secret=False) | Q(words=[], names="")),
        ]

    def __str__(self) -> str:
        return f"search {self.case_id}"
