"""The seal register with its custody log, the sealed documents, and each seal put on them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Office

SHA256 = r"^[0-9a-f]{64}$"
SEALING = (
    Duty.Role.DESK_OFFICER,
    Duty.Role.COMMUNITY_OFFICER,
    Duty.Role.STATION_LEADER,
    Duty.Role.BRANCH_OFFICER,
    Duty.Role.CITY_OFFICER,
)
"""Duties whose holders have a seal of their own: they accept, answer, review or decide (domain.md §3)."""


class SealQuerySet(models.QuerySet["Seal"]):
    """Questions about seals."""

    def live(self) -> Self:
        """Neither revoked nor replaced; possibly suspended, locked, run out, or left behind by its holder."""
        return self.filter(stopped_at=None)

    def with_post(self, day: date) -> Self:
        """With `in_post`: whether the holder of a personal seal has a duty that seals at the seal's post on `day`."""
        serving = Duty.objects.in_force(day).filter(
            officer=OuterRef("officer"), office=OuterRef("post"), role__in=SEALING, officer__is_active=True
        )
        return self.annotate(in_post=Exists(serving))

    def left(self, day: date) -> Self:
        """Live personal seals whose holder has no duty at the seal's post any more."""
        return self.live().with_post(day).filter(kind=Seal.Kind.PERSONAL, in_post=False)


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

    class Shape(models.TextChoices):
        ROUND = "round", _("round")
        SQUARE = "square", _("square")
        OVAL = "oval", _("oval")
        OBLONG = "oblong", _("oblong")

    class StopReason(models.TextChoices):
        """RFC 5280 clause 5.3.1, and one of our own: a renewed seal is not revoked, its certificate has a successor."""

        UNSPECIFIED = "unspecified", _("other reason")
        KEY_COMPROMISE = "key_compromise", _("lost, or known to others")
        AFFILIATION_CHANGED = "affiliation_changed", _("holder left the post")
        SUPERSEDED = "superseded", _("another seal takes its place")
        CESSATION = "cessation_of_operation", _("unit or business no longer exists")
        PRIVILEGE_WITHDRAWN = "privilege_withdrawn", _("right to seal withdrawn")
        RENEWED = "renewed", _("renewed")

    kind = models.CharField(max_length=10, choices=Kind)
    shape = models.CharField(max_length=10, choices=Shape, default=Shape.ROUND)
    office = models.ForeignKey("accounts.Office", null=True, on_delete=models.PROTECT, related_name="seals")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="seals")
    post = models.ForeignKey(
        "accounts.Office", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="of a personal seal: the office it was issued for; with the last duty there it stops",
    )  # fmt: skip
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        help_text="of a unit's seal: the officer it was handed to",
    )  # fmt: skip
    title = models.CharField(max_length=120, help_text="as cut into the seal")
    number = models.CharField(max_length=13, blank=True, help_text="of a unit's seal, cut into its lower arc (GA 241)")
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
    suspended_at = models.DateTimeField(null=True)
    suspended_until = models.DateField(null=True, help_text="last day of the suspension; empty: until resumed")
    pin_failures = models.PositiveSmallIntegerField(default=0, help_text="wrong PINs one after the other")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", help_text="renewed")
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=30, choices=StopReason, blank=True)

    in_post: bool
    """Only on a seal read `with_post`."""

    objects = SealQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="seal_in_use_until", fields=["valid_until"], condition=Q(stopped_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="seal_has_its_holder",
                condition=Q(kind="personal", officer__isnull=False, post__isnull=False, office=None, keeper=None)
                | ~Q(kind="personal") & Q(office__isnull=False, officer=None, post=None),
            ),
            models.CheckConstraint(
                name="unit_key_is_no_officers_own", condition=Q(kind="personal") | ~Q(keeping="own")
            ),
            models.CheckConstraint(name="seal_valid_span", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(
                name="seal_stopped_with_reason",
                condition=Q(stopped_at=None, stop_reason="") | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
            ),
            models.CheckConstraint(
                name="seal_suspended_whole", condition=Q(suspended_until=None) | Q(suspended_at__isnull=False)
            ),
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
            models.UniqueConstraint(
                name="one_live_seal_per_number", fields=["number"], condition=Q(stopped_at=None) & ~Q(number="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def algorithms(self) -> str:
        """Its suite as people write it."""
        return {"p256": "P-256"}.get(self.suite, self.suite.upper())

    @property
    def home(self) -> Office:
        """The office it belongs to: a unit's own, an officer's post."""
        home = self.office or self.post
        assert home is not None  # by constraint
        return home


class CustodyEntry(models.Model):
    """One line of a seal's custody log. The database refuses to change or delete it."""

    class Act(models.TextChoices):
        ISSUED = "issued", _("issued")
        HANDED_OVER = "handed_over", _("handed to its keeper")
        PIN_CHANGED = "pin_changed", _("PIN changed")
        LOCKED = "locked", _("locked after wrong PINs")
        UNLOCKED = "unlocked", _("unlocked")
        SUSPENDED = "suspended", _("suspended")
        RESUMED = "resumed", _("resumed")
        REVOKED = "revoked", _("revoked")
        RENEWED = "renewed", _("renewed")
        USED_BY_OTHERS = "used_by_others", _("used by another unit under an authorisation")

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="custody")
    act = models.CharField(max_length=20, choices=Act)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="empty: the system"
    )
    reason = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, help_text="codes, days and numbers; never a PIN")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.act}"


class SealAuthorisation(models.Model):
    """A unit lets another unit, or one officer, use its seals, from day to day (both included)."""

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="whose seals")
    kind = models.CharField(max_length=10, choices=Seal.Kind, blank=True, help_text="empty: every seal of the unit")
    to_office = models.ForeignKey("accounts.Office", null=True, on_delete=models.PROTECT, related_name="+")
    to_officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="authorisation_span", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="authorisation_for_one",
                condition=Q(to_office=None, to_officer__isnull=False) | Q(to_office__isnull=False, to_officer=None),
            ),
            models.CheckConstraint(
                name="authorisation_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.starts_on:%F} {self.ends_on:%F}"


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
            ),
            models.Index(name="document_by_sha256", fields=["sha256"]),
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
        indexes: ClassVar = [
            models.Index(name="seal_by_result", fields=["result_sha256"]),
            # Asked every minute; almost every seal is on.
            models.Index(name="seal_not_on", fields=["signed_at"], condition=~Q(state="applied")),
        ]
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
from .admission import CheckTally  # noqa: E402
from .bulk.models import Batch, BatchItem  # noqa: E402

__all__ = [
    "SEALING",
    "Batch",
    "BatchItem",
    "CheckTally",
    "CustodyEntry",
    "Preparation",
    "Seal",
    "SealApplication",
    "SealAuthorisation",
    "SealedDocument",
]
