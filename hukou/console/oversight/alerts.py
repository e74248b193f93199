"""Alerts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import actions as alerts
from audit.alerts import queries as alert_queries
from audit.trail.actions import case_of
from capture.stations import queries as stations
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel.errors import NotFound
from workflows.cases import queries
from workflows.seals import queries as seals


@looking.shows("list.viewed")
@login_required
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """Open alerts of my offices, the oldest due first, then what was closed lately."""
    officer = signed_in(request)
    looking.at_list(officer)
    found = list(alert_queries.open_for(_offices(officer)))
    about = {alert.pk: case_of(alert.subject) for alert in found}
    # Within the officer's scope: who runs the system sees that something is late, not whose it is.
    cases = queries.visible(officer).in_bulk([case for case in about.values() if case])
    devices = stations.names_of(alert.subject for alert in found if about[alert.pk] is None)
    titles = seals.titles_of(alert.subject for alert in found)
    rows = [
        {
            "alert": alert,
            "seal": titles.get(alert.subject),
            "case": cases.get(about[alert.pk] or 0),
            "device": devices.get(alert.subject),
        }
        for alert in found
    ]
    return render(request, "alerts/list.html", {"rows": rows})


@login_required
@require_POST
def alert_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alert with a record of what was done."""
    officer = signed_in(request)
    if not alert_queries.known_in(_offices(officer), pk):
        raise NotFound
    alerts.close_alert(alert_id=pk, by=officer, record=request.POST.get("record", ""))
    messages.success(request, _("The alert has been closed."))
    return redirect("alerts")


def _offices(officer: Officer) -> list[Office]:
    return [duty.office for duty in policies.duties_of(officer)]
