"""My own seal: its picture and validity, another PIN, and stopping it at once when it is lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError, NotFound
from workflows.seals.errors import PinsDiffer
from workflows.seals.register import pins, shelf, stopping

from .people import signed_in
from .refusals import status_of
from .seals import row


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My seals that are not stopped; usually one."""
    return render(request, "seals/mine.html", _context(signed_in(request)))


@login_required
@require_POST
def change_pin(request: HttpRequest) -> HttpResponse:
    """Another PIN for my key. The old one is needed; nobody else can do it."""
    officer, said = signed_in(request), request.POST
    try:
        if said.get("new", "") != said.get("again", ""):
            raise PinsDiffer
        pins.change_pin(seal_id=_chosen(officer, said), by=officer, old=said.get("pin", ""), new=said.get("new", ""))
    except DomainError as error:
        return _refused(request, officer, error)
    messages.success(request, _("The PIN has been changed."))
    return redirect("seal_mine")


@login_required
@require_POST
def lost(request: HttpRequest) -> HttpResponse:
    """Stop my seal at once; only its keeper can resume it."""
    officer, said = signed_in(request), request.POST
    try:
        stopping.suspend(seal_id=_chosen(officer, said), by=officer, reason=said.get("reason", ""))
    except DomainError as error:
        return _refused(request, officer, error)
    messages.success(request, _("Your seal is suspended. Tell its keeper at the unit above."))
    return redirect("seal_mine")


def _chosen(officer: Officer, said: Any) -> int:
    """The key of the seal meant, when it is this officer's. Raises NotFound."""
    for found in shelf.own_live(officer):
        if str(found.pk) == said.get("seal", ""):
            return found.pk
    raise NotFound


def _context(officer: Officer) -> dict[str, Any]:
    return {"rows": [row(found) for found in shelf.own_live(officer)]}


def _refused(request: HttpRequest, officer: Officer, error: DomainError) -> HttpResponse:
    return render(request, "seals/mine.html", _context(officer) | {"error": error}, status=status_of(error))
