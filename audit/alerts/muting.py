"""Mutes: a rule is silent for an office or a subject, with a reason and an end. What is due meanwhile waits for the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from . import again, rules, telling, terms
from .errors import BadMute, MuteEndedAlready, ReasonMissing
from .models import Mute


@dataclass(frozen=True)
class InForce:
    """The mutes that hold at a moment."""

    of_rule: Mapping[str, list[Mute]]
    offices: Mapping[int, Office]

    def until(self, rule: str, subject: str, office_id: int) -> datetime | None:
        """Until when a rule is silent about a subject of an office; None when it is not."""
        muted = self.of_rule.get(rule)
        if not muted:
            return None
        above = set(self._upward(office_id))
        ends = (m.until for m in muted if m.office_id in above and m.subject in ("", subject))
        return max(ends, default=None)

    def spread(self) -> Iterator[tuple[str, int, str, datetime]]:
        """Rule, office, subject ("" for all) and end of each mute, for every office it reaches."""
        for mute in (one for muted in self.of_rule.values() for one in muted):
            for office in self.offices:
                if mute.office_id in self._upward(office):
                    yield mute.rule, office, mute.subject, mute.until

    def _upward(self, office_id: int) -> Iterator[int]:
        office = self.offices.get(office_id)
        while office is not None:
            yield office.pk
            office = self.offices.get(office.parent_id) if office.parent_id else None


def in_force(moment: datetime, offices: Mapping[int, Office]) -> InForce:
    """The mutes that hold at `moment`."""
    of_rule: dict[str, list[Mute]] = defaultdict(list)
    for mute in Mute.objects.filter(until__gt=moment, ended_at=None):
        of_rule[mute.rule].append(mute)
    return InForce(of_rule, offices)


@trail.records_refusal("alert.mute", subject="alerts.rule", key="rule", label=_("Muting an alert rule was refused"))
@transaction.atomic
def mute(*, rule: str, office: Office, until: datetime, reason: str, by: Officer, subject: str = "") -> Mute:
    """Let a rule be silent for `office` and those under it, or there for one subject only, until a moment.

    At most `mute_days` of the rule's terms. What is due meanwhile is raised when the mute ends, if it is still true.
    Raises NotPermitted, NotFound, ReasonMissing, BadMute.
    """
    policies.require(by, "alert.mute", office)
    if rules.get(rule) is None:
        raise NotFound
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise ReasonMissing
    terms.hold(alone=True)
    now, longest = clock.now(), terms.of(rule).params[terms.MUTE_DAYS]
    if not now < until <= now + timedelta(days=longest):
        raise BadMute(days=longest)
    muted = Mute.objects.create(rule=rule, office=office, subject=subject, until=until, reason=reason, by=by, at=now)
    trail.record(
        "alert.muted",
        subject=muted,
        by=by,
        case=trail.case_of(subject) if subject else None,
        details={"rule": rule, "office": office.code, "about": subject, "until": until.isoformat()},
    )
    telling.tell_muted(office)
    return muted


@trail.records_refusal("alert.unmute", subject="alerts.mute", key="mute_id", label=_("Ending a mute was refused"))
@transaction.atomic
def unmute(*, mute_id: int, by: Officer) -> Mute:
    """End a mute before its time; what waited is raised within a minute. Raises NotFound, NotPermitted, MuteEndedAlready."""
    terms.hold(alone=True)
    muted = Mute.objects.select_for_update(of=("self",)).select_related("office__parent").filter(pk=mute_id).first()
    if muted is None:
        raise NotFound
    policies.require(by, "alert.mute", muted.office)
    now = clock.now()
    if muted.ended_at is not None or muted.until <= now:
        raise MuteEndedAlready
    muted.ended_at, muted.ended_by = now, by
    muted.save(update_fields=["ended_at", "ended_by"])
    case = trail.case_of(muted.subject) if muted.subject else None
    trail.record("alert.unmuted", subject=muted, by=by, case=case, details={"rule": muted.rule, "about": muted.subject})
    again.look(rule=muted.rule)
    telling.tell_muted(muted.office)
    return muted
