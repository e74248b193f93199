"""The track of a sub-type (双轨制, 单套制): decided by the city from a day on, and taken down on each case when it is filed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import canonical, clock
from workflows.archive.models import ArchiveRecord

from .errors import BadEntry, ReasonNeeded, SameTrack
from .models import Paper, Track, TrackRule


def rule_of(subtype: str, day: date | None = None) -> TrackRule | None:
    """The rule that holds for a sub-type on `day` (default: today in the city); None: nobody decided, paper is kept."""
    return TrackRule.objects.filter(subtype=subtype, starts_on__lte=day or clock.today()).first()


def rules_in_force(day: date | None = None) -> dict[str, TrackRule]:
    """Sub-type code → the rule that holds on `day`, for those that have one. One query."""
    begun = TrackRule.objects.filter(starts_on__lte=day or clock.today()).select_related("made_by")
    return {rule.subtype: rule for rule in begun.order_by("subtype", "starts_on", "pk")}


def history(subtypes: Iterable[str] | None = None) -> list[TrackRule]:
    """Every rule ever made, newest first."""
    rules = TrackRule.objects.select_related("made_by").order_by("-made_at", "-pk")
    return list(rules if subtypes is None else rules.filter(subtype__in=list(subtypes)))


@trail.records_refusal("track.set", subject="volumes.trackrule", key="rule_id")  # there is none yet: "-"
@transaction.atomic
def set_track(*, subtype: str, track: str, starts_on: date, legal_basis: str, reason: str, by: Officer) -> TrackRule:
    """From `starts_on` on, keep the sub-type on paper too, or as electronic file alone. What is filed already stays as it is.

    Raises NotPermitted, NoSuchSubType, BadEntry, ReasonNeeded, SameTrack.
    """
    policies.require(by, "track.set")
    catalogue.current_subtype(subtype)
    if track not in Track.values:
        raise BadEntry(field="track")
    if starts_on < clock.today():
        raise BadEntry(field=f"{starts_on:%Y-%m-%d}")
    legal_basis, reason = " ".join(legal_basis.split())[:200], " ".join(reason.split())[:200]
    if not (legal_basis and reason):
        raise ReasonNeeded
    before = rule_of(subtype, starts_on)
    if (before.track if before else Track.DUAL) == track:
        raise SameTrack
    rule = TrackRule.objects.create(
        subtype=subtype,
        track=track,
        starts_on=starts_on,
        legal_basis=legal_basis,
        reason=reason,
        made_by=by,
        made_at=clock.now(),
    )
    trail.record(
        "track.set",
        subject=rule,
        by=by,
        details={
            "subtype": subtype,
            "track": track,
            "starts_on": starts_on.isoformat(),
            "basis_sha256": canonical.sha256(legal_basis.encode()),
            "reason_sha256": canonical.sha256(reason.encode()),
        },
    )
    return rule


def take_down(record: ArchiveRecord) -> Paper:
    """Note on a case that is being filed whether there is paper of it. Part of the filing, in its transaction."""
    case = record.case
    rule = rule_of(case.subtype.code)
    return Paper.objects.create(
        case=case,
        station_id=case.station_id,
        track=rule.track if rule else Track.DUAL,
        rule=rule,
        year=record.year,
        retention=record.retention,
        category=case.subtype.category_code,
    )
