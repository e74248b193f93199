"""The running chain of a case, its decisions, its notice, and the messages to be sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from .steps import STEPS


class CaseProcess(Process):
    """A Viewflow process that walks the chain held on its case.

    Its row is the lock of everything that happens to a case under way: process first, then case.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="process")
    level = models.PositiveSmallIntegerField(default=1, help_text="1-based step being decided or sealed")
    outcome = models.CharField(max_length=10, blank=True, help_text="outcome of the last decision")
    revision = models.PositiveSmallIntegerField(default=1, help_text="of the case file the decisions cover")


class Decision(models.Model):
    """What one officer decided at one level, over exactly which content.

    A voided decision stays, with when and why: content it covered was changed, or its return was answered.
    """

    class Outcome(models.TextChoices):
        APPROVE = "approve", _("approved")
        RETURN = "return", _("returned for supplement")
        REFUSE = "refuse", _("refused")
        RECALL = "recall", _("called back by a leader")

    UNSEALED = (Outcome.RETURN, Outcome.RECALL)
    """Outcomes that send the case back to its station and put no seal on."""

    class VoidReason(models.TextChoices):
        CONTENT_CHANGED = "content_changed", _("the supplement changed what it covered")
        ANSWERED = "answered", _("the return has been answered")
        RECALLED = "recalled", _("a leader called the case back")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="decisions")
    level = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(help_text="of the case file")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    officer_name = models.CharField(max_length=40)
    office_name = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome)
    opinion = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=200, blank=True)
    missing = models.JSONField(
        default=list, help_text="of a return: what must be brought, material codes and lines in words"
    )
    deputation = models.ForeignKey(
        "Deputation", null=True, on_delete=models.PROTECT, related_name="+", help_text="in whose stead it was decided"
    )
    alone = models.BooleanField(
        default=False, help_text="one officer accepted and decided it on the spot; marked for sampling (抽查)"
    )
    content_digest = models.CharField(max_length=64)
    application = models.OneToOneField(
        "seals.SealApplication", null=True, on_delete=models.PROTECT, related_name="decision"
    )
    decided_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.CharField(max_length=20, choices=VoidReason, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(name="decisions_to_sample", fields=["decided_at"], condition=Q(alone=True, voided_at=None))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_live_decision_per_level", fields=["case", "level"], condition=Q(voided_at=None)
            ),
            models.CheckConstraint(
                name="decision_sealed_unless_return",
                condition=Q(outcome__in=("return", "recall")) | Q(application__isnull=False),
            ),
            models.CheckConstraint(name="refusal_has_legal_basis", condition=~Q(outcome="refuse") | ~Q(legal_basis="")),
            models.CheckConstraint(name="decision_has_opinion", condition=~Q(opinion="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.level} {self.outcome}"

    @property
    def step_label(self) -> str:
        """What the step is called, in the current language."""
        return str(STEPS[self.step].label)


class Enquiry(models.Model):
    """What must be known before the case goes on, asked of an office; the case is suspended until it answers.

    The catalogue asks for investigations and public notices of some sub-types; an officer whose turn it is may ask
    for an investigation, or ask another station to co-sign, of any.
    """

    class Kind(models.TextChoices):
        INVESTIGATION = "investigation", _("investigation")
        COSIGN = "cosign", _("co-signature of another station")
        PUBLIC_NOTICE = "public_notice", _("public notice")

    class Result(models.TextChoices):
        POSITIVE = "positive", _("nothing stands against it")
        NEGATIVE = "negative", _("something stands against it")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="enquiries")
    kind = models.CharField(max_length=20, choices=Kind)
    level = models.PositiveSmallIntegerField(help_text="that asked; 0: the station, before handing up")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="who answers")
    question = models.CharField(max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    posted_on = models.DateField(null=True, help_text="of a public notice: the day it was put up")
    ends_on = models.DateField(null=True, help_text="of a public notice: its last day")
    result = models.CharField(max_length=10, choices=Result, blank=True)
    answer = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_open_enquiry_per_case", fields=["case"], condition=Q(answered_at=None)),
            models.CheckConstraint(
                name="enquiry_answered_whole",
                condition=Q(answered_at=None, answered_by=None, result="", answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(result="") & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="public_notice_has_days",
                condition=~Q(kind="public_notice") | Q(posted_on__isnull=False, ends_on__gt=models.F("posted_on")),
            ),
            models.CheckConstraint(name="enquiry_has_question", condition=~Q(question="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Deputation(models.Model):
    """For some days one officer decides in another's stead (domain.md §3: a dated authorisation).

    Only a duty one holds oneself can be given, so there is no deputy of a deputy.
    """

    duty = models.ForeignKey("accounts.Duty", on_delete=models.PROTECT, related_name="deputations")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputations")
    starts_on = models.DateField()
    ends_on = models.DateField()
    categories = models.JSONField(default=list, help_text="catalogue categories it is for; empty: all")
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="deputation_ends_after_start", condition=Q(ends_on__gte=models.F("starts_on"))),
            models.CheckConstraint(name="deputation_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="deputation_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.duty_id}"


class Urging(models.Model):
    """The station asked the office whose turn it is to hurry (催办)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="urgings")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="who was urged")
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    urged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    urged_on = models.DateField()
    urged_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="urged_once_a_day", fields=["case", "urged_on"]),
            models.CheckConstraint(name="urging_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.urged_on}"


class SeenContent(models.Model):
    """The content a decision was made over, kept so that the officer can be shown what changed since.

    Pages are never overwritten, but the form is; its digest alone could not say which field read otherwise.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    content = models.JSONField(help_text="as workflows.cases.folders.content")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="content_kept_once", fields=["case", "digest"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.digest[:12]}"


class CaseView(models.Model):
    """The last time an officer had the decision page of a case open, and exactly what it showed."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="views")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text="of the content shown")
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_view_per_officer", fields=["officer", "case"])]

    def __str__(self) -> str:
        return f"{self.officer_id} saw {self.case_id}"


class NoticeIssue(models.Model):
    """The sealed electronic notice (通知单) of a case, and when the station read it."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="notice")
    number = models.CharField(max_length=40, unique=True)
    check_code = models.CharField(max_length=16, unique=True)
    document = models.OneToOneField("seals.SealedDocument", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_read_whole",
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="notice_unread", fields=["case"], condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.number
