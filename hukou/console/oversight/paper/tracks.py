"""Which sub-types are kept on paper too (双轨制) and which as electronic file alone (单套制); the city decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.catalogue import queries as catalogue
from hukou.catalogue.errors import NoCatalogue
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotPermitted
from workflows.volumes import actions, tracks
from workflows.volumes.models import Track, TrackRule

from .entering import day

PAGE = "oversight/paper/tracks.html"


@login_required
@require_http_methods(["GET", "POST"])
def track_list(request: HttpRequest) -> HttpResponse:
    """Every sub-type with its track and the history of decisions; POST decides one anew."""
    officer = signed_in(request)
    policies.require(officer, "track.view")
    if request.method == "POST":
        said = request.POST
        try:
            actions.set_track(
                subtype=said.get("subtype", ""),
                track=said.get("track", ""),
                starts_on=day(said, "starts_on"),
                legal_basis=said.get("legal_basis", ""),
                reason=said.get("reason", ""),
                by=officer,
            )
        except NotPermitted:
            raise
        except DomainError as error:
            return render(request, PAGE, _page(officer) | {"error": error}, status=status_of(error))
        messages.success(request, _("It is decided; cases filed from that day on are kept so."))
        return redirect("paper_tracks")
    return render(request, PAGE, _page(officer))


def _page(officer: Officer) -> dict[str, Any]:
    try:
        rows = catalogue.by_category()
    except NoCatalogue:
        rows = []
    in_force = tracks.rules_in_force()
    to_come: dict[str, TrackRule] = {}
    for rule in TrackRule.objects.filter(starts_on__gt=clock.today()).order_by("-starts_on", "-pk"):
        to_come[rule.subtype] = rule
    named = {subtype.code: subtype for category in rows for subtype in category.subtypes}
    single = sum(rule.track == Track.SINGLE for code, rule in in_force.items() if code in named)
    return {
        "categories": [
            {
                "category": category,
                "lines": [
                    {
                        "subtype": subtype,
                        "rule": in_force.get(subtype.code),
                        "single": subtype.code in in_force and in_force[subtype.code].track == Track.SINGLE,
                        "next": to_come.get(subtype.code),
                    }
                    for subtype in category.subtypes
                ],
            }
            for category in rows
        ],
        "history": [{"rule": rule, "subtype": named.get(rule.subtype)} for rule in tracks.history()[:50]],
        "single": single,
        "all": len(named),
        "may_set": policies.allow(officer, "track.set"),
        "today": clock.today(),
    }
