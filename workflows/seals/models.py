"""The seal register, the sealed documents, and each seal put on them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

SHA256 = r"^[0-9a-f]{64}$"


class Seal(models.Model):
    """One seal: an officer's own (民警签章) or a unit's (户口专用章, 户政审批专用章), with picture and certificate."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("officer's seal")
        HUKOU = "hukou", _("hukou seal of a unit")
        APPROVAL = "approval", _("approval seal of a unit")

    kind = models.CharField(max_length=10, choices=Kind)
    office = models.ForeignKey("accounts.Office", null=True, on_delete=models.PROTECT, related_name="seals")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="seals")
    title = models.CharField(max_length=120, help_text="as cut into the seal")
    suite = models.CharField(max_length=10, help_text="algorithms, a name of `suites`")
    certificate = models.TextField(help_text="PEM")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the certificate")
    key_name = models.CharField(max_length=80, help_text="file in the key folder; the key in it is encrypted")
    drawing = models.JSONField(help_text="finished outlines")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="seal_has_its_holder",
                condition=Q(kind="personal", officer__isnull=False, office=None)
                | ~Q(kind="personal") & Q(office__isnull=False, officer=None),
            ),
            models.CheckConstraint(name="seal_valid_span", condition=Q(valid_until__gt=F("valid_from"))),
            models.UniqueConstraint(
                name="one_live_personal_seal", fields=["officer"], condition=Q(stopped_at=None, kind="personal")
            ),
            models.UniqueConstraint(
                name="one_live_unit_seal_per_kind",
                fields=["office", "kind"],
                condition=Q(stopped_at=None) & ~Q(kind="personal"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SealedDocument(models.Model):
    """A PDF that carries seals. Its bytes are never rewritten; each seal adds to them and `sha256` moves on."""

    class Kind(models.TextChoices):
        CASE_FILE = "case_file", _("case file")
        NOTICE = "notice", _("notice")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    revision = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, help_text="of the newest bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    fields = models.JSONField(help_text="signature fields in signing order")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_document_per_revision", fields=["case", "kind", "revision"]),
            models.CheckConstraint(name="document_sha256_hex", condition=Q(sha256__regex=SHA256)),
        ]
        indexes: ClassVar = [models.Index(name="document_by_sha256", fields=["sha256"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id} r{self.revision}"


class SealApplication(models.Model):
    """One level's seal on one document: signed with the decision, put on by a job, never lost in between."""

    class State(models.TextChoices):
        PENDING = "pending", _("being put on")
        APPLIED = "applied", _("on")
        FAILED = "failed", _("failed")

    document = models.ForeignKey(SealedDocument, on_delete=models.PROTECT, related_name="applications")
    level = models.PositiveSmallIntegerField(help_text="1-based; 0 on a notice")
    step = models.CharField(max_length=20)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    unit_seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=120, help_text="as it was at signing")
    field = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    prepared_sha256 = models.CharField(max_length=64, help_text="of the bytes with the empty place")
    place_start = models.PositiveIntegerField()
    place_end = models.PositiveIntegerField()
    signature = models.BinaryField(help_text="DER of the CMS SignedData")
    result_sha256 = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    signed_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_seal_per_level", fields=["document", "level"]),
            models.CheckConstraint(
                name="applied_seal_has_result",
                condition=~Q(state="applied") | Q(applied_at__isnull=False) & Q(result_sha256__regex=SHA256),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.level} {self.state}"


# Django finds models where it looks for them: in this module.
from .admission import CheckTally  # noqa: E402
from .bulk.models import Batch, BatchItem  # noqa: E402

__all__ = ["Batch", "BatchItem", "CheckTally", "Seal", "SealApplication", "SealedDocument"]
