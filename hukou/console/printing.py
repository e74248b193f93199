"""What is printed from a button of ours is put on record before the browser prints it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from audit.trail import actions as trail
from audit.trail import viewing
from hukou.kernel.errors import NotFound
from workflows.cases import queries

from .people import signed_in

WHAT = frozenset({"notice", "trail"})
"""Screens of a case that have a button for printing."""


@login_required
@require_POST
def printed(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """A screen of a case is about to be printed. 204; each time is an event of its own."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    if what not in WHAT:
        raise NotFound
    trail.record("document.printed", subject=viewing.subject_of(case), case=case.pk, by=officer, details={"kind": what})
    return HttpResponse(status=204)
