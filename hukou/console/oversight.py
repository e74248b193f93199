"""Trail of a case and alerts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import actions as alerts
from audit.alerts import queries as alert_queries
from audit.trail import queries as trail
from workflows.cases import queries
from workflows.cases.models import Case, MaterialPage

from .people import signed_in


@login_required
@require_GET
def case_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to a case, oldest first, with the pictures captured on the way."""
    case = queries.case_for(signed_in(request), pk)
    placements = {
        placed.page_id: placed.pk for placed in MaterialPage.objects.filter(material__case=case).only("pk", "page_id")
    }
    entries = [
        {"entry": entry, "placement": placements.get(entry.details.get("page"))} for entry in trail.timeline(case.pk)
    ]
    return render(
        request, "trail/case_trail.html", {"case": case, "entries": entries, "tree": trail.newest_checkpoint()}
    )


@login_required
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """Open alerts of my offices, the oldest due first, then what was closed lately."""
    officer = signed_in(request)
    offices = [duty.office for duty in officer.duties_on()]
    found = list(alert_queries.open_for(offices))
    cases = Case.objects.with_context().in_bulk(
        [int(alert.subject.rpartition(":")[2]) for alert in found if alert.subject.startswith("cases.case:")]
    )
    rows = [{"alert": alert, "case": cases.get(int(alert.subject.rpartition(":")[2]))} for alert in found]
    return render(request, "alerts/list.html", {"rows": rows})


@login_required
@require_POST
def alert_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alert with a record of what was done."""
    alerts.close_alert(alert_id=pk, by=signed_in(request), record=request.POST.get("record", ""))
    messages.success(request, _("The alert has been closed."))
    return redirect("alerts")
