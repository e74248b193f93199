"""A case, its material slots, and the pages placed in them."""

from __future__ import annotations

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hukou.accounts.models import Office
from hukou.kernel.errors import NotFound

from .derived import CaseParty, SearchEntry
from .timesheet import StepClock, Suspension

__all__ = [
    "Case",
    "CaseParty",
    "HeldPage",
    "Letter",
    "Material",
    "MaterialPage",
    "NumberCounter",
    "SearchEntry",
    "StepClock",
    "Suspension",
    "within",
]


def within(office: Office) -> Q:
    """Cases whose station is `office` or lies under it.

    Said about the station's key alone, without a join, so that the indexes on it serve a branch and the city too.
    """
    if office.level == Office.Level.STATION:
        return Q(station=office)
    return Q(
        station__in=Office.objects.filter(Q(pk=office.pk) | Q(parent=office) | Q(parent__parent=office)).order_by()
    )


OVER = ("filed", "withdrawn", "not_accepted")
"""What every case ends as. The indexes of what is under way leave these out."""


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions about cases; never writes."""

    def within(self, office: Office) -> Self:
        """Cases of `office` and of every office under it (invariant 13 of domain.md)."""
        return self.filter(within(office))

    def awaiting(self, office: Office, role: str) -> Self:
        """Cases whose next decision belongs to `role` at `office`."""
        return self.filter(status=Case.Status.IN_REVIEW, awaiting_office=office, awaiting_role=role)

    def under_way(self) -> Self:
        """Cases about which something is still to be done: never those that are over, which only grow in number."""
        return self.exclude(status__in=OVER)

    def lock(self, case_id: int) -> Case:
        """The case, locked for this transaction (lock order everywhere: process, then case).

        Raises NotFound when there is none.
        """
        # Locked first and read afterwards: a joined row found before the wait may no longer belong to the case.
        if not self.select_for_update().filter(pk=case_id).values_list("pk").first():
            raise NotFound
        return self.with_context().get(pk=case_id)

    def with_context(self) -> Self:
        """With the rows every screen and rule asks for."""
        return self.select_related(
            "station__parent__parent",
            "subtype__catalogue",
            "applicant",
            "awaiting_office",
            "accepted_by",
            "claimed_by",
        )

    def in_lines(self) -> Self:
        """With what a line of a list shows, and nothing wide: of a page of cases nobody reads the forms."""
        joined = self.select_related(None).select_related(
            "station", "subtype__catalogue", "awaiting_office", "claimed_by"
        )
        return joined.defer("form", "subtype__data", "subtype__catalogue__meta")


# What was typed, as it was before each change, whoever or whatever changed the row. To read; no evidence.
@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    fields=["applicant", "applicant_name", "applicant_phone", "form", "facts", "judged"],
    obj_field=pghistory.ObjForeignKey(related_name="earlier_forms", related_query_name="earlier_form"),
    context_field=None,  # type: ignore[arg-type]  # documented: no context is kept
    model_name="EarlierForm",
)
class Case(models.Model):
    """One request of one citizen, of one sub-type (办件).

    A clerk opens a DRAFT and accepts it (ACCEPTED: numbered; catalogue version and chain copied), or turns it
    away: NOT_ACCEPTED. Handing up makes it IN_REVIEW at level 1; each level approves and seals until the last
    decides: APPROVED or REFUSED. A level may instead send it back: RETURNED, and the station hands it up again.
    Before a decision somebody may be asked first, an investigator or another station: SUSPENDED until the answer.
    WITHDRAWN is the applicant's way out before a decision. An approved case is COMPLETED when its result is in the
    population system; a completed or refused case is closed into the archive: FILED. Nothing leaves FILED; pages
    added later are a late capture.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACCEPTED = "accepted", _("accepted")
        IN_REVIEW = "in_review", _("in review")
        RETURNED = "returned", _("returned for supplement")
        SUSPENDED = "suspended", _("suspended for an enquiry")
        APPROVED = "approved", pgettext_lazy("case", "approved")
        REFUSED = "refused", pgettext_lazy("case", "refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        NOT_ACCEPTED = "not_accepted", _("not accepted")
        COMPLETED = "completed", _("completed")
        FILED = "filed", _("filed")

    number = models.CharField(
        max_length=29,
        null=True,
        blank=True,
        unique=True,
        help_text="unit(12) + yyyymmdd + sub-type(4) + sequence(5), given at acceptance",
    )
    # Keys nobody searches by have no index of their own: every case is written many times, and each index with it.
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="cases")
    subtype = models.ForeignKey("catalogue.SubType", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)

    applicant = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField(max_length=100, help_text="as stated in this case")
    applicant_phone = models.CharField(max_length=20, blank=True)
    form = models.JSONField(default=dict, help_text="what the application form says: field → text")
    facts = models.JSONField(default=list, help_text="catalogue facts that hold, e.g. ['proxy']")
    judged = models.JSONField(default=list, help_text="material codes the officer ticked as applicable")
    lacking = models.JSONField(default=list, help_text="acceptance materials still missing: projection, see `lacking`")
    page_count = models.PositiveIntegerField(default=0, help_text="pages that lie in its slots: projection")
    captured_at = models.DateTimeField(
        null=True, help_text="first moment after acceptance at which no acceptance material was missing: projection"
    )

    session = models.ForeignKey(
        "capture.CaptureSession", on_delete=models.PROTECT, related_name="+", help_text="where new pages go"
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    deferred_reason = models.CharField(max_length=200, blank=True, help_text="延迟采录: why pages come later")
    capture_due_at = models.DateTimeField(null=True, help_text="acceptance plus the sub-type's capture hours")
    due_at = models.DateTimeField(null=True, help_text="projection of the case's budget of working time")
    step_due_at = models.DateTimeField(null=True, help_text="projection of the present step's budget of working time")
    step_soon_at = models.DateTimeField(null=True, help_text="when four fifths of the step's budget are used")
    catalogue_version = models.CharField(max_length=40, blank=True)
    chain = models.JSONField(default=list, help_text="steps copied at acceptance")

    level = models.PositiveSmallIntegerField(
        default=0, help_text="1-based step the case is at; 0 before it is handed up"
    )
    awaiting_role = models.CharField(max_length=20, blank=True)
    awaiting_office = models.ForeignKey(
        "accounts.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    awaiting_since = models.DateTimeField(null=True)
    revision = models.PositiveSmallIntegerField(default=0, help_text="of the case file; rises when content changed")

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        help_text="who took the task",
    )
    claimed_at = models.DateTimeField(null=True)

    closed_at = models.DateTimeField(null=True, help_text="when the last decision fell, or the withdrawal")
    closing_reason = models.CharField(max_length=200, blank=True, help_text="why it was not accepted or withdrawn")
    closing_basis = models.CharField(max_length=200, blank=True, help_text="the rule that forbade to accept it")
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    completed_at = models.DateTimeField(null=True)
    completion_number = models.CharField(max_length=40, blank=True, help_text="of the entry in the population system")
    filed_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_numbered_once_accepted",
                condition=Q(status__in=("draft", "not_accepted"), number=None)
                | ~Q(status__in=("draft", "not_accepted"))
                & Q(number__isnull=False, accepted_by__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_awaits_only_under_way",
                condition=Q(status__in=("in_review", "suspended")) | Q(awaiting_role="", awaiting_office=None),
            ),
            models.CheckConstraint(
                name="case_claimed_only_while_awaited",
                condition=Q(claimed_by=None, claimed_at=None)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False, awaiting_office__isnull=False),
            ),
            models.CheckConstraint(
                name="case_turned_away_with_reason",
                condition=~Q(status="not_accepted") | ~Q(closing_reason="") & ~Q(closing_basis=""),
            ),
            models.CheckConstraint(
                name="case_completed_whole",
                condition=Q(completed_by=None, completed_at=None)
                | Q(completed_by__isnull=False, completed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_filed_has_time", condition=~Q(status="filed") | Q(filed_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="case_inbox",
                fields=["awaiting_office", "awaiting_role", "step_due_at", "id"],
                include=["claimed_by"],
                condition=Q(status="in_review"),
            ),
            models.Index(name="case_of_station", fields=["station", "-id"]),
            models.Index(
                name="case_under_way",
                fields=["station", "status", "-id"],
                include=["capture_due_at"],
                condition=~Q(status__in=OVER),  # almost every case ends as one of these
            ),
            models.Index(
                name="case_capture_due",
                fields=["capture_due_at"],
                condition=Q(status__in=("accepted", "in_review", "returned", "suspended")),
            ),
            models.Index(name="case_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="case_step_due", fields=["step_due_at"], condition=Q(step_due_at__isnull=False)),
            models.Index(name="case_step_soon", fields=["step_soon_at"], condition=Q(step_soon_at__isnull=False)),
            # What an inspection draws from: the cases of a week or a month, among all that were ever closed.
            models.Index(name="case_closed", fields=["closed_at"], condition=Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def step(self) -> str:
        """Name of the chain step the case is at, or "" before it is handed up."""
        return self.chain[self.level - 1] if 0 < self.level <= len(self.chain) else ""


class Material(models.Model):
    """One slot of a case: a material line of its sub-type.

    What the line asks for is read from the case's own sub-type row, which is never changed after loading.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(name="material_once_per_case", fields=["case", "code"])]

    def __str__(self) -> str:
        return self.code


class HeldPage(models.Model):
    """A page the quality check doubts: stored, but in no slot until somebody keeps it with a reason, or drops it."""

    class Level(models.TextChoices):
        WARN = "warn", _("doubtful")
        REFUSE = "refuse", _("not fit")

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="held")
    page = models.ForeignKey("capture.Page", on_delete=models.PROTECT, related_name="held")
    replaces = models.ForeignKey("MaterialPage", null=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level)
    doubts = models.JSONField(default=list, help_text="doubts of the case, beside the findings of the page")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    kept = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was kept")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="held_page_settled_whole",
                condition=Q(settled_at=None, settled_by=None, kept=False)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(name="held_page_kept_with_reason", condition=Q(kept=False) | ~Q(reason="")),
            models.UniqueConstraint(name="page_held_once", fields=["page"], condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"held {self.pk}"


class MaterialPage(models.Model):
    """A page placed in a slot. Never removed: it may only be superseded, with who, when and why."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="placements")
    page = models.ForeignKey("capture.Page", on_delete=models.PROTECT, related_name="placements")
    held = models.ForeignKey(
        HeldPage,
        null=True,
        on_delete=models.PROTECT,
        related_name="placements",
        help_text="the doubt it was kept in spite of",
    )
    position = models.PositiveSmallIntegerField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    superseded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    superseded_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["material__position", "position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="placement_superseded_whole",
                condition=Q(superseded_at=None, superseded_by=None)
                | Q(superseded_at__isnull=False, superseded_by__isnull=False) & ~Q(superseded_reason=""),
            ),
            models.UniqueConstraint(
                name="page_placed_once_while_live", fields=["page"], condition=Q(superseded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id}/{self.position}"


class NumberCounter(models.Model):
    """The last running number given under a prefix; raised in the accepting transaction."""

    prefix = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last}"


class Letter(models.Model):
    """A written answer to the applicant (受理回执, 补正告知书 …): the stored PDF is printed again byte for byte.

    Made once per cause; a second cause of the same kind is the next revision. Never changed, but for the handing over.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, help_text="name of a registered kind, see workflows.cases.letters")
    cause = models.CharField(max_length=64, help_text="what gave rise to it; the same cause never makes a second one")
    number = models.CharField(max_length=40, unique=True, help_text="mark-unit(12)-year-sequence(5), without gaps")
    revision = models.PositiveSmallIntegerField(help_text="1-based, per case and kind")
    check_code = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, help_text="of the PDF in the store")
    office = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_letter_per_cause", fields=["case", "kind", "cause"]),
            models.UniqueConstraint(name="letter_revision_once", fields=["case", "kind", "revision"]),
            models.CheckConstraint(
                name="letter_handed_over_whole",
                condition=Q(handed_over_at=None, handed_over_by=None)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number
