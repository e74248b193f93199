"""Calling paper up and bringing it back (调取与归还): asked for, handed over by the station, counted both times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound
from workflows.cases.models import Case

from . import differences, paper_alerts
from .errors import AlreadyAsked, BadEntry, LoanOver, NoPaper, PaperOut, ReasonNeeded
from .lending import Difference, Loan
from .models import Paper, Track, Volume, VolumeItem
from .rules import office_that_asks

SUBJECT = "volumes.loan"
Purpose, State, Condition = Loan.Purpose, Loan.State, Loan.Condition
ON_A_LETTER = frozenset({Purpose.AUDIT, Purpose.COURT, Purpose.LOOKUP})
"""Purposes for which a letter or case is named (domain.md §4.6)."""
LONGEST = timedelta(days=366)
"""Nothing is handed over for longer at once; it may be extended."""


@trail.records_refusal("paper.request", subject="cases.case", key="case_id")
@transaction.atomic
def request_paper(*, case_id: int, purpose: str, by: Officer, ref: str = "", basis: str = "") -> Loan:
    """Ask the station for the paper of a case. `ref`: what asks, e.g. "inspection.sample:17".

    Raises NotFound, NotPermitted, NoPaper, BadEntry, ReasonNeeded, AlreadyAsked.
    """
    case = Case.objects.with_context().filter(pk=case_id).exclude(number=None).first()
    if case is None:
        raise NotFound
    policies.require(by, "paper.request", case.station)
    if Paper.objects.filter(case=case, track=Track.SINGLE).exists():
        raise NoPaper(state="")
    return _ask(Loan(station=case.station, case=case), purpose=purpose, ref=ref, basis=basis, by=by)


@trail.records_refusal("paper.request_volume", subject="volumes.volume", key="volume_id")
@transaction.atomic
def request_volume(*, volume_id: int, purpose: str, by: Officer, ref: str = "", basis: str = "") -> Loan:
    """Ask the station for a whole volume. Raises as `request_paper` does."""
    volume = Volume.objects.with_context().filter(pk=volume_id).first()
    if volume is None:
        raise NotFound
    policies.require(by, "paper.request", volume.station)
    return _ask(Loan(station=volume.station, volume=volume), purpose=purpose, ref=ref, basis=basis, by=by)


def _ask(loan: Loan, *, purpose: str, ref: str, basis: str, by: Officer) -> Loan:
    if purpose not in Purpose.values or len(ref) > 80:
        raise BadEntry(field=purpose)
    basis = " ".join(basis.split())[:200]
    if purpose in ON_A_LETTER and not basis:
        raise ReasonNeeded
    loan.purpose, loan.ref, loan.basis = purpose, ref, basis
    loan.office = office_that_asks(policies.duties_of(by), loan.station)
    loan.asked_by, loan.asked_at = by, clock.now()
    try:
        with transaction.atomic():
            loan.save()
    except IntegrityError as twice:  # paper_asked_once_per_ref
        raise AlreadyAsked from twice
    details = {"purpose": purpose, "ref": ref, "basis_sha256": canonical.sha256(basis.encode()) if basis else ""}
    _record("paper.requested", loan, by, details)
    paper_alerts.asked_for(loan)
    return loan


@trail.records_refusal("paper.hand_over", subject=SUBJECT, key="loan_id")
@transaction.atomic
def hand_over(*, loan_id: int, handed_to: str, pages: int, due_on: date, by: Officer) -> Loan:
    """The station gives the paper away, its pages counted. Out of a bound volume nothing is taken: the volume goes along.

    Raises NotFound, NotPermitted, LoanOver, PaperOut, BadEntry.
    """
    loan = _locked(loan_id, State.ASKED, by, "paper.hand_over")
    handed_to = " ".join(handed_to.split())[:80]
    if not handed_to:
        raise BadEntry(field="—")
    if pages < 1:
        raise BadEntry(field=pages)
    _require_soon(due_on)
    out = out_with(loan)
    if out is not None:
        raise PaperOut(to=out.handed_to, due=out.due_on)
    loan.state, loan.handed_by, loan.handed_at = State.OUT, by, clock.now()
    loan.handed_to, loan.pages_out, loan.due_on = handed_to, pages, due_on
    loan.save()
    details = {"pages": pages, "due_on": due_on.isoformat(), "volume": loan.volume.number if loan.volume else ""}
    _record("paper.handed_over", loan, by, details)
    paper_alerts.handed_over(loan)
    return loan


@trail.records_refusal("paper.take_back", subject=SUBJECT, key="loan_id")
@transaction.atomic
def take_back(*, loan_id: int, pages: int, condition: str, by: Officer, remark: str = "") -> Loan:
    """The paper is back; its pages are counted again. Fewer or more than went out, or damage, is a difference on record.

    Raises NotFound, NotPermitted, LoanOver, BadEntry, ReasonNeeded.
    """
    loan = _locked(loan_id, State.OUT, by, "paper.hand_over")
    if pages < 0 or condition not in Condition.values:
        raise BadEntry(field=pages if pages < 0 else condition)
    remark = " ".join(remark.split())[:200]
    as_it_went = pages == loan.pages_out and condition == Condition.GOOD
    if not as_it_went and not remark:
        raise ReasonNeeded
    loan.state, loan.taken_by, loan.returned_at = State.RETURNED, by, clock.now()
    loan.pages_back, loan.condition, loan.remark = pages, condition, remark
    loan.save()
    _record("paper.returned", loan, by, {"pages": pages, "condition": condition})
    paper_alerts.came_back(loan)
    if not as_it_went:
        kind = Difference.Kind.DAMAGED if pages == loan.pages_out else Difference.Kind.COUNT
        differences.note_difference(
            loan.station,
            # Of a volume that went along, nobody knows yet which case a page is missing from.
            case=None if loan.volume else loan.case,
            volume=loan.volume,
            loan=loan,
            kind=kind,
            found=Difference.Found.RETURN,
            counted=pages,
            expected=loan.pages_out,
            note=remark,
            by=by,
        )
    return loan


@trail.records_refusal("paper.extend", subject=SUBJECT, key="loan_id")
@transaction.atomic
def extend(*, loan_id: int, due_on: date, reason: str, by: Officer) -> Loan:
    """The station lets the paper stay away longer. Raises NotFound, NotPermitted, LoanOver, BadEntry, ReasonNeeded."""
    loan = _locked(loan_id, State.OUT, by, "paper.extend")
    if loan.due_on is None or due_on <= max(loan.due_on, clock.today()):
        raise BadEntry(field=due_on)
    _require_soon(due_on)
    if not reason.strip():
        raise ReasonNeeded
    before, loan.due_on = loan.due_on, due_on
    loan.save(update_fields=["due_on"])
    details = {"from": before.isoformat(), "to": due_on.isoformat(), "reason_sha256": canonical.sha256(reason.encode())}
    _record("paper.extended", loan, by, details)
    paper_alerts.handed_over(loan)
    return loan


@trail.records_refusal("paper.refuse", subject=SUBJECT, key="loan_id")
@transaction.atomic
def refuse(*, loan_id: int, reason: str, by: Officer) -> Loan:
    """The station's leader says why the paper is not handed over. Raises NotFound, NotPermitted, LoanOver, ReasonNeeded."""
    return _end(loan_id, State.REFUSED, reason, by, right="paper.refuse", told="paper.request_refused")


@trail.records_refusal("paper.withdraw", subject=SUBJECT, key="loan_id")
@transaction.atomic
def withdraw(*, loan_id: int, reason: str, by: Officer) -> Loan:
    """Who asked needs the paper no more. Raises NotFound, NotPermitted, LoanOver, ReasonNeeded."""
    return _end(loan_id, State.WITHDRAWN, reason, by, right="paper.withdraw", told="paper.request_withdrawn")


def _end(loan_id: int, state: Loan.State, reason: str, by: Officer, *, right: str, told: str) -> Loan:
    loan = _locked(loan_id, State.ASKED, by, right)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise ReasonNeeded
    loan.state, loan.remark, loan.ended_by, loan.ended_at = state, reason, by, clock.now()
    loan.save()
    _record(told, loan, by, {"reason_sha256": canonical.sha256(reason.encode())})
    paper_alerts.answered(loan)
    return loan


def out_with(loan: Loan) -> Loan | None:
    """The loan under which what `loan` asks for is out already."""
    out = Loan.objects.filter(state=State.OUT).exclude(pk=loan.pk)
    if loan.volume_id is not None:
        inside = VolumeItem.objects.filter(volume=loan.volume_id, taken_out_at=None).values("case")
        return out.filter(volume=loan.volume_id).first() or out.filter(case__in=inside).first()
    lies_in = VolumeItem.objects.filter(case=loan.case_id, taken_out_at=None).values("volume")
    return out.filter(case=loan.case_id).first() or out.filter(volume__in=lies_in).first()


def _require_soon(due_on: date) -> None:
    today = clock.today()
    if not today <= due_on <= today + LONGEST:
        raise BadEntry(field=due_on)


def _locked(loan_id: int, state: Loan.State, by: Officer, right: str) -> Loan:
    """The loan, with what it is about locked first: volume → paper → loan."""
    asked = Loan.objects.filter(pk=loan_id).values_list("case", "volume").first()
    if asked is None:
        raise NotFound
    case, volume = asked
    lies_in = VolumeItem.objects.filter(case=case, taken_out_at=None).values_list("volume", flat=True).first()
    its_volume = volume or lies_in
    inside = None if its_volume is None else Volume.objects.lock(its_volume)
    if case is not None:
        Paper.objects.select_for_update().filter(case=case).first()
    loan = Loan.objects.lock(loan_id)
    policies.require(by, right, loan if right in ("paper.refuse", "paper.withdraw") else loan.station)
    if loan.state != state:
        raise LoanOver(state=loan.get_state_display())
    if state == State.ASKED and inside is not None and inside.state == Volume.State.BOUND:
        loan.volume = inside
    return loan


def _record(action: str, loan: Loan, by: Officer, details: Mapping[str, object]) -> None:
    trail.record(action, subject=loan, by=by, office=None, case=loan.case_id, details=details)
