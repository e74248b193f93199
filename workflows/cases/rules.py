"""Who may do what to a case (domain.md §3), registered with the one decision place."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import Case

Role = Duty.Role
CASE_WORKERS = frozenset(
    {
        Role.AUXILIARY,
        Role.DESK_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.STATION_LEADER,
        Role.BRANCH_OFFICER,
        Role.CITY_OFFICER,
    }
)
READERS = CASE_WORKERS | {Role.OVERSEER}


def _holds(duties: list[Duty], case: Case, *roles: str) -> bool:
    """A duty of one of `roles` at the case's own station."""
    return any(duty.role in roles and duty.office_id == case.station_id for duty in duties)


def may_open(by: Officer, duties: list[Duty], station: object) -> Ruling:
    """Desk officers and auxiliaries open cases at their own station: opening is typing, not accepting."""
    mine = any(d.role in (Role.DESK_OFFICER, Role.AUXILIARY) and d.office == station for d in duties)
    return YES if mine else no(_("only the desk of this station opens its cases"))


def may_view(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """Stations see their own cases, branches those of their stations, the city all (domain.md §11, 13).

    A station that was asked something about a case sees it until it has answered.
    """
    if any(
        d.role in READERS and (d.office.covers(case.station) or d.office_id == case.awaiting_office_id) for d in duties
    ):
        return YES
    return no(_("the case belongs to another office"))


def may_prepare(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """Typing and capturing: desk officers and auxiliaries of the station."""
    if _holds(duties, case, Role.DESK_OFFICER, Role.AUXILIARY):
        return YES
    return no(_("only the desk of the case's own station works on its papers"))


def may_keep_doubtful(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """A page quality doubts is kept, or left out, by who captures at the station, or by its leader."""
    if _holds(duties, case, Role.DESK_OFFICER, Role.AUXILIARY, Role.STATION_LEADER):
        return YES
    return no(_("only the case's own station settles its doubtful pages"))


def may_keep_refused(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """A page quality refuses is kept only on a leader's word."""
    if by.kind == Officer.Kind.OFFICER and _holds(duties, case, Role.STATION_LEADER):
        return YES
    return no(_("a page that is not fit may only be kept by a leader of the station"))


def may_act_for_the_desk(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """Accepting, handing up, withdrawing, filing: sworn desk officers of the station (公通字〔2021〕12号 art 7)."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries prepare cases; an officer must do this"))
    if _holds(duties, case, Role.DESK_OFFICER):
        return YES
    return no(_("only a desk officer of the case's own station does this"))


def may_answer_in_writing(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """A letter to the applicant is made by a sworn officer of the station or of an office above it."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries prepare cases; an officer must do this"))
    if any(duty.role in CASE_WORKERS and duty.office.covers(case.station) for duty in duties):
        return YES
    return no(_("the case belongs to another office"))


def register() -> None:
    """Called once at start-up."""
    policies.register("case.open", may_open)
    policies.register("case.view", may_view)
    policies.register("case.update", may_prepare)
    policies.register("case.capture", may_prepare)
    policies.register("case.keep_doubtful", may_keep_doubtful)
    policies.register("case.keep_refused", may_keep_refused)
    policies.register("case.accept", may_act_for_the_desk)
    policies.register("case.turn_away", may_act_for_the_desk)
    policies.register("case.withdraw", may_act_for_the_desk)
    policies.register("letter.issue", may_answer_in_writing)
    policies.register("letter.hand_over", may_act_for_the_desk)
