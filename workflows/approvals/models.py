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

    class VoidReason(models.TextChoices):
        CONTENT_CHANGED = "content_changed", _("the supplement changed what it covered")
        ANSWERED = "answered", _("the return has been answered")

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
    content_digest = models.CharField(max_length=64)
    application = models.OneToOneField(
        "seals.SealApplication", null=True, on_delete=models.PROTECT, related_name="decision"
    )
    decided_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.CharField(max_length=20, choices=VoidReason, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_live_decision_per_level", fields=["case", "level"], condition=Q(voided_at=None)
            ),
            models.CheckConstraint(
                name="decision_sealed_unless_return", condition=Q(outcome="return") | Q(application__isnull=False)
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

    def __str__(self) -> str:
        return self.number


class OutboxMessage(models.Model):
    """A text to be handed to the SMS gateway of the station: case number and sub-type only (domain.md §4.5)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="messages")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=140)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_message_per_case_kind", fields=["case", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
