"""PDFs of the paper room: labels, contents, the binding list."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from hukou.accounts import policies
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.volumes import prints, queries
from workflows.volumes.models import Box
from workflows.volumes.shelving import OLDEST


@login_required
@require_GET
@xframe_options_sameorigin
def box_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """The spine label of a box and of every volume in it."""
    officer = signed_in(request)
    box = Box.objects.select_related("station__parent__parent").filter(pk=pk).first()
    if box is None or not policies.allow(officer, "paper.view", box.station):
        raise NotFound
    inside = box.volumes.with_context()
    return _pdf(prints.labels([box, *inside]), box.number)


@login_required
@require_GET
@xframe_options_sameorigin
def volume_label(request: HttpRequest, pk: int) -> HttpResponse:
    """The spine label of a volume."""
    volume = queries.volume_for(signed_in(request), pk)
    return _pdf(prints.labels([volume]), f"volume-{volume.pk}-label")


@looking.shows("list.viewed")
@login_required
@require_GET
@xframe_options_sameorigin
def contents(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of contents of a volume and its sheet of remarks."""
    officer = signed_in(request)
    volume = queries.volume_for(officer, pk)
    looking.at_list(officer)
    return _pdf(prints.contents(volume), f"volume-{volume.pk}-contents")


@login_required
@require_GET
@xframe_options_sameorigin
def binding_list(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The binding list of a station and year."""
    station = queries.station_for(signed_in(request), pk)
    if not OLDEST <= year <= clock.today().year:
        raise NotFound
    return _pdf(prints.binding_list(station, year), f"{station.code}-{year}")


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
