"""Who decides in whose stead, from when to when: give, look at, and end deputations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock
from hukou.kernel.errors import DomainError
from workflows.approvals import deputies as verbs
from workflows.approvals import errors
from workflows.approvals.models import Deputation
from workflows.approvals.steps import DECIDING

from .people import signed_in
from .refusals import status_of

SHOWN = 200
"""Deputations shown, the newest first."""


@login_required
@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """Deputations of the duties I may give, and of my own; the form to give one."""
    officer = signed_in(request)
    if request.method == "GET":
        return render(request, "approvals/deputies.html", _context(officer))
    post = request.POST
    try:
        verbs.deputise(
            duty_id=_number(post.get("duty", "")),
            deputy=_deputy(post.get("deputy", "")),
            starts_on=_day(post.get("starts_on", "")),
            ends_on=_day(post.get("ends_on", "")),
            by=officer,
            reason=post.get("reason", ""),
            categories=post.getlist("categories"),
        )
    except DomainError as error:
        context = _context(officer) | {"error": error, "typed": post, "ticked": post.getlist("categories")}
        return render(request, "approvals/deputies.html", context, status=status_of(error))
    messages.success(request, _("The deputy has been appointed."))
    return redirect("deputies")


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a deputation now."""
    verbs.revoke(deputation_id=pk, by=signed_in(request))
    messages.success(request, _("The deputation has ended."))
    return redirect("deputies")


def _context(officer: Officer) -> dict[str, Any]:
    duties = _givable(officer)
    mine = Q(deputy=officer) | Q(duty__in=duties) | Q(duty__officer=officer)
    found = Deputation.objects.filter(mine).select_related("duty__officer", "duty__office", "deputy", "given_by")
    today = clock.today()
    return {
        "rows": [
            {
                "given": given,
                "holds": given.revoked_at is None and given.starts_on <= today <= given.ends_on,
                "over": given.revoked_at is not None or given.ends_on < today,
                "may_revoke": given.revoked_at is None and given.duty_id in {duty.pk for duty in duties},
            }
            for given in found[:SHOWN]
        ],
        "duties": duties,
        "colleagues": _colleagues(duties),
        "categories": catalogue.categories(),
        "today": today,
        "week": today + timedelta(days=6),
    }


def _givable(officer: Officer) -> list[Duty]:
    """Duties in force that this officer may give to a deputy."""
    duties = Duty.objects.in_force(clock.today()).filter(role__in=DECIDING).select_related("officer", "office__parent")
    return [duty for duty in duties if policies.allow(officer, "deputation.give", duty)]


def _colleagues(duties: list[Duty]) -> list[Duty]:
    """One duty of every sworn officer who serves where one of `duties` is held."""
    serving = Duty.objects.in_force(clock.today()).filter(
        office__in={duty.office_id for duty in duties},
        officer__kind=Officer.Kind.OFFICER,
        officer__is_active=True,
    )
    return list(serving.select_related("officer", "office").order_by("office", "officer__number").distinct())


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _deputy(number: str) -> Officer:
    found = Officer.objects.filter(number=number).first()
    if found is None:
        raise errors.NoDeputy(reason=_("no officer has this number"))
    return found


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise errors.NoDeputy(reason=_("a day is missing")) from None
