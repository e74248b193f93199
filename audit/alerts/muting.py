"""Mutes: a rule is silent for an office or a subject, with a reason and an end. What is due meanwhile waits for the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hukou.accounts.models import Office

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

    def _upward(self, office_id: int) -> list[int]:
        found, office = [], self.offices.get(office_id)
        while office is not None:
            found.append(office.pk)
            office = self.offices.get(office.parent_id) if office.parent_id else None
        return found


def in_force(moment: datetime, offices: Mapping[int, Office]) -> InForce:
    """The mutes that hold at `moment`."""
    of_rule: dict[str, list[Mute]] = defaultdict(list)
    for mute in Mute.objects.filter(until__gt=moment, ended_at=None):
        of_rule[mute.rule].append(mute)
    return InForce(of_rule, offices)
