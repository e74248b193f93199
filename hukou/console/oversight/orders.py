"""Rectification orders (核查下发) on both sides: the station answers, the inspector looks a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from audit.inspection import actions, queries
from audit.inspection.models import Order
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel.errors import DomainError, NotFound
from workflows.archive.models import ArchiveRecord
from workflows.cases import folders, late, transitions
from workflows.cases import queries as cases
from workflows.cases.models import Case, MaterialPage
from workflows.cases.transitions import Verb

from . import subjects

LINES = 100
ACTS: dict[str, tuple[Callable[..., Order], Promise]] = {
    "answer": (actions.answer, _("The answer was sent.")),
    "accept": (actions.accept, _("The rectification was accepted.")),
    "send-back": (actions.send_back, _("The answer was sent back to the station.")),
    "withdraw": (actions.withdraw, _("The order was withdrawn.")),
}


@login_required
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders the officer sees: what is under way, what is due first; or all of them."""
    officer = signed_in(request)
    found = queries.orders_for(officer)
    state = request.GET.get("state", "")
    states = [("", _("under way"), found.filter(closed_at=None).count())]
    states += [(value, label, found.filter(state=value).count()) for value, label in Order.State.choices]
    chosen = found.filter(state=state) if state in Order.State.values else found.filter(closed_at=None)
    context = {
        "orders": chosen[:LINES],
        "count": chosen.count(),
        "states": states,
        "state": state,
        "inspects": policies.allow(officer, "inspection.look"),
    }
    return render(request, "oversight/orders.html", context)


@looking.shows("case.viewed")
@login_required
@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order with its whole life, what was captured since, and what may be done next."""
    officer = signed_in(request)
    return render(request, "oversight/order.html", _context(queries.order_for(officer, pk), officer))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Answer, accept, send back, withdraw; what was typed survives a refusal."""
    officer = signed_in(request)
    found = queries.order_for(officer, pk)
    if act not in ACTS:
        raise NotFound
    verb, done = ACTS[act]
    days = request.POST.get("working_days", "")
    more = {"working_days": int(days)} if act == "send-back" and days.isdecimal() and len(days) < 4 else {}
    try:
        verb(order_id=pk, words=request.POST.get("words", ""), by=officer, **more)
    except DomainError as error:
        context = _context(found, officer) | {"error": error, "typed": request.POST.dict(), "tried": act}
        return render(request, "oversight/order.html", context, status=status_of(error))
    messages.success(request, str(done))
    return redirect("order", pk=pk)


def on_desk(officer: Officer) -> dict[str, Any]:
    """What the desk shows of orders: those to answer at the station, answers to look at in the bureau."""
    return {
        "orders_to_answer": queries.to_answer(officer)[:8],
        "orders_to_look_at": queries.to_look_at(officer)[:8],
    }


def _context(found: Order, officer: Officer) -> dict[str, Any]:
    case = cases.case_for(officer, found.sample.case_id or 0)
    looking.at_case(case, officer)
    judge, under_way = policies.ruling(officer, "inspection.judge", found), found.closed_at is None
    answered = found.state == Order.State.ANSWERED
    may_answer = policies.allow(officer, "inspection.answer", found) and found.state == Order.State.OPEN
    return {
        "order": found,
        "case": case,
        "findings": [
            {"finding": each, "name": folders.line(case, each.material) if each.material else None}
            for each in queries.findings_sent(found)
        ],
        "turns": found.turns.select_related("by").order_by("pk"),
        "since": _since(case, found),
        "record": ArchiveRecord.objects.filter(case=case).first(),
        "late_open": late.is_open(case),
        "may_answer": may_answer,
        "may_capture": may_answer and transitions.possible(case, Verb.CAPTURE),
        "may_begin_late": may_answer
        and transitions.possible(case, Verb.BEGIN_LATE_CAPTURE)
        and policies.allow(officer, "case.begin_late_capture", case),
        "may_judge": judge.allowed and answered,
        "may_withdraw": judge.allowed and under_way,
        "why_not": judge.reason if answered and policies.allow(officer, "inspection.look", found.office) else "",
        "may_review": policies.allow(officer, "inspection.look", found.office),
    }


def _since(case: Case, found: Order) -> list[dict[str, Any]]:
    """Pages laid in or taken out since the order was sent, as they lie in the slots; what waits in a late capture too."""
    moved = MaterialPage.objects.filter(material__case=case).select_related("material", "page", "placed_by")
    rows = [
        {"placement": placed, "name": folders.line(case, placed.material.code), "at": placed.placed_at, "added": True}
        for placed in moved.filter(placed_at__gte=found.issued_at)
    ]
    rows += [
        {
            "placement": placed,
            "name": folders.line(case, placed.material.code),
            "at": placed.superseded_at,
            "added": False,
        }
        for placed in moved.filter(superseded_at__gte=found.issued_at)
    ]
    return sorted(rows, key=lambda row: str(row["at"]))


def _named(keys: set[str], officer: Officer) -> Mapping[str, subjects.Named]:
    """What the list of alerts calls an order, with its page for who may see it."""
    found = Order.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()]).select_related(
        "office__parent", "station__parent__parent"
    )
    return {
        str(order.pk): subjects.Named(
            order.number,
            reverse("order", args=[order.pk]) if policies.allow(officer, "inspection.see_order", order) else "",
            order.station.short_name,
        )
        for order in found
    }


subjects.register("inspection.order", _named)
