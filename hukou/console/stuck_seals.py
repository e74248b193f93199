"""Seals that are signed and not on: shown with their reason, and put on by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hukou.accounts import policies
from hukou.accounts.models import Officer
from workflows.cases import queries as cases
from workflows.seals import by_hand
from workflows.seals import queries as seals
from workflows.seals.errors import SealStuck

from .people import signed_in

SHOWN = 8


@login_required
@require_POST
def finish(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """Try now, in this request; on success the case goes on, otherwise the reason is said."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    try:
        by_hand.finish(application_id=application, case_id=case.pk, by=officer)
        messages.success(request, _("The seal is on; the case goes on by itself."))
    except SealStuck as stuck:
        messages.error(request, f"{stuck.text} {stuck.advice}")
    return redirect("case", case.pk)


def of_case(case_id: int, officer: Officer) -> list[dict[str, Any]]:
    """Seals of a case that are not on, why, and whether this officer may finish them."""
    return [
        {
            "application": waiting,
            "why": by_hand.words_of(waiting.failure) if waiting.failure else "",
            "may_finish": policies.allow(officer, "seal.finish", waiting.seal.home),
        }
        for waiting in seals.unfinished(case_id)
    ]


def of_desk(officer: Officer) -> list[dict[str, Any]]:
    """Seals that got stuck at this officer's offices, with the reason."""
    return [
        {"application": stuck, "case": stuck.document.case, "why": by_hand.words_of(stuck.failure)}
        for stuck in by_hand.stuck_for(officer, SHOWN)
    ]
