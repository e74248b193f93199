"""The paper room of a station: cabinets, boxes, volumes, the tray of the window; and the one field a scanner types into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.catalogue.types import RETENTIONS
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.cases import queries as cases
from workflows.cases.searching import is_secret
from workflows.volumes import actions, paper_alerts, queries, scanning, words
from workflows.volumes.errors import BadEntry
from workflows.volumes.models import Box, Cabinet, Volume, VolumeItem
from workflows.volumes.types import PaperCounts

from .entering import number, number_or, year_or

ROOM = "oversight/paper/room.html"
SHOWN = 300
"""Cases of the tray on one screen; a year narrows them."""


@login_required
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """My station's paper room; whoever is over several stations chooses one."""
    officer = signed_in(request)
    stations = queries.stations_of(officer)
    if not stations:
        raise NotPermitted(reason=_("no station's paper is in your charge"))
    if len(stations) == 1:
        return redirect("paper_room", pk=stations[0].pk)
    today = clock.today()
    year = year_or(request.GET, "year") or today.year
    counted = queries.counts_by_station(stations, year)
    context = {
        "rows": [{"station": station, "counts": counted[station.pk]} for station in stations],
        "all": sum(counted.values(), PaperCounts()),
        "year": year,
        "years": range(today.year, today.year - 6, -1),
    }
    return render(request, "oversight/paper/stations.html", context)


@login_required
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper room of one station."""
    officer = signed_in(request)
    return render(request, ROOM, _room(officer, queries.station_for(officer, pk)))


@looking.shows("list.viewed")
@login_required
@require_GET
def tray(request: HttpRequest, pk: int) -> HttpResponse:
    """Filed cases whose paper is in no bound volume, of one year or of all; what has to be bound by when."""
    officer = signed_in(request)
    station = queries.station_for(officer, pk)
    looking.at_list(officer)
    year = year_or(request.GET, "year")
    waiting = queries.unbound(station, year)
    rows = list(waiting[:SHOWN])
    placed = VolumeItem.objects.filter(case__in=[row.case_id for row in rows], taken_out_at=None).select_related(
        "volume"
    )
    volumes = {item.case_id: item.volume for item in placed}
    today = clock.today()
    context = {
        "station": station,
        "year": year,
        "years": range(today.year, today.year - 6, -1),
        "rows": [
            {
                "paper": row,
                "case": row.case,
                "secret": is_secret(row.case.subtype),
                "volume": volumes.get(row.case_id),
            }
            for row in rows
        ],
        "count": waiting.count(),
        "last_day": paper_alerts.last_day(year or today.year - 1),
        "list_year": year or today.year - 1,
        "kinds": _kinds(station, year),
        "may_arrange": policies.allow(officer, "paper.arrange", station),
    }
    return render(request, "oversight/paper/tray.html", context)


@login_required
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """What was scanned or typed leads to the volume, the box or the case."""
    officer = signed_in(request)
    found = scanning.find(request.POST.get("said", ""), stations=queries.stations_of(officer))
    if found.volume is not None:
        return redirect("paper_volume", pk=found.volume.pk)
    if found.box is not None:
        answer = redirect("paper_room", pk=found.box.station_id)
        answer["Location"] += f"#box-{found.box.pk}"
        return answer
    assert found.case is not None
    lies_in = VolumeItem.objects.filter(case=found.case, taken_out_at=None).first()
    if lies_in is not None:
        answer = redirect("paper_volume", pk=lies_in.volume_id)
        answer["Location"] += f"#item-{lies_in.pk}"
        return answer
    return redirect("case", pk=cases.case_for(officer, found.case.pk).pk)


@login_required
@require_POST
def make_cabinet(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a cabinet."""

    def make(officer: Officer) -> HttpResponse:
        said = request.POST
        shelves = number_or(said, "shelves", 5)
        actions.make_cabinet(
            station_id=pk, room=said.get("room", ""), name=said.get("name", ""), shelves=shelves or 0, by=officer
        )
        messages.success(request, _("The cabinet has been entered."))
        return redirect("paper_room", pk=pk)

    return _in_room(request, pk, make)


@login_required
@require_POST
def make_box(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a box."""

    def make(officer: Officer) -> HttpResponse:
        cabinet, shelf = _place(request)
        box = actions.make_box(station_id=pk, cabinet_id=cabinet, shelf=shelf, by=officer)
        messages.success(
            request, _("Box {number} has been made; print its label.").format(number=f"{box.sequence:05d}")
        )
        return redirect("paper_room", pk=pk)

    return _in_room(request, pk, make)


@login_required
@require_POST
def move_box(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a box on another shelf."""
    box = Box.objects.filter(pk=pk).first()
    if box is None:
        raise NotFound

    def move(officer: Officer) -> HttpResponse:
        cabinet, shelf = _place(request)
        if cabinet is None or shelf is None:
            raise BadEntry(field="—")
        actions.move_box(box_id=pk, cabinet_id=cabinet, shelf=shelf, reason=request.POST.get("reason", ""), by=officer)
        messages.success(request, _("The box has a new place; the old one stays on record."))
        return redirect("paper_room", pk=box.station_id)

    return _in_room(request, box.station_id, move)


@login_required
@require_POST
def open_volume(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a volume."""

    def make(officer: Officer) -> HttpResponse:
        said = request.POST
        volume = actions.open_volume(
            station_id=pk,
            year=number(said, "year"),
            retention=said.get("retention", ""),
            category=said.get("category", ""),
            box_id=number_or(said, "box"),
            by=officer,
        )
        messages.success(request, _("The volume is open; put paper in by scanning."))
        return redirect("paper_volume", pk=volume.pk)

    return _in_room(request, pk, make)


def _in_room(request: HttpRequest, pk: int, act: Callable[[Officer], HttpResponse]) -> HttpResponse:
    """Do something in the room; an error is said on the same page."""
    officer = signed_in(request)
    station = queries.station_for(officer, pk)
    try:
        return act(officer)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        return render(request, ROOM, _room(officer, station) | {"error": error}, status=status_of(error))


def _place(request: HttpRequest) -> tuple[int | None, int | None]:
    """Cabinet and shelf as one choice of the form: "cabinet-shelf"."""
    cabinet, _dash, shelf = request.POST.get("place", "").partition("-")
    both = cabinet.isdecimal() and shelf.isdecimal() and len(cabinet) < 16 and len(shelf) < 4
    return (int(cabinet), int(shelf)) if both else (None, None)


def _room(officer: Officer, station: Office) -> dict[str, Any]:
    boxes = list(Box.objects.filter(station=station).select_related("cabinet"))
    volumes = list(Volume.objects.filter(station=station).select_related("box"))
    by_box: dict[int | None, list[Volume]] = {}
    for volume in volumes:
        by_box.setdefault(volume.box_id, []).append(volume)
    tiles: dict[tuple[int | None, int | None], list[dict[str, Any]]] = {}
    for box in boxes:
        tiles.setdefault((box.cabinet_id, box.shelf), []).append({"box": box, "volumes": by_box.get(box.pk, [])})
    cabinets = list(Cabinet.objects.filter(station=station))
    may_arrange = policies.allow(officer, "paper.arrange", station)
    return {
        "station": station,
        "counts": queries.counts([station]),
        "last_year": clock.today().year - 1,
        "unbound_last_year": queries.unbound(station, clock.today().year - 1).count(),
        "last_day": paper_alerts.last_day(clock.today().year - 1),
        "cabinets": [
            {
                "cabinet": cabinet,
                "shelves": [
                    {"number": n, "tiles": tiles.get((cabinet.pk, n), [])} for n in range(1, cabinet.shelves + 1)
                ],
            }
            for cabinet in cabinets
        ],
        "unplaced": tiles.get((None, None), []),
        "unboxed": by_box.get(None, []),
        "open_volumes": [volume for volume in volumes if volume.state == Volume.State.OPEN],
        "kinds": _kinds(station, None),
        "under_way": list(queries.loans_at([station]).under_way().order_by("due_on", "asked_at")[:8]),
        "today": clock.today(),
        "may_arrange": may_arrange,
        **(choices(station) if may_arrange else {}),
        "places": [(f"{cabinet.pk}-{n}", cabinet, n) for cabinet in cabinets for n in range(1, cabinet.shelves + 1)],
        "boxes": boxes,
    }


def choices(station: Office) -> dict[str, Any]:
    """What a volume can be opened for: years, retentions, categories."""
    this_year = clock.today().year
    return {
        "years": range(this_year, this_year - 12, -1),
        "retentions": [(one, words.retention_name(one)) for one in RETENTIONS],
        "categories": catalogue.categories(),
    }


def _kinds(station: Office, year: int | None) -> list[dict[str, Any]]:
    """Kinds of paper that lies in no volume, with their words and the open volume that takes them."""
    still_open = {
        (volume.year, volume.retention, volume.category): volume
        for volume in Volume.objects.filter(station=station, state=Volume.State.OPEN)
    }
    names = words.category_names()
    return [
        {
            "kind": kind,
            "category_name": names.get(kind.category, kind.category),
            "retention_name": words.retention_name(kind.retention),
            "volume": still_open.get((kind.year, kind.retention, kind.category)),
        }
        for kind in queries.in_tray(station, year)
    ]
