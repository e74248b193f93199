"""Texts to the stations' telephones: what became of each, sending again, and which telephone an office has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import listing
from audit.outbox import actions, queries, words
from audit.outbox.errors import PhoneUnfit
from audit.outbox.models import Message
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel.errors import NotFound

PAGE = 40


@looking.shows("list.viewed")
@login_required
@require_GET
def texts(request: HttpRequest) -> HttpResponse:
    """Texts to my offices and those under them, the newest first, with the telephones they go to."""
    officer = signed_in(request)
    looking.at_list(officer)
    return render(request, "oversight/texts.html", _page(officer, request))


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what was not delivered."""
    officer = signed_in(request)
    if not queries.within(_offices(officer)).filter(pk=pk).exists():
        raise NotFound
    actions.send_again(message_id=pk, by=officer)
    messages.success(request, _("The text is being sent again."))
    return redirect("texts")


@looking.shows("list.viewed")
@login_required
@require_POST
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which telephone of an office takes texts."""
    officer, typed = signed_in(request), request.POST.get("phone", "")
    if pk not in listing.offices_under(one.pk for one in _offices(officer)):
        raise NotFound
    try:
        office = actions.set_phone(office_id=pk, phone=typed, by=officer)
    except PhoneUnfit as error:
        looking.at_list(officer)
        context = _page(officer, request) | {"error": error, "wrong": pk, "typed": typed}
        return render(request, "oversight/texts.html", context, status=422)
    messages.success(request, _("Texts to {office} go to that telephone now.").format(office=office.short_name))
    return redirect("texts")


def _page(officer: Officer, request: HttpRequest) -> dict[str, Any]:
    offices = _offices(officer)
    found = queries.within(offices)
    counts = queries.states(found)
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    state = state if state in Message.State.values else ""
    shown = found.filter(state=state) if state else found
    if before.isascii() and before.isdigit() and len(before) < 19:
        shown = shown.filter(pk__lt=int(before))
    rows = list(shown.order_by("-pk")[: PAGE + 1])
    line = queries.line()
    older = {"state": state, "before": rows[PAGE - 1].pk} if len(rows) > PAGE else {}
    under = Office.objects.filter(pk__in=listing.offices_under(one.pk for one in offices)).order_by("code")
    return {
        "rows": [{"text": one, "may_send": _may_send(officer, one)} for one in rows[:PAGE]],
        "state": state,
        "states": [(value, label, counts.get(value, 0)) for value, label in Message.State.choices],
        "all": sum(counts.values()),
        "older_url": f"{reverse('texts')}?{urlencode({k: v for k, v in older.items() if v})}" if older else "",
        "offices": [{"office": one, "may_set": policies.allow(officer, "office.set_phone", one)} for one in under],
        "gateway": bool(settings.HUKOU_SMS_GATEWAY),
        "line": line,
        "line_why": words.said(line.why),
    }


def _may_send(officer: Officer, text: Message) -> bool:
    states = (Message.State.FAILED, Message.State.GIVEN_UP, Message.State.KEPT)
    return text.state in states and policies.allow(officer, "text.send_again", text)


def _offices(officer: Officer) -> list[Office]:
    return [duty.office for duty in policies.duties_of(officer)]
