"""Sealing papers in batches: bring them, look at each, seal what was looked at. Only their own officer comes here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hukou.accounts import policies
from hukou.kernel.errors import DomainError, NotFound
from workflows.papers import preview
from workflows.seals import queries as seals
from workflows.seals.bulk import actions, intake, queries
from workflows.seals.bulk.models import Batch

from . import looking
from .people import signed_in
from .refusals import status_of, wants_json

AHEAD = 1
"""Papers whose pictures the browser fetches before they are due."""
LINES = 50
PICTURE_WIDTH = 1100
"""Pixels: an A4 page is readable without zooming on the screens of a bureau."""


@looking.shows("list.viewed")
@login_required
@require_http_methods(["GET", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """The officer's batches; or begin one."""
    officer = signed_in(request)
    if request.method == "POST":
        batch = actions.make(by=officer, title=request.POST.get("title", ""))
        return redirect("batch", pk=batch.pk)
    looking.at_list(officer)
    context = {"batches": queries.batches_of(officer), "may_make": policies.allow(officer, "batch.make")}
    return render(request, "seals/batches.html", context)


@looking.shows("list.viewed")
@login_required
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is, its papers, and the PIN."""
    officer = signed_in(request)
    found = queries.batch_of(officer, pk)
    looking.at_list(officer)
    return render(request, "seals/batch.html", _context(request, found))


@login_required
@require_POST
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the PDFs of the form. One that does not fit stops no other: {brought, refused: [{name, why}]}."""
    officer = signed_in(request)
    found = queries.batch_of(officer, pk)
    brought, refused = 0, []
    for file in request.FILES.getlist("papers"):
        try:
            pdf = file.read(intake.MOST_BYTES + 1)  # one byte too many is refused, however many more there are
            actions.bring(batch_id=found.pk, by=officer, name=file.name or "", pdf=pdf)
            brought += 1
        except DomainError as error:
            refused.append({"name": file.name or "", "why": error.text})
    if wants_json(request):
        return JsonResponse({"brought": brought, "refused": refused})
    for one in refused:
        messages.error(request, one["why"])
    said = ngettext("{n} paper brought.", "{n} papers brought.", brought)
    messages.success(request, said.format(n=brought))
    return redirect("batch", pk=pk)


@looking.shows("paper.viewed")
@login_required
@require_GET
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The next paper nobody has looked at, or the one at `at`; at the end back to the batch."""
    officer = signed_in(request)
    found = queries.batch_of(officer, pk)
    at = _position(request.GET.get("at", ""))
    after = _position(request.GET.get("after", ""))
    if at:
        items = [queries.item_at(found, at), *queries.next_waiting(found, after=at, most=AHEAD)]
    else:
        items = queries.next_waiting(found, after=after, most=AHEAD + 1)
    if not items:
        messages.success(request, _("Every paper has been looked at. Type your PIN to seal them."))
        return redirect("batch", pk=pk)
    looking.at_paper(items[0], officer)
    context = {
        "batch": found,
        "item": items[0],
        "numbers": range(1, items[0].pages + 1),
        "ahead": [item for item in items[1:] if item.pk != items[0].pk],
        "tally": queries.tally(found),
    }
    return render(request, "seals/look.html", context)


@looking.shows("paper.viewed")
@login_required
@require_GET
@cache_control(private=True, max_age=900)
def picture(request: HttpRequest, pk: int, position: int, page: int) -> HttpResponse:
    """One page of a paper as it will be signed; that it was sent is kept."""
    officer = signed_in(request)
    item = queries.item_at(queries.batch_of(officer, pk), position)
    pdf = actions.deliver(item, page)
    looking.at_paper(item, officer)
    return HttpResponse(preview.page_png(pdf, page=page, width=PICTURE_WIDTH), content_type="image/png")


@login_required
@require_POST
def shown(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Every page was on the screen; on to the next paper."""
    officer = signed_in(request)
    actions.note_shown(batch_id=pk, position=position, by=officer, sha256=request.POST.get("document", ""))
    return _onwards(pk, position)


@login_required
@require_POST
def aside(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Leave a paper out, or take it back."""
    actions.put_aside(batch_id=pk, position=position, by=signed_in(request))
    return redirect("batch", pk=pk) if request.POST.get("from") == "list" else _onwards(pk, position)


@looking.shows("paper.viewed")
@login_required
@require_GET
def paper(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """The paper as PDF: sealed if it is, else as it was brought."""
    officer = signed_in(request)
    item = queries.item_at(queries.batch_of(officer, pk), position)
    try:
        pdf = seals.document_path(item.newest_sha256).read_bytes()
    except FileNotFoundError as gone:
        raise NotFound from gone
    looking.at_paper(item, officer)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{pk}-{position:05}.pdf"'  # its own name may name a citizen
    return response


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Seal all that was shown, with the PIN; also how a paused or interrupted batch goes on."""
    officer = signed_in(request)
    found = queries.batch_of(officer, pk)
    try:
        actions.begin(batch_id=pk, by=officer, pin=request.POST.get("pin", ""))
    except DomainError as error:
        return render(request, "seals/batch.html", _context(request, found) | {"error": error}, status=status_of(error))
    return redirect("batch", pk=pk)


@login_required
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop before the next papers; going on asks for the PIN."""
    actions.pause(batch_id=pk, by=signed_in(request))
    return redirect("batch", pk=pk)


def _context(request: HttpRequest, found: Batch) -> dict[str, Any]:
    state, after = request.GET.get("state", ""), _position(request.GET.get("after", ""))
    items = queries.items_of(found, state=state, after=after, most=LINES + 1)
    tally = queries.tally(found)
    return {
        "batch": found,
        "tally": tally,
        "items": items[:LINES],
        "more_after": items[LINES - 1].position if len(items) > LINES else 0,
        "state": state,
        "states": [("", _("all"), tally.total)]
        + [(value, label, getattr(tally, value)) for value, label in queries.State.choices if getattr(tally, value)],
        "running": queries.running(found),
        "interrupted": queries.interrupted(found),
        "most": actions.MOST_PAPERS,
    }


def _onwards(pk: int, position: int) -> HttpResponse:
    return redirect(f"{reverse('batch_look', args=[pk])}?after={position}")


def _position(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0
