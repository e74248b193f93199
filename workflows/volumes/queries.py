"""Questions about paper, for screens, inspections and statistics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.cases import rules as case_rules
from workflows.cases.models import Case

from .lending import Difference, Loan, LoanQuerySet
from .models import Paper, Track, Volume, VolumeItem
from .types import InTray, PaperCounts, PaperPlace, Where


def stations_of(by: Officer) -> list[Office]:
    """Stations whose paper an officer may know of, by code."""
    mine = [duty.office for duty in policies.duties_of(by) if duty.role in case_rules.READERS]
    under = Q(pk__in=[office.pk for office in mine]) | Q(parent__in=mine) | Q(parent__parent__in=mine)
    stations = Office.objects.filter(under, level=Office.Level.STATION)
    return list(stations.select_related("parent__parent").order_by("code"))


def station_for(by: Officer, station_id: int) -> Office:
    """A station whose paper the officer may know of. Raises NotFound."""
    station = Office.objects.select_related("parent__parent").filter(pk=station_id, level=Office.Level.STATION).first()
    if station is None or not policies.allow(by, "paper.view", station):
        raise NotFound
    return station


def volume_for(by: Officer, volume_id: int) -> Volume:
    """A volume of such a station. Raises NotFound."""
    volume = Volume.objects.with_context().filter(pk=volume_id).first()
    if volume is None or not policies.allow(by, "paper.view", volume.station):
        raise NotFound
    return volume


def loan_for(by: Officer, loan_id: int) -> Loan:
    """A loan from such a station. Raises NotFound."""
    loan = Loan.objects.with_context().filter(pk=loan_id).first()
    if loan is None or not policies.allow(by, "paper.view", loan.station):
        raise NotFound
    return loan


def difference_for(by: Officer, difference_id: int) -> Difference:
    """A difference found at such a station. Raises NotFound."""
    found = Difference.objects.select_related("station__parent__parent").filter(pk=difference_id).first()
    if found is None or not policies.allow(by, "paper.view", found.station):
        raise NotFound
    return found


def place_of(case: Case) -> PaperPlace:
    """Where the paper of a case is by the record. Three small queries at most."""
    paper = Paper.objects.filter(case=case).first()
    if paper is not None and paper.track == Track.SINGLE:
        return PaperPlace(Where.NONE, case.station)
    item = VolumeItem.objects.filter(case=case, taken_out_at=None).select_related("volume__box__cabinet").first()
    out = Loan.objects.filter(Q(case=case) | Q(volume=item.volume_id if item else None), state=Loan.State.OUT).first()
    if out is not None:
        return PaperPlace(Where.OUT, case.station, item, out)
    return PaperPlace(Where.VOLUME if item else Where.TRAY, case.station, item)


def track_of(case: Case) -> str:
    """Track a filed case was filed under; "" before it is filed."""
    return Paper.objects.filter(case=case).values_list("track", flat=True).first() or ""


def loans_for(ref: str) -> list[Loan]:
    """Every loan asked for under `ref`, e.g. "inspection.sample:17", newest first."""
    return list(Loan.objects.filter(ref=ref).exclude(ref="").with_context()) if ref else []


def loans_of(case: Case) -> LoanQuerySet:
    """Every loan of the paper of a case, newest first; those of its volume that took it along, too."""
    inside = VolumeItem.objects.filter(case=case, taken_out_at=None).values("volume")
    return Loan.objects.filter(Q(case=case) | Q(case=None, volume__in=inside)).with_context()


def loans_at(stations: Iterable[Office]) -> LoanQuerySet:
    """Every loan from these stations, newest first."""
    return Loan.objects.filter(station__in=list(stations)).with_context()


def differences_at(stations: Iterable[Office]) -> QuerySet[Difference]:
    """Everything found to differ at these stations, newest first."""
    found = Difference.objects.filter(station__in=list(stations))
    return found.select_related("station", "case__subtype__catalogue", "volume", "found_by", "settled_by")


def unbound(station: Office, year: int | None = None) -> QuerySet[Paper]:
    """Paper of filed cases that is in no bound volume, of one year or of all, in the order of archive numbers."""
    waiting = Paper.objects.filter(station=station, track=Track.DUAL, bound_at=None)
    if year is not None:
        waiting = waiting.filter(year=year)
    return waiting.select_related("case__subtype__catalogue", "case__archive_record").order_by(
        "year", "category", "retention", "case__archive_record__number"
    )


def in_tray(station: Office, year: int | None = None) -> list[InTray]:
    """How many cases of which kind have paper that lies in no volume at all."""
    waiting = Paper.objects.filter(station=station, track=Track.DUAL, bound_at=None)
    if year is not None:
        waiting = waiting.filter(year=year)
    lying = waiting.exclude(case__volume_items__in=VolumeItem.objects.filter(taken_out_at=None))
    rows = lying.order_by("year", "category", "retention").values_list("year", "retention", "category")
    return [InTray(*row) for row in rows.annotate(n=Count("pk"))]


def counts(stations: Iterable[Office], year: int | None = None) -> PaperCounts:
    """How the paper of these stations stands together, of one year or of all. Four aggregates."""
    return sum(counts_by_station(stations, year).values(), PaperCounts())


def counts_by_station(stations: Iterable[Office], year: int | None = None) -> dict[int, PaperCounts]:
    """Key of each station → how its paper stands, of one year or of all. Four aggregates, whatever the number of stations."""
    offices = [station.pk for station in stations]
    of_year = {} if year is None else {"year": year}
    paper = _each(
        Paper.objects.filter(station__in=offices, **of_year),
        filed=Count("pk"),
        single=Count("pk", filter=Q(track=Track.SINGLE)),
        bound=Count("pk", filter=Q(bound_at__isnull=False)),
    )
    volumes = _each(
        Volume.objects.filter(station__in=offices, **of_year),
        every=Count("pk"),
        still_open=Count("pk", filter=Q(state=Volume.State.OPEN)),
    )
    loans = _each(
        Loan.objects.filter(station__in=offices).under_way(),
        asked=Count("pk", filter=Q(state=Loan.State.ASKED)),
        out=Count("pk", filter=Q(state=Loan.State.OUT)),
        late=Count("pk", filter=Q(state=Loan.State.OUT, due_on__lt=clock.today())),
    )
    differing = _each(Difference.objects.filter(station__in=offices, settled_at=None), n=Count("pk"))
    none: dict[str, int] = {}
    return {
        pk: PaperCounts(
            filed=(kept := paper.get(pk, none)).get("filed", 0),
            single=kept.get("single", 0),
            bound=kept.get("bound", 0),
            unbound=kept.get("filed", 0) - kept.get("single", 0) - kept.get("bound", 0),
            volumes=(made := volumes.get(pk, none)).get("every", 0),
            open_volumes=made.get("still_open", 0),
            asked=(lent := loans.get(pk, none)).get("asked", 0),
            out=lent.get("out", 0),
            late=lent.get("late", 0),
            differences=differing.get(pk, none).get("n", 0),
        )
        for pk in offices
    }


def _each(rows: QuerySet[Any], **figures: Count) -> dict[int, dict[str, int]]:
    return {row["station"]: row for row in rows.order_by().values("station").annotate(**figures)}
