"""The certificate of a captured page: on the screen, and to take away."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.trail import actions as trail
from audit.trail import viewing
from audit.trail.errors import NotInTheLogYet
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel import clock, once
from workflows.cases import queries as cases

from . import bundles, certified
from .certificate import of_page


@looking.shows("page.viewed")
@login_required
@require_GET
def case_page_proof(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """The certificate of a captured page on the screen, every step checked now."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    with once.remembered():
        found = of_page(case, page)
        viewing.note("page.viewed", of=found.page, by=officer, case=case.pk, pages=True)
        context = {"certificate": found, "case": case, "checked_at": clock.now()}
        return render(request, "trail/page_proof.html", context)


@login_required
@require_GET
def case_page_proof_files(request: HttpRequest, pk: int, page: int) -> HttpResponseBase:
    """The picture, the act that captured it, its proof, the verifier and the certificate for print, as one ZIP."""
    officer = signed_in(request)
    case = cases.case_for(officer, pk)
    found = of_page(case, page)
    if found.proof is None:
        raise NotInTheLogYet(waiting=1)
    trail.record(
        "trail.page_proved",
        subject=found.page,
        by=officer,
        case=case.pk,
        details={"event": found.event.pk, "sha256": found.page.sha256, "outcome": found.outcome},
    )
    return bundles.answer(request, f"{case.number or case.pk}-page-{page}.zip", certified.files(found, found.proof))
