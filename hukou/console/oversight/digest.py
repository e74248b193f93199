"""The daily digest: what an office was told in the morning, and how it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from audit.alerts import listing
from audit.outbox import digests
from audit.outbox import queries as outbox
from audit.outbox.models import Digest
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console.people import signed_in
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from . import jobs, tallies


@login_required
@require_GET
def digest(request: HttpRequest) -> HttpResponse:
    """What is quietly broken at my office and those under it: as told in the morning of a day, and now."""
    officer = signed_in(request)
    mine = [duty.office for duty in policies.duties_of(officer)]
    offices = list(Office.objects.filter(pk__in=listing.offices_under(one.pk for one in mine)).order_by("code"))
    if not offices:
        raise NotFound
    office, day = _chosen(request.GET.get("office", ""), offices, mine[0]), _day(request.GET.get("day", ""))
    told = digests.of_day(office, day)
    now = digests.look(office)
    totals = dict(Digest.objects.filter(day=day, office__in=offices).values_list("office", "total"))
    context = {
        "office": office,
        "offices": [(one, totals.get(one.pk), _address(one, day)) for one in offices],
        "day": day,
        "days": [(one, _address(office, one)) for one in _days(day)],
        "told": told,
        "text": outbox.about_subject(f"outbox.digest:{told.pk}") if told else None,
        "parts": _parts(told.counts if told else {}, now, office, officer),
        "at": digests.AT,
    }
    return render(request, "oversight/alerts/digest.html", context)


def _parts(
    told: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]], office: Office, officer: Officer
) -> list[Any]:
    """Part by part: every line that was told or is true now, with both numbers and where it is mended."""
    found = []
    for name, part in digests.registered().items():
        if office.level not in part.levels:
            continue
        whats = list(dict.fromkeys([*told.get(name, {}), *now.get(name, {})]))
        lines = [
            {
                "words": digests.words_of(name, what),
                "told": told.get(name, {}).get(what, 0),
                "now": now.get(name, {}).get(what, 0),
                "url": where(name, what, office, officer),
            }
            for what in whats
        ]
        found.append({"label": part.label, "lines": lines})
    return found


def where(part: str, what: str, office: Office, officer: Officer) -> str:
    """The page that shows what a line counts; "" where this officer has none."""
    whole = {"whose": "all"} if office.level != Office.Level.STATION else {}
    match part:
        case "alerts":
            return tallies.address(listing.Narrowing(**whole, kind=what if what != "other" else ""))
        case "texts":
            return reverse("texts") + (f"?{urlencode({'state': what})}" if what != "no_number" else "#phones")
        case "rules":
            return reverse("alert_rules")
        case "jobs":
            return jobs.place_of(what, officer)
        case "health" | "sweeps":
            return reverse("healthz")
    return ""


def _chosen(typed: str, offices: list[Office], usual: Office) -> Office:
    if not typed:
        return usual
    found = next((office for office in offices if str(office.pk) == typed), None)
    if found is None:
        raise NotFound
    return found


def _day(typed: str) -> date:
    try:
        day = parse_date(typed)
    except ValueError:
        day = None
    return day or digests.newest_day(clock.now()) or clock.today()


def _days(day: date) -> list[date]:
    """The working week around a day, as far as digests were made."""
    made = Digest.objects.filter(day__gte=day - timedelta(days=10), day__lte=day + timedelta(days=10))
    return list(made.order_by("-day").values_list("day", flat=True).distinct())[:8]


def _address(office: Office, day: date) -> str:
    return f"{reverse('alert_digest')}?{urlencode({'office': office.pk, 'day': day.isoformat()})}"
