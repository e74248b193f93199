"""One volume: its contents, putting paper in by scanner, taking out, binding, moving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.cases.models import Case
from workflows.cases.searching import is_secret
from workflows.volumes import actions, binding, queries, scanning, words
from workflows.volumes.errors import NothingFound, PagesDiffer
from workflows.volumes.loans import out_with
from workflows.volumes.models import Box, Loan, Volume, VolumeItem
from workflows.volumes.prints import live_items

from .entering import number, number_or

PAGE = "oversight/paper/volume.html"


@looking.shows("list.viewed")
@login_required
@require_GET
def volume(request: HttpRequest, pk: int) -> HttpResponse:
    """A volume with what lies in it and where it is."""
    officer = signed_in(request)
    return render(request, PAGE, _page(officer, queries.volume_for(officer, pk)))


@login_required
@require_POST
def put_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A scan names the case, then its pages are counted, then it lies in the volume: each Enter leads on to the next."""
    officer = signed_in(request)
    found = queries.volume_for(officer, pk)
    said = request.POST
    entry: dict[str, Any] | None = None
    try:
        policies.require(officer, "paper.arrange", found.station)
        case = _named(said.get("said", ""), found)
        entry = {"case": case, "said": said.get("said", ""), "secret": is_secret(case.subtype), "typed": said}
        pages = number_or(said, "pages")
        if pages is None:
            binding.look_before(case.pk, found)
            return render(request, PAGE, _page(officer, found) | {"entry": entry})
        item = actions.put_in(
            volume_id=pk,
            case_id=case.pk,
            pages=pages,
            printed=number_or(said, "printed", 0) or 0,
            note=said.get("note", ""),
            by=officer,
        )
    except (NotFound, NotPermitted):
        raise
    except PagesDiffer as error:
        context = _page(officer, found) | {"error": error, "entry": entry and entry | {"differs": True}}
        return render(request, PAGE, context, status=status_of(error))
    except DomainError as error:
        context = _page(officer, found) | {"error": error, "typed": said, "entry": None}
        return render(request, PAGE, context, status=status_of(error))
    told = _("No. {position}: pages {first} to {last}.").format(
        position=item.position, first=item.page_from, last=item.page_to
    )
    messages.success(request, told)
    return redirect("paper_volume", pk=pk)


@login_required
@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the paper of a case out again."""
    item = VolumeItem.objects.filter(pk=pk).first()
    if item is None:
        raise NotFound

    def act(officer: Officer) -> str:
        actions.take_out(item_id=pk, reason=request.POST.get("reason", ""), by=officer)
        return _("It has been taken out; what lay behind it has moved up.")

    return _act(request, item.volume_id, act)


@login_required
@require_POST
def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind the volume."""

    def act(officer: Officer) -> str:
        actions.bind(volume_id=pk, last_page=number(request.POST, "last_page"), by=officer)
        return _("The volume is bound. Print its label and its contents.")

    return _act(request, pk, act)


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the volume into another box."""

    def act(officer: Officer) -> str:
        box = number(request.POST, "box")
        actions.move_volume(volume_id=pk, box_id=box, reason=request.POST.get("reason", ""), by=officer)
        return _("The volume lies in another box; where it lay before stays on record.")

    return _act(request, pk, act)


@login_required
@require_POST
def ask_for_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Call up the whole volume."""

    def act(officer: Officer) -> str:
        said = request.POST
        actions.request_volume(volume_id=pk, purpose=said.get("purpose", ""), basis=said.get("basis", ""), by=officer)
        return _("The station has been asked for the paper.")

    return _act(request, pk, act)


def _act(request: HttpRequest, pk: int, act: Callable[[Officer], str]) -> HttpResponse:
    officer = signed_in(request)
    found = queries.volume_for(officer, pk)
    try:
        done = act(officer)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        found = queries.volume_for(officer, pk)
        context = _page(officer, found) | {"error": error, "typed": request.POST}
        return render(request, PAGE, context, status=status_of(error))
    messages.success(request, done)
    return redirect("paper_volume", pk=pk)


def _named(said: str, volume: Volume) -> Case:
    found = scanning.find(said, stations=[volume.station])
    if found.case is None:
        raise NothingFound(said=said.strip()[:40])
    return found.case


def _page(officer: Officer, volume: Volume) -> dict[str, Any]:
    """Context of the page; notes that the officer is shown a list with names."""
    looking.at_list(officer)
    station = volume.station
    differing = list(queries.differences_at([station]).filter(volume=volume))
    open_differences = {one.case_id for one in differing if one.settled_at is None}
    loans = list(Loan.objects.filter(volume=volume).with_context()) + list(
        Loan.objects.filter(volume=None, case__volume_items__volume=volume, case__volume_items__taken_out_at=None)
        .with_context()
        .order_by("-pk")
    )
    out = {loan.case_id: loan for loan in loans if loan.state == Loan.State.OUT and loan.case_id}
    may_arrange = policies.allow(officer, "paper.arrange", station)
    is_open = volume.state == Volume.State.OPEN
    return {
        "volume": volume,
        "station": station,
        "kind": binding.in_words(volume),
        "category": words.category_name(volume.category),
        "retention": words.retention_name(volume.retention),
        "rows": [
            {
                "item": item,
                "case": item.case,
                "secret": is_secret(item.case.subtype),
                "differs": item.case_id in open_differences,
                "out": out.get(item.case_id),
            }
            for item in live_items(volume)
        ],
        "taken_out": volume.items.exclude(taken_out_at=None).select_related("case", "taken_out_by"),
        "moves": volume.moves.select_related("from_box", "to_box", "moved_by"),
        "box_moves": volume.box.moves.select_related("from_cabinet", "to_cabinet", "moved_by") if volume.box else [],
        "differences": differing,
        "loans": loans,
        "out": out_with(Loan(volume=volume, station=station)),
        "boxes": Box.objects.filter(station=station).select_related("cabinet") if may_arrange else [],
        "is_open": is_open,
        "may_arrange": may_arrange,
        "may_bind": is_open and policies.allow(officer, "paper.bind", station),
        "may_request": policies.allow(officer, "paper.request", station),
        "purposes": Loan.Purpose.choices,
        "most_pages": settings.HUKOU_VOLUME_PAGES,
        "entry": None,
    }
