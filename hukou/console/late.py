"""Late capture over HTTP: open a filed case for more pages, conclude, abandon."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError
from workflows.archive import late as verbs
from workflows.cases import queries
from workflows.cases.models import Case

from . import casepage
from .people import signed_in
from .refusals import status_of


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a filed case for more pages (补充采录), and go on to the camera."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    try:
        verbs.begin_late_capture(case_id=case.pk, reason=request.POST.get("reason", ""), by=officer)
    except DomainError as error:
        return _refused(request, officer, pk, error)
    messages.success(request, _("The case is open for more pages. What was filed stays as it is."))
    return redirect("case_capture", pk=pk)


@login_required
@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next version of the case from what was added."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    try:
        version = verbs.conclude_late_capture(case_id=case.pk, by=officer)
    except DomainError as error:
        return _refused(request, officer, pk, error)
    messages.success(request, _("Version {number} lies in the archive.").format(number=version.number))
    return redirect(f"{reverse('case', args=[pk])}#versions")


@login_required
@require_POST
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the case as it was filed."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    try:
        verbs.abandon_late_capture(case_id=case.pk, reason=request.POST.get("reason", ""), by=officer)
    except DomainError as error:
        return _refused(request, officer, pk, error)
    messages.success(request, _("The late capture was abandoned; the case is as it was filed."))
    return redirect("case", pk=pk)


def _refused(request: HttpRequest, officer: Officer, pk: int, error: DomainError) -> HttpResponse:
    """The page of the case with what is wrong, and the typed reason in place."""
    case = Case.objects.with_context().get(pk=pk)
    context = casepage.context(case, officer) | {"error": error, "typed": request.POST}
    return render(request, "cases/case.html", context, status=status_of(error))
