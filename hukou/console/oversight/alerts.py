"""Alerts: the list, the page of one, and what an officer does about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import actions, ladders, listing, rules, terms
from audit.alerts.listing import Narrowing, Place
from audit.alerts.models import Alert
from audit.outbox import queries as outbox
from audit.trail import permissions as trail_rights
from audit.trail import queries as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel.errors import Conflict, DomainError, NotFound, NotPermitted

from . import subjects, tallies
from .alertrules import PARAMS

PAGE = 25
"""Lines of a page: what a screen shows."""
MOST_TOGETHER = 200
"""Alerts taken note of in one go."""
OVERSEES = frozenset({Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER, Duty.Role.OVERSEER, Duty.Role.AUDIT_ADMIN})
"""Who is first shown what is told to all the offices under theirs."""


@looking.shows("list.viewed")
@login_required
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """Alerts told to me, or in my offices and those under them; narrowed, counted by what narrows, in pages."""
    officer = signed_in(request)
    looking.at_list(officer)
    return render(request, "oversight/alerts/list.html", _list(officer, request.GET))


@looking.shows("list.viewed")
@login_required
@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what was found, its ladder, what was said and done about it, and where that stands in the trail."""
    officer = signed_in(request)
    looking.at_list(officer)
    return render(request, "oversight/alerts/alert.html", _page(_seen(officer, pk), officer))


@login_required
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that I am at it."""
    officer = signed_in(request)
    actions.acknowledge(alert_id=_seen(officer, pk).pk, by=officer)
    messages.success(request, _("It is noted that you are at it."))
    return redirect("alert", pk)


@login_required
@require_POST
def acknowledge_together(request: HttpRequest) -> HttpResponse:
    """Take note of the ticked alerts; each by itself, so that one that is not mine holds up no other."""
    officer, noted, refused = signed_in(request), 0, 0
    for key in [key for key in request.POST.getlist("alert") if key.isascii() and key.isdigit()][:MOST_TOGETHER]:
        try:
            actions.acknowledge(alert_id=int(key[:18]), by=officer)
            noted += 1
        except (NotFound, NotPermitted, Conflict):
            refused += 1
    if noted:
        words = ngettext("{n} alert was taken note of.", "{n} alerts were taken note of.", noted)
        messages.success(request, words.format(n=noted))
    if refused:
        words = ngettext(
            "{n} alert was not: it is not yours, or it is closed.",
            "{n} alerts were not: they are not yours, or they are closed.",
            refused,
        )
        messages.warning(request, words.format(n=refused))
    narrowing = Narrowing.read(request.GET)
    return redirect(f"{reverse('alerts')}?{urlencode(narrowing.said())}")


@looking.shows("list.viewed")
@login_required
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how it came about."""
    return _written(request, pk, "explanation", _("The explanation has been added."))


@looking.shows("list.viewed")
@login_required
@require_POST
def alert_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alert with a record of what was done."""
    return _written(request, pk, "record", _("The alert has been closed."))


def _written(request: HttpRequest, pk: int, field: str, done: str) -> HttpResponse:
    """Carry out what the form of that field asks for; a refusal shows the page again with what was typed."""
    officer = signed_in(request)
    found, typed = _seen(officer, pk), request.POST.get(field, "")
    try:
        if field == "record":
            actions.close_alert(alert_id=pk, by=officer, record=typed)
        else:
            actions.explain(alert_id=pk, by=officer, text=typed)
    except (NotFound, NotPermitted, Conflict):
        raise
    except DomainError as error:
        looking.at_list(officer)
        context = _page(found, officer) | {"error": error, "opened": field, "typed": typed}
        return render(request, "oversight/alerts/alert.html", context, status=422)
    messages.success(request, done)
    return redirect("alert", pk)


def _seen(officer: Officer, pk: int) -> Alert:
    found = listing.seen_by(policies.duties_of(officer), pk)
    if found is None:
        raise NotFound
    return found


def _list(officer: Officer, said: QueryDict) -> dict[str, Any]:
    duties = policies.duties_of(officer)
    oversees = any(duty.role in OVERSEES for duty in duties)
    narrowing = Narrowing.read(said)
    found = listing.page(duties, narrowing, most=PAGE + 1, after=Place.read(said.get("after", "")))
    shown, after = found[:PAGE], said.get("after", "")
    counted = listing.counted(duties, whose=narrowing.whose)
    fitting = [one for one in counted if tallies.fits(one, narrowing, but=("office", "kind"))]
    about = subjects.of(shown, officer)
    rows = [
        {
            "alert": one,
            "about": about[one.pk],
            "mine": _may_note(officer, one),
            "may_close": one.closed_at is None and policies.allow(officer, "alert.close", one),
        }
        for one in shown
    ]
    return {
        "rows": rows,
        "narrowing": narrowing,
        "oversees": oversees,
        "tally": tallies.of(counted, narrowing),
        "choices": tallies.choices(counted, narrowing),
        "matrix": tallies.matrix(fitting, narrowing, _root(duties, narrowing)) if narrowing.whose == "all" else None,
        "links": tallies.links(narrowing),
        "here": tallies.address(narrowing, after),
        "query": urlencode(narrowing.said()),
        "first_url": tallies.address(narrowing) if after else "",
        "next_url": tallies.address(narrowing, Place.of(shown[-1]).said()) if len(found) > PAGE else "",
        "noticeable": any(row["mine"] for row in rows),
    }


def _root(duties: list[Duty], narrowing: Narrowing) -> Office | None:
    """The office whose table is shown: the one gone down to, or the first of mine."""
    if narrowing.under:
        return Office.objects.filter(pk=int(narrowing.under)).first()
    return duties[0].office if duties else None


def _may_note(officer: Officer, one: Alert) -> bool:
    return one.acknowledged_at is None and one.closed_at is None and policies.allow(officer, "alert.acknowledge", one)


def _page(found: Alert, officer: Officer) -> dict[str, Any]:
    known = rules.get(found.rule)
    holds = terms.of(found.rule) if known else None
    ladder = ladders.of(found)
    may = {
        act: found.closed_at is None and policies.allow(officer, f"alert.{act}", found)
        for act in ("acknowledge", "explain", "close")
    }
    may["acknowledge"] = may["acknowledge"] and found.acknowledged_at is None
    concerned, about = found.concerned or found.office, subjects.of([found], officer)[found.pk]
    return {
        "alert": found,
        "about": about,
        "concerned": concerned,
        "rule": known,
        "holds": holds,
        "params": [(PARAMS.get(name, name), value) for name, value in holds.params.items()] if holds else [],
        "looks_for": str(known.about).format_map(tallies.Filled(holds.params)) if known and holds else "",
        "details": tallies.details(found.details, but=("number", "level") if about.case else ()),
        "ladder": ladder,
        "notes": found.notes.select_related("by"),
        "texts": outbox.about_item(found.pk, f"alerts.alert:{found.pk}"),
        "events": _events(found, officer),
        "may": may,
        "may_mute": known is not None and policies.allow(officer, "alert.mute", concerned),
    }


def _events(found: Alert, officer: Officer) -> list[dict[str, Any]]:
    """What stands in the trail about it, with the address of the proof where this officer may take it out."""
    raised = [] if found.batch_id is None else list(trail.events_of(f"alerts.alertbatch:{found.batch_id}"))
    events = [*raised, *trail.events_of(found)]
    reads = bool(trail_rights.offices_read(officer) is None or trail_rights.offices_read(officer))
    return [
        {"entry": entry, "proof": reverse("trail_event_proof", args=[entry.event_id]) if reads else ""}
        for entry in trail.described(events)
    ]
