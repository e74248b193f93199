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

    class Keeping(models.TextChoices):
        FILE = "file", _("encrypted file on this server")
        TOKEN = "token", _("token or hardware module")
        OWN = "own", _("officer's own UKey")
        PROVINCE = "province", _("e-seal service of the province")

    kind = models.CharField(max_length=10, choices=Kind)
    office = models.ForeignKey("accounts.Office", null=True, on_delete=models.PROTECT, related_name="seals")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="seals")
    title = models.CharField(max_length=120, help_text="as cut into the seal")
    suite = models.CharField(max_length=10, help_text="algorithms, a name of `suites`")
    certificate = models.TextField(help_text="PEM")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the certificate")
    keeping = models.CharField(max_length=10, choices=Keeping, default=Keeping.FILE, help_text="where the key is")
    key_name = models.CharField(
        max_length=80, help_text="encrypted file in the key folder, token/label, or the province's name of the key"
    )
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
            models.CheckConstraint(
                name="unit_key_is_no_officers_own", condition=Q(kind="personal") | ~Q(keeping="own")
            ),
            models.CheckConstraint(name="seal_valid_span", condition=Q(valid_until__gt=F("valid_from"))),
            models.UniqueConstraint(
                name="one_live_personal_seal",
                fields=["officer", "suite"],
                condition=Q(stopped_at=None, kind="personal"),
            ),
            models.UniqueConstraint(
                name="one_live_unit_seal_per_kind",
                fields=["office", "kind", "suite"],
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
    stamped_until = models.DateTimeField(null=True, help_text="until when the newest stamp over it can be checked")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(
                name="document_stamp_runs_out", fields=["stamped_until"], condition=Q(stamped_until__isnull=False)
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_document_per_revision", fields=["case", "kind", "revision"]),
            models.CheckConstraint(name="document_sha256_hex", condition=Q(sha256__regex=SHA256)),
        ]

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
    stamped_at = models.DateTimeField(null=True, help_text="when a time-stamping service proves the seal was there")
    stamped_by = models.CharField(max_length=200, blank=True, help_text="address of that service, or `own`")

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


class Preparation(models.Model):
    """What was laid out for an officer's own UKey to sign: bytes and digests, never a key or a PIN."""

    token = models.CharField(max_length=40, primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    binding = models.CharField(
        max_length=64, help_text="SHA-256 of the act: officer, case, level, opinion, digest of the look"
    )
    revision = models.PositiveSmallIntegerField(default=0, help_text="of the case file; 0 where no document is signed")
    document_sha256 = models.CharField(max_length=64, blank=True, help_text="of the document before this seal")
    prepared_sha256 = models.CharField(max_length=64, blank=True, help_text="of the bytes with the empty place")
    place_start = models.PositiveIntegerField(default=0)
    place_end = models.PositiveIntegerField(default=0)
    covers = models.CharField(max_length=128, blank=True, help_text="digest of the document as signed")
    attributes = models.BinaryField(help_text="what the key signs")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="preparation_binding_hex", condition=Q(binding__regex=SHA256)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.officer_id}"


# Django finds models where it looks for them: in this module.
from .bulk.models import Batch, BatchItem  # noqa: E402

__all__ = ["Batch", "BatchItem", "Preparation", "Seal", "SealApplication", "SealedDocument"]
