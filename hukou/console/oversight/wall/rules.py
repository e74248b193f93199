"""Who may see the wall of an office, and who may hang up a screen that shows it (domain.md §3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

Role = Duty.Role
HANGERS = frozenset({Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER})
VIEWERS = HANGERS | {Role.OVERSEER}


def may_view(by: Officer, duties: list[Duty], office: Office | None) -> Ruling:
    """Leaders, bureau officers and overseers see their own office with those under it. `None`: any wall at all."""
    if any(duty.role in VIEWERS and (office is None or duty.office.covers(office)) for duty in duties):
        return YES
    return no(_("the wall is for leaders, bureau officers and overseers, each for the offices under them"))


def may_hang(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """A sworn officer of a leading duty at the office or above it. Oversight looks; it hangs nothing up."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries prepare cases; an officer must do this"))
    if any(duty.role in HANGERS and duty.office.covers(office) for duty in duties):
        return YES
    return no(_("the office belongs to somebody else"))


def register() -> None:
    """Called once at start-up."""
    policies.register("wall.view", may_view)
    policies.register("wall.hang", may_hang)
