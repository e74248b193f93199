"""The facts of cases, read from the tables of the business: a dozen questions, whatever the number of cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from audit.alerts.models import Alert
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime
from workflows.approvals.models import Decision, Enquiry
from workflows.archive.models import ArchiveVersion
from workflows.cases import budgets, running_time, searching
from workflows.cases.models import Case, HeldPage, MaterialPage

from .models import CaseFact

REPLACED_WITHIN = timedelta(seconds=5)
"""A page laid in so soon after one of its slot was taken out is a better take of it, and adds nothing."""
FILE = "file"
"""What a page says of its device when it came as a plain file."""
Outcome = CaseFact.Outcome
OUTCOMES = {
    Case.Status.APPROVED: Outcome.APPROVED,
    Case.Status.COMPLETED: Outcome.APPROVED,
    Case.Status.REFUSED: Outcome.REFUSED,
    Case.Status.WITHDRAWN: Outcome.WITHDRAWN,
    Case.Status.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
}


@dataclass(frozen=True)
class Laid:
    """A page that lies in a slot, or lay there."""

    slot: str
    placed_at: datetime
    superseded_at: datetime | None
    plain: bool
    kept: str
    """ "" or the level of doubt it was kept in spite of."""


@dataclass
class Told:
    """What the tables beside the case itself say of it."""

    pages: list[Laid] = field(default_factory=list)
    returns: int = 0
    recalls: int = 0
    enquiries: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    alerts: int = 0
    refused: bool = False


def countable() -> Q:
    """Cases that are counted: those with a number, and those turned away."""
    return Q(number__isnull=False) | Q(status=Case.Status.NOT_ACCEPTED)


def facts_of(keys: Collection[int], now: datetime) -> list[CaseFact]:
    """The facts of those of these cases that are counted, as they stand at `now`; unsaved."""
    found = Case.objects.filter(countable(), pk__in=keys).select_related("station__parent", "subtype__catalogue")
    cases = list(found.defer("form").order_by("pk"))
    told = _told(cases)
    closed = [case for case in cases if case.closed_at is not None and case.accepted_at is not None]
    working, sheets = calendar.working_time(), budgets.sheets_of(closed)
    facts = []
    for case in cases:
        fact = fact_of(case, told[case.pk], now)
        if case.pk in sheets:
            take_time(fact, case, sheets[case.pk].pauses, working)
        facts.append(fact)
    return facts


def fact_of(case: Case, told: Told, now: datetime) -> CaseFact:
    """What one case and what is told of it come to, but for the time it took."""
    spec = case.subtype.spec
    chain = case.chain or list(spec.chain)
    laid = sorted(told.pages, key=lambda page: page.placed_at)
    live = [page for page in laid if page.superseded_at is None]
    fact = CaseFact(
        case_id=case.pk,
        station_id=case.station_id,
        branch_id=case.station.at_level(Office.Level.BRANCH).pk,
        category=spec.category,
        subtype=spec.code,
        key_business=spec.key_business,
        secret=searching.is_secret(case.subtype),
        on_the_spot=spec.on_the_spot,
        chain_length=len(chain),
        deciding_level=chain[-1].partition("_")[0],
        accepted_at=case.accepted_at,
        accepted_on=day_of(case.accepted_at),
        deferred=bool(case.deferred_reason),
        capture_due_at=case.capture_due_at,
        fell_due=case.capture_due_at is not None and case.capture_due_at <= now,
        first_page_at=laid[0].placed_at if laid else None,
        complete_at=case.captured_at,
        pages=len(live),
        pages_late=sum(1 for page in laid if _late(case, page, laid)),
        pages_doubtful=sum(page.kept == HeldPage.Level.WARN for page in live),
        pages_forced=sum(page.kept == HeldPage.Level.REFUSE for page in live),
        pages_plain=sum(page.plain for page in live),
        returns=told.returns,
        recalls=told.recalls,
        investigations=told.enquiries[Enquiry.Kind.INVESTIGATION],
        cosigns=told.enquiries[Enquiry.Kind.COSIGN],
        public_notices=told.enquiries[Enquiry.Kind.PUBLIC_NOTICE],
        closed_at=case.closed_at,
        closed_on=day_of(case.closed_at),
        filed_at=case.filed_at,
        filed_on=day_of(case.filed_at),
        versions=told.versions,
        alerts=told.alerts,
    )
    if case.closed_at is not None:
        ended = Outcome.REFUSED if told.refused else Outcome.APPROVED
        fact.outcome = OUTCOMES.get(Case.Status(case.status), ended)
    return fact


def take_time(fact: CaseFact, case: Case, pauses: list[running_time.Pause], working: WorkingTime) -> None:
    """Set how long a closed case took, how long its clock stood still, and whether its budget was used up. Asks nothing."""
    assert case.accepted_at is not None
    assert case.closed_at is not None
    whole = working.between(case.accepted_at, case.closed_at)
    spent = running_time.spent(working, case.accepted_at, pauses, case.closed_at)
    fact.suspended = (whole - spent) // budgets.MINUTE
    if fact.outcome in (Outcome.APPROVED, Outcome.REFUSED):
        fact.turnaround = spent // budgets.MINUTE
    fact.late = budgets.used_up(case, pauses, working, case.closed_at)


def day_of(moment: datetime | None) -> date | None:
    """The city day of a moment."""
    return None if moment is None else moment.astimezone(clock.CITY_TIME).date()


def _late(case: Case, page: Laid, laid: list[Laid]) -> bool:
    """Laid in after the capture deadline and before the case was filed, and no better take of what lay there."""
    if case.capture_due_at is None or page.placed_at <= case.capture_due_at:
        return False
    if case.filed_at is not None and page.placed_at > case.filed_at:
        return False
    return not any(
        other is not page
        and other.slot == page.slot
        and other.superseded_at is not None
        and timedelta() <= page.placed_at - other.superseded_at <= REPLACED_WITHIN
        for other in laid
    )


def _told(cases: list[Case]) -> dict[int, Told]:
    told: dict[int, Told] = defaultdict(Told)
    keys = [case.pk for case in cases]
    for case, laid in _pages(keys):
        told[case].pages.append(laid)
    decided = Decision.objects.filter(case__in=keys).order_by().values_list("case", "outcome")
    for case, outcome, count, standing in decided.annotate(
        number=Count("pk"), live=Count("pk", filter=Q(voided_at=None))
    ):
        told[case].returns += count * (outcome == Decision.Outcome.RETURN)
        told[case].recalls += count * (outcome == Decision.Outcome.RECALL)
        told[case].refused |= outcome == Decision.Outcome.REFUSE and bool(standing)
    asked = Enquiry.objects.filter(case__in=keys).order_by().values_list("case", "kind").annotate(Count("pk"))
    for case, kind, count in asked:
        told[case].enquiries[kind] = count
    later = ArchiveVersion.objects.filter(record__case__in=keys, number__gt=1).order_by()
    for case, count in later.values_list("record__case").annotate(Count("pk")):
        told[case].versions = count
    raised = Alert.objects.filter(case_id__in=keys).order_by().values_list("case_id").annotate(Count("pk"))
    for key, count in raised:
        if key is not None:
            told[key].alerts = count
    return told


def _pages(keys: list[int]) -> Iterator[tuple[int, Laid]]:
    placed = MaterialPage.objects.filter(material__case__in=keys).order_by("pk")
    rows = placed.values_list(
        "material__case", "material__code", "placed_at", "superseded_at", "page__device", "held__level"
    )
    for case, slot, placed_at, superseded_at, device, level in rows:
        yield case, Laid(slot, placed_at, superseded_at, device == FILE, level or "")
