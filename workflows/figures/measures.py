"""Every figure of domain.md §4.4 with its formula, its denominator and the date it goes by (统计口径).

Capture is counted by the date of acceptance, decisions by that of closing, what came after filing by that of filing.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.statistics.cubes import Kind, Measure, Unit

from .counting import AGAINST
from .models import Base, CaseFact

Outcome = CaseFact.Outcome
ACCEPTED, CLOSED, FILED = Base.ACCEPTED.value, Base.CLOSED.value, Base.FILED.value
BY_ACCEPTANCE = _("events “case accepted”, by the day in the case number")
BY_PAGES = _("events “page placed” and “page superseded” of each case, against the list of its sub-type")
BY_DECISIONS = _("events “case approved”, “refused”, “withdrawn” and “not accepted”")
BY_TIME = _(
    "from “case accepted” to the decision in working time, without the times between return or enquiry and answer"
)
BY_FILING = _("events “case filed” and “late capture concluded”")
BY_RETURNS = _("events “returned for supplement” and “enquiry begun”")
BY_ALERTS = _("events “alert raised” that name the case")

CASES_ACCEPTED = _("cases accepted in the period")
CASES_DUE = _("cases accepted in the period whose capture deadline has passed")
CASES_CLOSED = _("cases closed in the period: approved, refused, withdrawn or not accepted")
CASES_DECIDED = _("cases approved or refused in the period")
CASES_FILED = _("cases filed in the period")


def _count(name: str, label: object, counter: str, **more: object) -> Measure:
    return Measure(name, label, kind=Kind.COUNT, counter=counter, **{"unit": Unit.NUMBER, **more})  # type: ignore[arg-type]


def _share(name: str, label: object, counter: str, below: str, **more: object) -> Measure:
    return Measure(name, label, kind=Kind.SHARE, unit=Unit.PERCENT, counter=counter, below=below, **more)  # type: ignore[arg-type]


def _mean(name: str, label: object, counter: str, below: str, **more: object) -> Measure:
    return Measure(name, label, kind=Kind.MEAN, counter=counter, below=below, **more)  # type: ignore[arg-type]


DECIDED = Q(turnaround__isnull=False)
DUE = Q(fell_due=True)
BUSINESS = (
    _count("accepted", _("Cases accepted"), "cases", base=ACCEPTED, whole=True, formula=CASES_ACCEPTED, recount=BY_ACCEPTANCE),
    _count("key", _("Key business accepted"), "key_cases", base=ACCEPTED, formula=_("of them, of a sub-type marked as key business"), drill=Q(key_business=True), recount=BY_ACCEPTANCE),
    _count("spot", _("On-the-spot business accepted"), "spot_cases", base=ACCEPTED, formula=_("of them, of a sub-type the station decides on the spot"), drill=Q(on_the_spot=True), recount=BY_ACCEPTANCE),
    _count("closed", _("Cases closed"), "cases", base=CLOSED, whole=True, formula=CASES_CLOSED, recount=BY_DECISIONS),
    _count("approved", pgettext_lazy("figure", "Approved"), "approved", base=CLOSED, formula=_("cases approved in the period"), drill=Q(outcome=Outcome.APPROVED), recount=BY_DECISIONS),
    _count("refused", pgettext_lazy("figure", "Refused"), "refused", base=CLOSED, formula=_("cases refused in the period"), drill=Q(outcome=Outcome.REFUSED), recount=BY_DECISIONS),
    _count("withdrawn", pgettext_lazy("figure", "Withdrawn"), "withdrawn", base=CLOSED, formula=_("cases withdrawn in the period"), drill=Q(outcome=Outcome.WITHDRAWN), recount=BY_DECISIONS),
    _count("not_accepted", pgettext_lazy("figure", "Not accepted"), "turned_away", base=CLOSED, formula=_("requests turned away in the period"), drill=Q(outcome=Outcome.NOT_ACCEPTED), recount=BY_DECISIONS),
    _count("filed", _("Cases filed"), "cases", base=FILED, whole=True, formula=CASES_FILED, recount=BY_FILING),
)  # fmt: skip
CAPTURE = (
    _share("captured_share", _("Capture rate"), "captured", "cases", base=ACCEPTED, formula=_("cases with at least one page ÷ cases accepted"), denominator=CASES_ACCEPTED, drill=Q(first_page_at=None), drilled=_("cases without a page"), recount=BY_PAGES),
    _share("complete_share", _("Completeness rate"), "due_complete", "due", base=ACCEPTED, formula=_("cases whose acceptance papers are all there ÷ cases due"), denominator=CASES_DUE, drill=DUE & Q(complete_at=None), drilled=_("cases due whose acceptance papers are not all there"), recount=BY_PAGES),
    _share("on_time_share", _("On-time capture rate"), "due_on_time", "due", base=ACCEPTED, formula=_("cases whose acceptance papers were all there by the deadline ÷ cases due"), denominator=CASES_DUE, drill=DUE & ~Q(complete_at__lte=F("capture_due_at")), drilled=_("cases due whose acceptance papers were not all there by the deadline"), recount=BY_PAGES),
    _count("due", _("Cases due for capture"), "due", base=ACCEPTED, formula=CASES_DUE, drill=DUE, recount=BY_ACCEPTANCE),
    _share("deferred_share", pgettext_lazy("figure", "Deferred capture"), "deferred_cases", "cases", base=ACCEPTED, formula=_("cases accepted with a reason to capture later ÷ cases accepted"), denominator=CASES_ACCEPTED, drill=Q(deferred=True), recount=BY_ACCEPTANCE),
    _count("pages", pgettext_lazy("figure", "Pages"), "pages", base=ACCEPTED, formula=_("pages that lie in the slots of the cases accepted in the period, as of now"), drill=Q(pages__gt=0), recount=BY_PAGES),
    _count("pages_late", _("Pages captured late"), "pages_late", base=ACCEPTED, formula=_("pages laid in after the capture deadline and before filing; a better take of a page is none"), drill=Q(pages_late__gt=0), recount=BY_PAGES),
    _share("late_share", _("Late capture rate"), "late_page_cases", "due", base=ACCEPTED, formula=_("cases with a page captured late ÷ cases due"), denominator=CASES_DUE, drill=Q(pages_late__gt=0), recount=BY_PAGES),
    _share("against_share", _("Captured against the rules"), "against_cases", "cases", base=ACCEPTED, formula=_("cases with a page kept although the quality check doubted or refused it, or from a plain file ÷ cases accepted"), denominator=CASES_ACCEPTED, drill=AGAINST, recount=BY_PAGES),
    _count("pages_against", _("Pages against the rules"), "pages_against", base=ACCEPTED, formula=_("pages doubted, refused or from a plain file; a page that is two of these counts twice"), drill=AGAINST, recount=BY_PAGES),
)  # fmt: skip
DECISIONS = (
    _share("returned_share", _("Return rate"), "returned_cases", "cases", base=CLOSED, formula=_("closed cases that were returned at least once ÷ cases closed"), denominator=CASES_CLOSED, drill=Q(returns__gt=0), recount=BY_RETURNS),
    _share("refused_share", _("Refusal rate"), "refused", "decided", base=CLOSED, formula=_("cases refused ÷ cases decided"), denominator=CASES_DECIDED, drill=Q(outcome=Outcome.REFUSED), recount=BY_DECISIONS),
    _share("decided_late_share", _("Decided late"), "late_cases", "cases", base=CLOSED, formula=_("cases closed after their budget of working days was used up ÷ cases closed"), denominator=CASES_CLOSED, drill=Q(late=True), recount=BY_TIME),
    _share("asked_share", _("Investigated, co-signed or published"), "asked_cases", "cases", base=CLOSED, formula=_("closed cases with an investigation, a co-signature or a public notice ÷ cases closed"), denominator=CASES_CLOSED, drill=Q(investigations__gt=0) | Q(cosigns__gt=0) | Q(public_notices__gt=0), recount=BY_RETURNS),
    _mean("turnaround_mean", _("Mean time to decision"), "turnaround_sum", "decided", base=CLOSED, unit=Unit.WORKING_TIME, formula=_("working time from acceptance to decision, without the time the clock stood still ÷ cases decided"), denominator=CASES_DECIDED, drill=DECIDED, drilled=CASES_DECIDED, recount=BY_TIME),
    Measure("turnaround_median", _("Median time to decision"), CLOSED, Kind.QUANTILE, Unit.WORKING_TIME, "", _("half of the cases decided needed no more working time"), CASES_DECIDED, quantile=0.5, drill=DECIDED, drilled=CASES_DECIDED, recount=BY_TIME),
    Measure("turnaround_p90", _("90th percentile of time to decision"), CLOSED, Kind.QUANTILE, Unit.WORKING_TIME, "", _("nine of ten cases decided needed no more working time"), CASES_DECIDED, quantile=0.9, drill=DECIDED, drilled=CASES_DECIDED, recount=BY_TIME),
    _mean("suspended_mean", _("Mean time suspended"), "suspended_sum", "suspended_cases", base=CLOSED, unit=Unit.WORKING_TIME, formula=_("working time the clock stood still ÷ closed cases whose clock stood still"), denominator=_("closed cases that were suspended at least once"), drill=Q(suspended__gt=0), recount=BY_TIME),
)  # fmt: skip
AFTERWARDS = (
    _share("added_share", _("Added after filing"), "added_cases", "cases", base=FILED, formula=_("filed cases with a page added after filing ÷ cases filed"), denominator=CASES_FILED, drill=Q(versions__gt=0), recount=BY_FILING),
    _count("versions", _("Versions made after filing"), "versions_sum", base=FILED, formula=_("late captures concluded on cases filed in the period"), drill=Q(versions__gt=0), recount=BY_FILING),
    _count("alerts", _("Alerts about cases"), "alerts_sum", base=ACCEPTED, formula=_("alerts raised about the cases accepted in the period, every rung"), drill=Q(alerts__gt=0), recount=BY_ALERTS),
    _share("alerted_share", _("Cases with an alert"), "alerted_cases", "cases", base=ACCEPTED, formula=_("cases about which an alert was raised ÷ cases accepted"), denominator=CASES_ACCEPTED, drill=Q(alerts__gt=0), recount=BY_ALERTS),
)  # fmt: skip
ALL = (*BUSINESS, *CAPTURE, *DECISIONS, *AFTERWARDS)
"""In the order they are offered."""
