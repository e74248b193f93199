"""Alert rules about paper: asked for and not handed over, not returned, not bound in time, differing from the electronic file."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from hukou.kernel import clock
from workflows.cases import deadlines

from .lending import Difference, Loan
from .models import Paper, Track

NOT_HANDED_OVER = "paper.not_handed_over"
NOT_RETURNED = "paper.not_returned"
NOT_BOUND = "paper.not_bound"
DIFFERS = "paper.differs"
BINDING = "volumes.binding"
"""What binding is called in the subject of an alert; its key is station and year: "volumes.binding:7-2025"."""
_NOT_BOUND = "exists (select from volumes_paper where track = 'dual' and bound_at is null and year <= {past})"


def asked_for(loan: Loan) -> None:
    """The station has to hand it over, or say why not."""
    due = deadlines.after(loan.asked_at, terms.of(NOT_HANDED_OVER).params["days"])
    alerts.arm(
        NOT_HANDED_OVER,
        _subject(loan),
        office_id=loan.station_id,
        due_at=due,
        details=_about(loan),
        case_id=loan.case_id,
    )


def answered(loan: Loan) -> None:
    """It was handed over, or will not be."""
    alerts.disarm(NOT_HANDED_OVER, _subject(loan))


def handed_over(loan: Loan) -> None:
    """It has to be back when its last day is over; another last day is another moment."""
    assert loan.due_on is not None
    answered(loan)
    alerts.arm(
        NOT_RETURNED,
        _subject(loan),
        office_id=loan.station_id,
        due_at=end_of(loan.due_on),
        details=_about(loan),
        case_id=loan.case_id,
    )


def came_back(loan: Loan) -> None:
    """It is here again."""
    alerts.disarm(NOT_RETURNED, _subject(loan))


def difference_found(found: Difference) -> None:
    """The station has to settle it."""
    due = deadlines.after(found.found_at, terms.of(DIFFERS).params["days"])
    alerts.arm(
        DIFFERS,
        f"volumes.difference:{found.pk}",
        office_id=found.station_id,
        due_at=due,
        details=_differing(found),
        case_id=found.case_id,
    )


def difference_settled(found: Difference) -> None:
    """It is settled with a record."""
    alerts.disarm(DIFFERS, f"volumes.difference:{found.pk}")


def find_not_bound(now: datetime) -> Iterator[rules.Due]:
    """Stations and years that ended of which some paper is not bound though the day for it is over."""
    waiting = Paper.objects.filter(track=Track.DUAL, bound_at=None, year__lte=_past(now))
    for station, of_year, n in waiting.order_by().values_list("station", "year").annotate(n=Count("pk")):
        yield rules.Due(
            subject=f"{BINDING}:{station}-{of_year}",
            office_id=station,
            due_at=end_of(last_day(of_year, now)),
            details={"year": of_year, "cases": n},
        )


def _past(now: datetime) -> int:
    """The newest year whose day is over: of two years ago it is in any case, of last year only after it."""
    year = now.astimezone(clock.CITY_TIME).year
    return year - 1 if end_of(last_day(year - 1, now)) <= now else year - 2


def last_day(year: int, at: datetime | None = None) -> date:
    """The day by which all paper of `year` has to be bound, in the next year: a threshold of the rule (terms)."""
    params = terms.of(NOT_BOUND, at).params
    month = min(max(params["month"], 1), 12)
    last = calendar.monthrange(year + 1, month)[1]
    return date(year + 1, month, min(max(params["day"], 1), last))


def end_of(day: date) -> datetime:
    """The moment a day is over in the city."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.CITY_TIME)


def standing_asked() -> Iterator[rules.Due]:
    """Every request no station has answered."""
    days = terms.of(NOT_HANDED_OVER).params["days"]
    for loan in Loan.objects.filter(state=Loan.State.ASKED).select_related("case", "volume").iterator():
        yield rules.Due(
            subject=_subject(loan),
            office_id=loan.station_id,
            due_at=deadlines.after(loan.asked_at, days),
            details=_about(loan),
            case_id=loan.case_id,
        )


def standing_out() -> Iterator[rules.Due]:
    """Everything that is out."""
    for loan in Loan.objects.filter(state=Loan.State.OUT).select_related("case", "volume").iterator():
        assert loan.due_on is not None
        yield rules.Due(
            subject=_subject(loan),
            office_id=loan.station_id,
            due_at=end_of(loan.due_on),
            details=_about(loan),
            case_id=loan.case_id,
        )


def standing_differences() -> Iterator[rules.Due]:
    """Every difference that is not settled."""
    days = terms.of(DIFFERS).params["days"]
    for found in Difference.objects.filter(settled_at=None).select_related("case", "volume").iterator():
        yield rules.Due(
            subject=f"volumes.difference:{found.pk}",
            office_id=found.station_id,
            due_at=deadlines.after(found.found_at, days),
            details=_differing(found),
            case_id=found.case_id,
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            name=NOT_HANDED_OVER,
            label=_("Paper asked for was not handed over"),
            about=_(
                "Paper that was called up and that the station has neither handed over nor refused after {days} working days."
            ),
            kind=rules.Kind.DUTY,
            params={"days": 2},
            standing=standing_asked,
        )
    )
    rules.register(
        rules.AlertRule(
            name=NOT_RETURNED,
            label=_("Paper that was handed over is not back"),
            about=_(
                "Paper that is out after the last day it may be away. {days} working days are proposed when it is handed over."
            ),
            kind=rules.Kind.LATE,
            severity=3,
            params={"days": 10},
            standing=standing_out,
        )
    )
    rules.register(
        rules.AlertRule(
            name=NOT_BOUND,
            label=_("Paper of a past year is not bound"),
            about=_(
                "Filed cases of a past year whose paper is in no bound volume after day {day} of month {month} of the next year."
            ),
            kind=rules.Kind.DUTY,
            params={"month": 3, "day": 31},
            find=find_not_bound,
            glance=rules.Glance(_NOT_BOUND, lambda now: {"past": _past(now)}),
        )
    )
    rules.register(
        rules.AlertRule(
            name=DIFFERS,
            label=_("Paper and electronic file differ"),
            about=_(
                "A difference between paper and electronic file that is not settled {days} working days after it was found."
            ),
            kind=rules.Kind.INCOMPLETE,
            params={"days": 3},
            standing=standing_differences,
        )
    )


def _subject(loan: Loan) -> str:
    return f"volumes.loan:{loan.pk}"


def _about(loan: Loan) -> dict[str, str]:
    number = loan.case.number if loan.case else ""
    return {"number": number or "", "volume": loan.volume.number if loan.volume else "", "purpose": loan.purpose}


def _differing(found: Difference) -> dict[str, str]:
    number = found.case.number if found.case else ""
    return {"number": number or "", "volume": found.volume.number if found.volume else "", "kind": found.kind}
