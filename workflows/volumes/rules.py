"""Who may do what with paper (domain.md §1, §3): it stays at the station, and the station's sworn officers answer for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no
from workflows.cases.rules import READERS

from .lending import Loan

Role = Duty.Role
ARRANGING = frozenset({Role.DESK_OFFICER, Role.AUXILIARY})
ANSWERING = frozenset({Role.DESK_OFFICER, Role.STATION_LEADER})
ABOVE = frozenset({Role.BRANCH_OFFICER, Role.CITY_OFFICER, Role.OVERSEER})
"""Who calls paper up from above: inspection, audit."""


def _at(duties: list[Duty], station: Office, roles: frozenset[Role]) -> bool:
    return any(duty.role in roles and duty.office_id == station.pk for duty in duties)


def _over(duties: list[Duty], station: Office, roles: frozenset[Role]) -> bool:
    return any(duty.role in roles and duty.office.covers(station) for duty in duties)


def may_view(by: Officer, duties: list[Duty], station: Office) -> Ruling:
    """Where paper is: whoever reads the cases of that station."""
    if _over(duties, station, frozenset(READERS)):
        return YES
    return no(_("the paper belongs to another office"))


def may_arrange(by: Officer, duties: list[Duty], station: Office) -> Ruling:
    """Opening volumes, putting paper in and away: the desk of the station, auxiliaries too (公通字〔2021〕12号 art 7)."""
    return YES if _at(duties, station, ARRANGING) else no(_("only the desk of the station arranges its paper"))


def may_answer_for(by: Officer, duties: list[Duty], station: Office) -> Ruling:
    """Binding, handing over, taking back, settling: sworn officers of the station's desk, and its leaders."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries arrange paper; an officer must do this"))
    if _at(duties, station, ANSWERING):
        return YES
    return no(_("only a desk officer or a leader of the station does this"))


def may_refuse(by: Officer, duties: list[Duty], loan: Loan) -> Ruling:
    """That paper is not handed over is for a leader of the station to say."""
    if by.kind == Officer.Kind.OFFICER and _at(duties, loan.station, frozenset({Role.STATION_LEADER})):
        return YES
    return no(_("only a leader of the station says that paper is not handed over"))


def may_request(by: Officer, duties: list[Duty], station: Office) -> Ruling:
    """Who inspects from above, and the station itself for a court or a consultation."""
    if _over(duties, station, ABOVE) or may_answer_for(by, duties, station).allowed:
        return YES
    return no(_("paper is called up by branch, city and oversight, or by officers of the station itself"))


def may_withdraw(by: Officer, duties: list[Duty], loan: Loan) -> Ruling:
    """Who asked, or a colleague of the same office who might have asked."""
    mine = [duty for duty in duties if duty.office_id == loan.office_id]
    if by.pk == loan.asked_by_id or may_request(by, mine, loan.station).allowed:
        return YES
    return no(_("only the office that asked withdraws its request"))


def may_record(by: Officer, duties: list[Duty], station: Office) -> Ruling:
    """What differs is noted by whoever arranges, answers for or inspects the paper."""
    if may_arrange(by, duties, station).allowed or may_request(by, duties, station).allowed:
        return YES
    return no(_("only the station and who inspects it record what differs"))


def may_set_track(by: Officer, duties: list[Duty], _subject: object) -> Ruling:
    """The city decides whether a sub-type is kept on paper."""
    if any(duty.role == Role.CITY_OFFICER and duty.office.level == Office.Level.CITY for duty in duties):
        return YES
    return no(_("only an officer of the city bureau decides this"))


def may_look_at_tracks(by: Officer, duties: list[Duty], _subject: object) -> Ruling:
    """Everybody who works with cases may know how they are kept."""
    return YES if any(duty.role in READERS for duty in duties) else no(_("this is for who works with cases"))


def office_that_asks(duties: list[Duty], station: Office) -> Office:
    """In whose name somebody who may asks for paper: the office above, or the station itself."""
    return next(
        (duty.office for duty in duties if duty.role in ABOVE and duty.office.covers(station)),
        station,
    )


def register() -> None:
    """Called once at start-up."""
    policies.register("paper.view", may_view)
    policies.register("paper.arrange", may_arrange)
    policies.register("paper.bind", may_answer_for)
    policies.register("paper.request", may_request)
    policies.register("paper.hand_over", may_answer_for)
    policies.register("paper.extend", may_answer_for)
    policies.register("paper.refuse", may_refuse)
    policies.register("paper.withdraw", may_withdraw)
    policies.register("paper.record_difference", may_record)
    policies.register("paper.settle_difference", may_answer_for)
    policies.register("track.set", may_set_track)
    policies.register("track.view", may_look_at_tracks)
