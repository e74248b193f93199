"""The seal register on the screen: the seals of my tier, one seal with its custody log, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import once
from hukou.kernel.errors import DomainError, NotFound
from workflows.seals import drawing
from workflows.seals.errors import AuthorisationUnfit, PinsDiffer
from workflows.seals.models import Seal
from workflows.seals.register import authorisations, custody, issuing, pins, shelf, standing, stopping

from .people import signed_in
from .refusals import status_of

SHOWN = 100
"""Seals on one screen; the offices to choose from narrow them down."""


@dataclass(frozen=True)
class Act:
    """One thing a keeper does to a seal."""

    run: Callable[[int, Officer, QueryDict], object]
    done: str | Promise


ACTS = {
    "suspend": Act(
        lambda pk, by, said: stopping.suspend(
            seal_id=pk, by=by, reason=said.get("reason", ""), until=day(said.get("until", ""))
        ),
        gettext_lazy("The seal is suspended; nothing can be sealed with it."),
    ),
    "resume": Act(
        lambda pk, by, said: stopping.resume(seal_id=pk, by=by, reason=said.get("reason", "")),
        gettext_lazy("The seal can be used again."),
    ),
    "revoke": Act(
        lambda pk, by, said: stopping.revoke(seal_id=pk, by=by, why=said.get("why", ""), reason=said.get("reason", "")),
        gettext_lazy("The seal is revoked and stands on the revocation list."),
    ),
    "renew": Act(
        lambda pk, by, said: issuing.renew(seal_id=pk, by=by, reason=said.get("reason", "")),
        gettext_lazy("The seal has a new certificate; picture and PIN stay."),
    ),
    "unlock": Act(
        lambda pk, by, said: pins.unlock(seal_id=pk, by=by, reason=said.get("reason", "")),
        gettext_lazy("The holder can try the PIN again."),
    ),
    "hand-over": Act(
        lambda pk, by, said: issuing.hand_over(
            seal_id=pk, to=officer_of(said.get("keeper", "")), by=by, reason=said.get("reason", "")
        ),
        gettext_lazy("The seal has been handed over."),
    ),
}


@login_required
@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    """Seals of my tier with their state; mine is on a page of its own."""
    return render(request, "seals/list.html", _register(signed_in(request), request.GET))


@login_required
@require_GET
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """One seal: picture, certificate, state, custody log, and what I may do to it."""
    return render(request, "seals/seal.html", _one(signed_in(request), pk))


@login_required
@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The imprint as SVG, from the same outlines that go into files."""
    found = shelf.seal_for(signed_in(request), pk)
    answer = HttpResponse(drawing.from_json(found.drawing).svg(), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one of `ACTS` to a seal."""
    officer, chosen = signed_in(request), ACTS.get(act)
    found = shelf.seal_for(officer, pk)
    if chosen is None:
        raise NotFound
    try:
        done = chosen.run(found.pk, officer, request.POST)
    except DomainError as error:
        return render(request, "seals/seal.html", _one(officer, pk) | {"error": error}, status=status_of(error))
    messages.success(request, str(chosen.done))
    return redirect("seal", done.pk if isinstance(done, Seal) else pk)


@login_required
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a seal: to an officer, who types the PIN at this screen, or to a unit."""
    officer, said = signed_in(request), request.POST
    try:
        if said.get("kind") == Seal.Kind.PERSONAL:
            if said.get("pin", "") != said.get("again", ""):
                raise PinsDiffer
            made = issuing.issue_personal_seal(
                officer=officer_of(said.get("officer", "")),
                pin=said.get("pin", ""),
                shape=said.get("shape", Seal.Shape.SQUARE),
                by=officer,
            )
        elif said.get("kind") in issuing.UNIT_TITLES:
            made = issuing.issue_unit_seal(office=office_of(said.get("office", "")), kind=said["kind"], by=officer)
        else:
            raise NotFound
    except DomainError as error:
        return _refused(request, officer, error)
    messages.success(request, _("The seal “{title}” has been issued.").format(title=made.title))
    return redirect("seal", made.pk)


@login_required
@require_POST
def lend(request: HttpRequest) -> HttpResponse:
    """Authorise another unit, or one officer, to use a seal of my unit."""
    officer, said = signed_in(request), request.POST
    to = said.get("to", "").strip()
    try:
        to_office = Office.objects.filter(code=to).first()
        authorisations.authorise(
            office=office_of(said.get("office", "")),
            kind=said.get("kind", ""),
            starts_on=_needed(said.get("starts_on", "")),
            ends_on=_needed(said.get("ends_on", "")),
            by=officer,
            reason=said.get("reason", ""),
            to_office=to_office,
            to_officer=None if to_office else officer_of(to),
        )
    except DomainError as error:
        return _refused(request, officer, error)
    messages.success(request, _("The authorisation has been given."))
    return redirect("seals")


@login_required
@require_POST
def end_loan(request: HttpRequest, pk: int) -> HttpResponse:
    """End an authorisation now."""
    authorisations.end(authorisation_id=pk, by=signed_in(request))
    messages.success(request, _("The authorisation has ended."))
    return redirect("seals")


def row(found: Seal) -> dict[str, Any]:
    """A seal with its state in words."""
    state = standing.state_of(found)
    return {"seal": found, "state": state.value, "label": state.label}


def day(said: str) -> date | None:
    """A day as a form sends it; None when it is empty or none."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def officer_of(number: str) -> Officer:
    """The officer with this police number. Raises NotFound."""
    found = Officer.objects.filter(number=number.strip()).first()
    if found is None:
        raise NotFound
    return found


def office_of(said: str) -> Office:
    """The office with this key. Raises NotFound."""
    found = Office.objects.select_related("parent").filter(pk=int(said) if said.isdecimal() and len(said) < 10 else 0)
    office = found.first()
    if office is None:
        raise NotFound
    return office


def _needed(said: str) -> date:
    found = day(said)
    if found is None:
        raise AuthorisationUnfit(reason=_("a day is missing"))
    return found


def _refused(request: HttpRequest, officer: Officer, error: DomainError) -> HttpResponse:
    context = _register(officer, QueryDict()) | {"error": error, "typed": request.POST}
    return render(request, "seals/list.html", context, status=status_of(error))


def _register(officer: Officer, said: QueryDict) -> dict[str, Any]:
    with once.remembered():
        policies.require(officer, "seal.look")
        kept, lending = shelf.offices_kept(officer), shelf.offices_lent(officer)
        chosen, every = said.get("office", ""), bool(said.get("stopped"))
        found = shelf.visible(officer) if every else shelf.visible(officer).live()
        if chosen.isdecimal() and len(chosen) < 10:
            found = found.filter(Q(office=int(chosen)) | Q(post=int(chosen)))
        rows = [row(each) for each in found.order_by("office__code", "post__code", "kind", "pk")[: SHOWN + 1]]
        return {
            "rows": rows[:SHOWN],
            "more": len(rows) > SHOWN,
            "kept": kept,
            "chosen": chosen,
            "every": every,
            "without": shelf.without_seal(kept),
            "units": [(kind.value, words) for kind, words in issuing.UNIT_TITLES.items()],
            "shapes": [(shape.value, shape.label) for shape in issuing.PERSONAL_SHAPES],
            "lending": lending,
            "loans": [
                {"loan": loan, "may_end": loan.revoked_at is None and loan.office in lending}
                for loan in shelf.loans(lending)
            ],
        }


def _one(officer: Officer, pk: int) -> dict[str, Any]:
    with once.remembered():
        found = shelf.seal_for(officer, pk)
        return row(found) | {
            "log": custody.entries(found),
            "may_manage": found.stopped_at is None and policies.allow(officer, "seal.manage", found),
            "why": [(reason.value, reason.label) for reason in stopping.REVOKING],
            "mine": found.officer_id == officer.pk,
        }
