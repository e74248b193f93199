"""Where the paper of filed cases is: the track a case was filed under, and cabinets, boxes, volumes and what lies in them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hukou.kernel.errors import NotFound

from .lending import Difference, Loan

__all__ = ["Box", "Cabinet", "Difference", "Loan", "Move", "Paper", "Track", "TrackRule", "Volume", "VolumeItem"]


class Track(models.TextChoices):
    """Whether paper is kept beside the electronic file (双轨制), or the electronic file alone (单套制)."""

    DUAL = "dual", _("paper and electronic file")
    SINGLE = "single", _("electronic file alone")


class TrackRule(models.Model):
    """From a day on, the track of one sub-type, with who decided it on what basis. Never changed; the newest that has begun holds.

    A sub-type without a rule keeps paper.
    """

    subtype = models.CharField(max_length=4, help_text="code of the sub-type, whatever version of the catalogue")
    track = models.CharField(max_length=6, choices=Track)
    starts_on = models.DateField()
    legal_basis = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["subtype", "-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="track_rule_founded", condition=~Q(legal_basis="") & ~Q(reason="")),
            models.CheckConstraint(name="track_rule_of_subtype", condition=Q(subtype__regex=r"^\d{4}$")),
        ]

    def __str__(self) -> str:
        return f"{self.subtype} {self.track} {self.starts_on}"


class Paper(models.Model):
    """The paper of a filed case: the track it was filed under, and by what it is put into volumes. One row per filed case.

    A case of the single track has none and says so here.
    """

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="paper")
    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    track = models.CharField(max_length=6, choices=Track)
    rule = models.ForeignKey(TrackRule, null=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="of the archive number")
    retention = models.CharField(max_length=12)
    category = models.CharField(max_length=2)
    bound_at = models.DateTimeField(null=True, help_text="when the volume it lies in was bound")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="paper_single_is_never_bound", condition=Q(track="dual") | Q(bound_at=None)),
            models.CheckConstraint(name="paper_single_by_rule", condition=Q(track="dual") | Q(rule__isnull=False)),
        ]
        indexes: ClassVar = [
            models.Index(
                name="paper_unbound",
                fields=["year", "station", "category"],
                condition=Q(track="dual", bound_at=None),
            ),
            models.Index(name="paper_of_year", fields=["station", "year", "track"]),
        ]

    def __str__(self) -> str:
        return f"paper of {self.case_id}"


class Cabinet(models.Model):
    """A cabinet (柜) in a room of a station."""

    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    room = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    shelves = models.PositiveSmallIntegerField(default=5, help_text="how many it has, counted from the top")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["room", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="cabinet_once_per_room", fields=["station", "room", "name"]),
            models.CheckConstraint(name="cabinet_named", condition=~Q(room="") & ~Q(name="")),
            models.CheckConstraint(name="cabinet_has_shelves", condition=Q(shelves__gte=1, shelves__lte=20)),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.name}"


class Box(models.Model):
    """A box (盒) of volumes, numbered per station without gaps."""

    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True, help_text="unit(12)-H + sequence(5)")
    sequence = models.PositiveIntegerField()
    cabinet = models.ForeignKey(Cabinet, null=True, on_delete=models.PROTECT, related_name="boxes")
    shelf = models.PositiveSmallIntegerField(null=True, help_text="of the cabinet, counted from the top")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["station", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="box_sequence_once", fields=["station", "sequence"]),
            models.CheckConstraint(
                name="box_stands_whole",
                condition=Q(cabinet=None, shelf=None) | Q(cabinet__isnull=False, shelf__isnull=False, shelf__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class VolumeQuerySet(models.QuerySet["Volume"]):
    """Questions about volumes."""

    def lock(self, volume_id: int) -> Volume:
        """The volume, locked for this transaction (lock order: volume → paper → loan). Raises NotFound."""
        if not self.select_for_update().filter(pk=volume_id).values_list("pk").first():
            raise NotFound
        return self.with_context().get(pk=volume_id)

    def with_context(self) -> Self:
        """With the rows screens and rules ask for."""
        return self.select_related("station__parent__parent", "box__cabinet", "opened_by", "bound_by")


class Volume(models.Model):
    """A volume (卷): paper of one station, year, retention and category, numbered without gaps. Bound, it never changes."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("paper", "being filled")
        BOUND = "bound", pgettext_lazy("paper", "bound")

    station = models.ForeignKey("accounts.Office", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    retention = models.CharField(max_length=12)
    category = models.CharField(max_length=2)
    sequence = models.PositiveIntegerField(help_text="per station, year, retention and category")
    number = models.CharField(max_length=60, unique=True, help_text="archive prefix - category - J + sequence(4)")
    state = models.CharField(max_length=5, choices=State, default=State.OPEN)
    box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="volumes")
    pages = models.PositiveIntegerField(default=0, help_text="last page number")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    bound_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    bound_at = models.DateTimeField(null=True)

    objects = VolumeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["station", "year", "retention", "category", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="volume_sequence_once", fields=["station", "year", "retention", "category", "sequence"]
            ),
            models.CheckConstraint(
                name="volume_bound_whole",
                condition=Q(state="open", bound_by=None, bound_at=None)
                | Q(state="bound", bound_by__isnull=False, bound_at__isnull=False, pages__gte=1),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="volume_open", fields=["station"], condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.number


def _span(field: str, until: str, kind: str) -> Func:
    return Func(F(field), F(until), Value("[]"), function=kind)


def _never_twice(name: str, field: str, until: str) -> ExclusionConstraint:
    """No two that lie in a volume share a place. Looked at when a statement is over, so that all may move up at once."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_span("volume", "volume", "int8range"), RangeOperators.OVERLAPS),
            (_span(field, until, "int4range"), RangeOperators.OVERLAPS),
        ],
        condition=Q(taken_out_at=None),
        deferrable=Deferrable.IMMEDIATE,
    )


class VolumeItem(models.Model):
    """The paper of one case in a volume. Taken out before binding, the row stays, with who, when and why."""

    volume = models.ForeignKey(Volume, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="volume_items")
    position = models.PositiveSmallIntegerField()
    page_from = models.PositiveIntegerField()
    page_to = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(help_text="counted by who put it in")
    printed = models.PositiveSmallIntegerField(
        default=0, help_text="of these, printed by the system and never captured"
    )
    captured = models.PositiveSmallIntegerField(help_text="pages of the electronic file that have paper, at that time")
    put_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    put_in_at = models.DateTimeField()
    taken_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_out_at = models.DateTimeField(null=True)
    taken_out_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["volume", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_in_one_volume", fields=["case"], condition=Q(taken_out_at=None)),
            _never_twice("volume_pages_never_overlap", "page_from", "page_to"),
            _never_twice("volume_position_once", "position", "position"),
            models.CheckConstraint(
                name="volume_item_pages_fit",
                condition=Q(page_from__gte=1, pages__gte=1, printed__lte=F("pages"))
                & Q(page_to=F("page_from") + F("pages") - 1),
            ),
            models.CheckConstraint(
                name="volume_item_taken_out_whole",
                condition=Q(taken_out_at=None, taken_out_by=None, taken_out_because="")
                | Q(taken_out_at__isnull=False, taken_out_by__isnull=False) & ~Q(taken_out_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volume_id}/{self.position}"

    @property
    def differs(self) -> int:
        """How many pages more (or, negative, fewer) the paper has than the electronic file."""
        return self.pages - self.printed - self.captured


class Move(models.Model):
    """A box was put somewhere else, or a volume into another box. History; the database refuses to change it."""

    box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="moves")
    volume = models.ForeignKey(Volume, null=True, on_delete=models.PROTECT, related_name="moves")
    from_box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="+")
    to_box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="+")
    from_cabinet = models.ForeignKey(Cabinet, null=True, on_delete=models.PROTECT, related_name="+")
    from_shelf = models.PositiveSmallIntegerField(null=True)
    to_cabinet = models.ForeignKey(Cabinet, null=True, on_delete=models.PROTECT, related_name="+")
    to_shelf = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="move_of_one_thing",
                condition=Q(box=None, volume__isnull=False, from_cabinet=None, to_cabinet=None)
                | Q(box__isnull=False, volume=None, from_box=None, to_box=None),
            ),
        ]

    def __str__(self) -> str:
        return f"move {self.pk}"
