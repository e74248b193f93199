"""The approver's pages: the inbox of my offices, and the decision page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError
from workflows.approvals import actions, queries
from workflows.approvals.rules import Turn
from workflows.cases import queries as cases
from workflows.cases.models import Case

from . import casepage
from .people import signed_in
from .refusals import status_of

PAGE = 50


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Cases waiting for a duty I hold, the longest waiting first."""
    waiting = queries.inbox(signed_in(request))
    return render(request, "approvals/inbox.html", {"cases": waiting[:PAGE], "count": waiting.count()})


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at every page and decide; what was typed survives every error."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    if request.method == "GET":
        return render(request, "approvals/decide.html", _context(case, officer))
    post = request.POST
    try:
        decision = actions.decide(
            case_id=pk,
            level=_level(post.get("level", "")),
            outcome=post.get("outcome", ""),
            by=officer,
            seen=post.get("seen", ""),
            pin=post.get("pin", ""),
            opinion=post.get("opinion", ""),
            legal_basis=post.get("legal_basis", ""),
        )
    except DomainError as error:
        fresh = Case.objects.with_context().get(pk=pk)
        context = _context(fresh, officer) | {"error": error, "typed": post}
        return render(request, "approvals/decide.html", context, status=status_of(error))
    said = {
        "approve": _("Approved: {number}. The seal is being put on."),
        "refuse": _("Refused: {number}. The seal is being put on."),
        "return": _("Returned to the station: {number}."),
    }
    messages.success(request, said[decision.outcome].format(number=case.number))
    following = queries.inbox(officer).exclude(pk=pk).first()
    return redirect("case_decide", pk=following.pk) if following else redirect("inbox")


def _level(said: str) -> int:
    """The level the form names; 0, which no case has, for anything that is none."""
    return int(said) if said.isdecimal() and len(said) < 3 else 0


def _context(case: Case, officer: Officer) -> dict[str, Any]:
    line = list(queries.inbox(officer).values_list("pk", flat=True)[:PAGE])
    here = line.index(case.pk) if case.pk in line else None
    return casepage.context(case, officer) | {
        "level": case.level,
        "may_decide": case.awaiting_office_id is not None
        and policies.allow(officer, "case.decide", Turn(case, case.level)),
        "why_not": policies.ruling(officer, "case.decide", Turn(case, case.level)).reason,
        "previous_case": line[here - 1] if here else None,
        "next_case": line[here + 1] if here is not None and here + 1 < len(line) else None,
        "waiting_count": len(line),
    }
