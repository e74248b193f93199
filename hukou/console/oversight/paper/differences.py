"""Where paper and electronic file differ: the list, recording, settling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import casepage
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.cases import queries as cases
from workflows.volumes import actions, queries
from workflows.volumes.models import Difference

from .entering import number_or
from .onpage import BY_HAND

PAGE = "oversight/paper/differences.html"
SHOWN = 200


@login_required
@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """What was found to differ at the stations I may know of, open ones first of all."""
    return render(request, PAGE, _page(signed_in(request), settled=request.GET.get("settled") == "1"))


@login_required
@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a difference on record from the page of the case."""
    officer, said = signed_in(request), request.POST
    case = cases.case_for(officer, pk)
    found = said.get("found", "")
    try:
        actions.record_difference(
            case_id=case.pk,
            kind=said.get("kind", ""),
            found=found if found in BY_HAND else "",
            note=said.get("note", ""),
            counted=number_or(said, "counted"),
            by=officer,
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        context = casepage.context(case, officer) | {"error": error}
        return render(request, "cases/case.html", context, status=status_of(error))
    messages.success(request, _("The difference is on record; the station has to settle it."))
    return redirect("case", pk=pk)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a difference was settled."""
    officer, said = signed_in(request), request.POST
    found = queries.difference_for(officer, pk)
    try:
        actions.settle_difference(
            difference_id=found.pk, how=said.get("how", ""), note=said.get("note", ""), by=officer
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        return render(request, PAGE, _page(officer, settled=False) | {"error": error}, status=status_of(error))
    messages.success(request, _("The difference is settled; what was found and what was done stay on record."))
    return redirect("paper_differences")


def _page(officer: Officer, *, settled: bool) -> dict[str, Any]:
    stations = queries.stations_of(officer)
    found = queries.differences_at(stations).filter(settled_at__isnull=not settled)
    may = {station.pk: policies.allow(officer, "paper.settle_difference", station) for station in stations}
    return {
        "rows": [{"found": one, "may_settle": not settled and may[one.station_id]} for one in found[:SHOWN]],
        "count": queries.counts(stations).differences,
        "settled": settled,
        "ways": Difference.Settled.choices,
        "several": len(stations) > 1,
    }
