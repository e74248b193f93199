"""Inspection: who inspects how often, what is due, what was drawn, what was found, and what was sent down to be put right."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Office
from hukou.kernel import clock

from . import periods, selection

DIGEST = r"^[0-9a-f]{64}$"


class Plan(models.Model):
    """Who inspects how often and how much: one version for all offices of a level. Append-only; the newest begun holds."""

    class Cadence(models.TextChoices):
        WEEK = periods.WEEK, _("every week")
        MONTH = periods.MONTH, _("every month")
        NEVER = "never", _("not at all")

    level = models.CharField(max_length=10, choices=Office.Level)
    version = models.PositiveSmallIntegerField(help_text="from 1, per level")
    cadence = models.CharField(max_length=5, choices=Cadence)
    key_percent = models.PositiveSmallIntegerField(default=100, help_text="of key business, per cent")
    share_permille = models.PositiveSmallIntegerField(default=50, help_text="of everything else, per thousand")
    least = models.PositiveSmallIntegerField(default=2, help_text="of everything else, at each station")
    grace_days = models.PositiveSmallIntegerField(default=2, help_text="working days after the end of the period")
    order_days = models.PositiveSmallIntegerField(
        default=5, help_text="working days to answer an order, unless it says"
    )
    starts_on = models.DateField(help_text="the first day of the first period it holds for")
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="null: the system"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["level", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="plan_version_once", fields=["level", "version"]),
            models.CheckConstraint(name="plan_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="plan_of_bureaus", condition=Q(level__in=("branch", "city"))),
            models.CheckConstraint(
                # DA/T 31-2017, 12: what no machine can check is sampled, at least 5 %.
                name="plan_not_below_the_floor",
                condition=Q(share_permille__gte=50, share_permille__lte=1000, key_percent__gte=5, key_percent__lte=100),
            ),
            models.CheckConstraint(name="plan_order_has_days", condition=Q(order_days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.level} v{self.version}"

    @property
    def shares(self) -> selection.Shares:
        """What the draw needs of it."""
        return selection.Shares(self.key_percent, self.share_permille, self.least)


class InspectionDuty(models.Model):
    """An office has to inspect in a period (抽查): what was closed in the period before is drawn from.

    The row is there though nobody opened a page. Its seed was fixed and published when the row was made; the
    database refuses to change it, or a sample once drawn.
    """

    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8, help_text='"2026-W48" or "2026-11"')
    starts_on = models.DateField()
    ends_on = models.DateField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="end of the period plus the plan's grace, by the calendar in force")
    seed = models.CharField(max_length=64)
    seed_size = models.BigIntegerField(help_text="of the trail's log whose root went into the seed")
    seed_root = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="null: the system"
    )
    frame = models.BinaryField(null=True, help_text="what was drawn from: canonical lines, zlib")
    frame_sha256 = models.CharField(max_length=64, blank=True, help_text="of the canonical lines")
    tally = models.JSONField(default=list, help_text="per station: key, office, population, key business, drawn")
    concluded_at = models.DateTimeField(null=True)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.CharField(max_length=1000, blank=True, help_text="what the inspection came to, in words")

    class Meta:
        ordering: ClassVar = ["-starts_on", "office"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="inspection_once_a_period", fields=["office", "period"]),
            models.CheckConstraint(name="inspection_period_ends", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="inspection_has_a_seed", condition=Q(seed__regex=DIGEST, seed_root__regex=DIGEST)
            ),
            models.CheckConstraint(
                name="inspection_drawn_whole",
                condition=Q(drawn_at=None, drawn_by=None, frame=None, frame_sha256="")
                | Q(drawn_at__isnull=False, frame__isnull=False, frame_sha256__regex=DIGEST),
            ),
            models.CheckConstraint(
                name="inspection_concluded_whole",
                condition=Q(concluded_at=None, concluded_by=None, record="")
                | Q(concluded_at__isnull=False, concluded_by__isnull=False, drawn_at__isnull=False) & ~Q(record=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="inspection_undone", fields=["due_at"], condition=Q(concluded_at=None)),
            models.Index(name="inspection_of_period", fields=["starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.period}"

    @property
    def of_cases_from(self) -> periods.Period:
        """The period whose cases are inspected: the one before."""
        return periods.read(self.period).before

    @property
    def state(self) -> str:
        """done | late (overdue) | drawn (under way) | due."""
        if self.concluded_at:
            return "done"
        if self.due_at <= clock.now():
            return "late"
        return "drawn" if self.drawn_at else "due"

    @property
    def done_late(self) -> bool:
        """Concluded after it was due."""
        return self.concluded_at is not None and self.concluded_at > self.due_at


class Sample(models.Model):
    """A case that was drawn, and what a look at it came to. A case drawn stays drawn."""

    class Stratum(models.TextChoices):
        KEY = selection.KEY, _("key business")
        RANDOM = selection.RANDOM, _("by lot")
        PICKED = selection.PICKED, _("chosen with a reason")

    class Verdict(models.TextChoices):
        IN_ORDER = "in_order", _("in order")
        FINDINGS = "findings", _("findings")

    duty = models.ForeignKey(InspectionDuty, on_delete=models.PROTECT, related_name="samples")
    place = models.PositiveIntegerField(help_text="number in the list, from 1")
    subject = models.CharField(max_length=80, help_text="app.model:key, e.g. cases.case:17")
    title = models.CharField(max_length=60, help_text="the case number")
    case_id = models.BigIntegerField(null=True)
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="who accepted it"
    )
    stratum = models.CharField(max_length=6, choices=Stratum)
    weight = models.PositiveSmallIntegerField(default=1)
    risks = ArrayField(models.CharField(max_length=40), default=list)
    lot = models.CharField(max_length=64, blank=True, help_text="the lowest of its lots")
    reason = models.CharField(max_length=200, blank=True, help_text="why it was chosen by hand")
    picked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["duty", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="sample_once_per_inspection", fields=["duty", "subject"]),
            models.UniqueConstraint(name="sample_place_once", fields=["duty", "place"]),
            models.CheckConstraint(
                name="sample_reviewed_whole",
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(verdict=""),
            ),
            models.CheckConstraint(
                name="sample_picked_with_reason",
                condition=~Q(stratum="picked") & Q(reason="", picked_by=None) & ~Q(lot="")
                | Q(stratum="picked", picked_by__isnull=False, lot="") & ~Q(reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="sample_reviewed", fields=["reviewed_at"]),
            models.Index(name="sample_of_subject", fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}/{self.place} {self.subject}"


class Order(models.Model):
    """A rectification order (核查下发): what a station has to put right, by when. Its life stands in its turns."""

    class State(models.TextChoices):
        OPEN = "open", _("to be answered")
        ANSWERED = "answered", _("answered, second look due")
        ACCEPTED = "accepted", _("put right")
        WITHDRAWN = "withdrawn", _("withdrawn")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=40, unique=True, help_text="unit(12)-HC-year-sequence(4), without gaps")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="who sent it")
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+", help_text="who answers")
    text = models.CharField(max_length=1000)
    listed = ArrayField(models.BigIntegerField(), help_text="findings it was sent for, also when it was withdrawn")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1, help_text="rises when it is sent back")
    working_days = models.PositiveSmallIntegerField(help_text="of this round")
    since = models.DateTimeField(help_text="when this round began")
    due_at = models.DateTimeField(help_text="projection of the working days by the calendar in force")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text="the last time")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="order_closed_whole",
                condition=Q(state__in=("open", "answered"), closed_at=None)
                | Q(state__in=("accepted", "withdrawn"), closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_answered_has_time", condition=~Q(state="answered") | Q(answered_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="order_under_way", fields=["station", "due_at"], condition=Q(closed_at=None)),
            models.Index(name="order_of_sender", fields=["office", "due_at"], condition=Q(closed_at=None)),
            models.Index(name="order_issued", fields=["issued_at"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def late(self) -> bool:
        """Not answered and past its time."""
        return self.state == self.State.OPEN and self.due_at <= clock.now()


class OrderTurn(models.Model):
    """One thing that was done to an order, with its words. Append-only."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("sent down")
        ANSWERED = "answered", _("answered")
        SENT_BACK = "sent_back", _("sent back")
        ACCEPTED = "accepted", _("put right")
        WITHDRAWN = "withdrawn", _("withdrawn")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="turns")
    kind = models.CharField(max_length=10, choices=Kind)
    round = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="the time it set")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.CheckConstraint(name="order_turn_has_words", condition=~Q(words=""))]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class OrderCounter(models.Model):
    """The last number an office gave an order in a year; raised in the issuing transaction."""

    prefix = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last}"


class Finding(models.Model):
    """One thing that is not as it should be. Dropped before the verdict it stays, struck out."""

    class Kind(models.TextChoices):
        # domain.md §4.1
        NOT_UPLOADED = "not_uploaded", _("nothing uploaded")
        INCOMPLETE = "incomplete", _("required item missing")
        LATE = "late", _("uploaded late")
        AGAINST_RULES = "against_rules", _("captured against the rules")
        ADDED_LATER = "added_later", _("added after filing without need")
        # what only reading finds
        WRONG_DOCUMENT = "wrong_document", _("wrong document in this place")
        ILLEGIBLE = "illegible", _("illegible image")
        NO_SIGNATURE = "no_signature", _("signature missing")
        NO_SEAL = "no_seal", _("seal missing")
        DATA_DIFFERS = "data_differs", _("data differs from the papers")
        WRONG_BASIS = "wrong_basis", _("wrong basis of the decision")
        PROCEDURE = "procedure", _("step left out or done by the wrong person")
        OTHER = "other", _("something else")

    class Severity(models.IntegerChoices):
        MINOR = 1, _("minor")
        SERIOUS = 2, _("serious")
        GRAVE = 3, _("grave")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=Kind)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    material = models.CharField(max_length=40, blank=True, help_text="code of the material; blank: the whole case")
    page = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the page; blank: no single page")
    words = models.CharField(max_length=400)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="who answers for it"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="findings")
    rectified_at = models.DateTimeField(null=True, help_text="when the order's answer was accepted")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="finding_has_words", condition=~Q(words="")),
            models.CheckConstraint(name="finding_severity_known", condition=Q(severity__in=(1, 2, 3))),
            models.CheckConstraint(name="finding_page_of_a_material", condition=Q(page="") | ~Q(material="")),
            models.CheckConstraint(
                name="finding_dropped_whole",
                condition=Q(dropped_at=None, dropped_by=None) | Q(dropped_at__isnull=False, dropped_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_rectified_by_order", condition=Q(rectified_at=None) | Q(order__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.kind}"
