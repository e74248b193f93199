"""What inspections came to: counts per inspecting office, station and officer, and the findings behind every number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.inspection import queries
from audit.inspection.models import Finding
from audit.inspection.populations import told
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel import clock

LINES = 50
LONGEST = timedelta(days=366)


@login_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Counts of some days, each rate with what it is a share of."""
    officer = signed_in(request)
    policies.require(officer, "inspection.look")
    first, last = _days(request)
    found = queries.results(first, last, queries.inspecting(officer))
    offices = Office.objects.in_bulk([*found.stations, *found.offices])
    officers = Officer.objects.in_bulk(list(found.officers))
    context = {
        "first": first,
        "last": last,
        "total": found.total,
        "as_of": found.as_of,
        "stations": [{"office": offices[key], "counts": counts} for key, counts in found.stations.items()],
        "officers": [{"officer": officers[key], "counts": counts} for key, counts in found.officers.items()],
        "offices": [{"office": offices[key], "row": row} for key, row in sorted(found.offices.items())],
        "kinds": [(kind, Finding.Kind(kind).label, n) for kind, n in sorted(found.total.kinds.items(), key=_most)],
        "days": urlencode({"first": first.isoformat(), "last": last.isoformat()}),
    }
    return render(request, "oversight/inspection_results.html", context)


@looking.shows("list.viewed")
@login_required
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """The findings in scope, narrowed by station, officer, kind, severity and days.

    Of some days it is what a number of the results counts, and no more: without those about adoptions.
    """
    officer = signed_in(request)
    policies.require(officer, "inspection.look")
    looking.at_list(officer)
    asked = request.GET
    found = queries.findings_for(officer)
    if asked.get("first") or asked.get("last"):
        first, last = _days(request)
        found = found.filter(
            told("sample__case_id"), sample__reviewed_at__date__gte=first, sample__reviewed_at__date__lte=last
        )
    for name, field in (("station", "sample__station"), ("officer", "officer"), ("severity", "severity")):
        if asked.get(name, "").isdecimal() and len(asked[name]) < 10:
            found = found.filter(**{field: int(asked[name])})
    if asked.get("kind") in Finding.Kind.values:
        found = found.filter(kind=asked["kind"])
    if asked.get("state") == "open":
        found = found.filter(rectified_at=None)
    page = Paginator(found, LINES).get_page(asked.get("page"))
    stations = queries.stations_seen(officer)
    context: dict[str, Any] = {
        "page": page,
        "kinds": Finding.Kind.choices,
        "severities": Finding.Severity.choices,
        "stations": stations,
        "asked": asked,
        "previous_url": _address(request, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(request, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "oversight/findings.html", context)


def _days(request: HttpRequest) -> tuple[date, date]:
    """The days asked for; by default the running month. Never more than a year."""
    today = clock.today()
    first = _day(request.GET.get("first", "")) or today.replace(day=1)
    last = _day(request.GET.get("last", "")) or today
    return (first, last) if first <= last <= first + LONGEST else (today.replace(day=1), today)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
