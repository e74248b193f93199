"""Who reads circulars, who issues them, who takes note and who answers (domain.md §3: the city circulates)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

Role = Duty.Role
ISSUERS = frozenset({Role.CITY_OFFICER})
DRAFTERS = ISSUERS | {Role.OVERSEER}
NOTERS = frozenset({Role.DESK_OFFICER, Role.STATION_LEADER, Role.BRANCH_OFFICER})
SPEAKERS = frozenset({Role.STATION_LEADER, Role.BRANCH_OFFICER})
READERS = DRAFTERS | NOTERS | {Role.COMMUNITY_OFFICER}


def may_view(by: Officer, duties: list[Duty], _subject: Any) -> Ruling:
    """Whoever works on cases or oversees them: a circular is for all offices, with all offices on it."""
    if any(duty.role in READERS for duty in duties):
        return YES
    return no(_("circulars are read by the officers of the stations, the bureaus and oversight"))


def may_draft(by: Officer, duties: list[Duty], office: Office | None) -> Ruling:
    """Figures that are not issued yet are seen by the city bureau and its oversight."""
    if any(
        duty.role in DRAFTERS and duty.office.level == Office.Level.CITY and office in (None, duty.office)
        for duty in duties
    ):
        return YES
    return no(_("figures that have not been issued are for the city bureau"))


def may_freeze(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """A sworn hukou officer of the city bureau issues and corrects."""
    if by.kind == Officer.Kind.OFFICER and any(d.role in ISSUERS and d.office_id == office.pk for d in duties):
        return YES
    return no(_("only a hukou officer of the city bureau issues circulars"))


def may_read(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """Taking note is for a sworn officer of the office itself."""
    if by.kind == Officer.Kind.OFFICER and any(d.role in NOTERS and d.office_id == office.pk for d in duties):
        return YES
    return no(_("an office takes note through its own officers"))


def may_state(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """An office speaks through its leader, a branch through its officers."""
    if by.kind == Officer.Kind.OFFICER and any(d.role in SPEAKERS and d.office_id == office.pk for d in duties):
        return YES
    return no(_("a station speaks through its leader, a branch through its hukou officers"))


def register() -> None:
    """Called once at start-up."""
    policies.register("circular.view", may_view)
    policies.register("circular.draft", may_draft)
    policies.register("circular.freeze", may_freeze)
    policies.register("circular.read", may_read)
    policies.register("circular.state", may_state)
    policies.register("circular.answer", may_freeze)
