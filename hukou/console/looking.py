"""Every look at personal data is on record before the answer goes out; when it cannot be, the answer is 503 instead.

Where a screen gathers what it shows, it says so (`at_case`, `at_document`, `at_list` …). The middleware writes all of
it at once. `@shows` names what a view puts on record, and is held to it: the answer to a GET without a look is not sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from audit.trail import viewing, vocabulary
from audit.trail.entries import LARGEST_NUMBER
from audit.trail.errors import TrailUnavailable
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.cases.models import Case, HeldPage
from workflows.cases.types import Slot

from . import refusals

View = TypeVar("View", bound=Callable[..., HttpResponse])
log = logging.getLogger(__name__)
_SHOWS = "shows_on_record"


class NotNoted(AssertionError):
    """A view that says it puts its looks on record has noted none: a mistake of the program, and nothing is shown."""


def register() -> None:
    """Called once at start-up."""
    view = trail.Kind.VIEW
    trail.register_action("case.viewed", _("Case opened on the screen"), _pages, kind=view)
    trail.register_action("portrait.viewed", _("Portrait shown"), kind=view)
    trail.register_action("page.viewed", _("Page image shown"), kind=view)
    trail.register_action("document.viewed", _("Document opened"), _document, kind=view)
    trail.register_action("document.printed", _("Printed"), _document, kind=view)
    trail.register_action("paper.viewed", _("Paper of a batch opened"), kind=view)
    trail.register_action("list.viewed", _("List with names shown"), kind=view)
    trail.register_action("person.searched", _("Search by person"), _("{hits} found"), kind=view)
    trail.register_action(
        "screen.open.refused", _("Screen not shown"), vocabulary.refusal_text, kind=trail.Kind.REFUSAL
    )
    trail.register_action("trail.viewed", _("Trail read"), kind=view)


def shows(*actions: str) -> Callable[[View], View]:
    """Mark a view that shows personal data, with the actions it puts on record."""

    def marked(view: View) -> View:
        setattr(view, _SHOWS, actions)
        return view

    return marked


def shown_by(view: Any) -> tuple[str, ...]:
    """What a view puts on record; () when it was not marked."""
    found: tuple[str, ...] = getattr(view, _SHOWS, ())
    return found


class LookingMiddleware:
    """Writes what an answer shows before it goes out. Stands after the middleware that binds machine and session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Carry out the request, then put on record what its answer shows."""
        with viewing.sheet() as sheet:
            request.looks = sheet  # type: ignore[attr-defined]
            response = self.get_response(request)
            if request.method == "GET" and response.status_code == 200:
                _hold_to_it(request, sheet)
            try:
                sheet.write()
            except TrailUnavailable as deaf:
                return refusals.answer(request, deaf)
            return response

    def process_view(self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Django calls this before every view: from here on the screen has a name."""
        if request.resolver_match:
            request.looks.screen = request.resolver_match.url_name or ""  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django calls this with what a view raised: an error page shows nothing of what was gathered."""
        request.looks.looks.clear()  # type: ignore[attr-defined]
        if isinstance(exception, (NotFound, NotPermitted)) and not exception.recorded:
            _record_refused(request, exception)


def _hold_to_it(request: HttpRequest, sheet: viewing.Sheet) -> None:
    asked = request.resolver_match
    if asked is not None and shown_by(asked.func) and not (sheet.looks or sheet.bare):
        raise NotNoted(asked.view_name)


def _record_refused(request: HttpRequest, error: DomainError) -> None:
    """Somebody asked for what is not theirs, or is not there: of interest to auditors when it is another office's case.

    Never raises: the officer sees the refusal all the same, and nothing was shown.
    """
    asked = request.resolver_match
    if asked is None or not isinstance(request.user, Officer):
        return
    numbers = {n: v for n, v in asked.kwargs.items() if isinstance(v, int) and v <= LARGEST_NUMBER}
    case = numbers.get("pk") if asked.route.startswith("cases/<int:pk>/") else None
    try:
        # In the trail of a case that exists; the officer asking learns nothing of that.
        known = case is not None and Case.objects.filter(pk=case).exists()
        viewing.note(
            "screen.open.refused",
            of=f"cases.case:{case}" if known else request.user,
            by=request.user,
            details={"code": error.code, **numbers},
            case=case if known else None,
        )
        request.looks.write()  # type: ignore[attr-defined]
    except (DatabaseError, TrailUnavailable):
        log.exception("refusal not recorded: %s %s", asked.view_name, error.code)
    request.looks.looks.clear()  # type: ignore[attr-defined]


def at_case(
    case: Case, officer: Officer, *, slots: Iterable[Slot] = (), held: Iterable[HeldPage] = (), pages: bool = True
) -> None:
    """The officer is shown a case: its form, its papers, and the portraits among them."""
    viewing.note("case.viewed", of=case, by=officer, pages=pages)
    portraits = [placed.page for slot in slots if slot.is_portrait for placed in slot.pages]
    portraits += [waiting.page for waiting in held if waiting.page.kind == waiting.page.Kind.PORTRAIT]
    for page in portraits:
        viewing.note("portrait.viewed", of=page, by=officer, case=case.pk)


def at_document(case: Case, officer: Officer, **what: str | int) -> None:
    """The officer is shown a document of a case. `what`: kind, sha256, letter number."""
    viewing.note("document.viewed", of=case, by=officer, details=what)


def at_paper(batch_item: Any, officer: Officer) -> None:
    """The officer is shown a paper of a batch; its pages, each a picture of its own, are one look."""
    details = {"document": batch_item.sha256, "screen": "batch"}
    viewing.note("paper.viewed", of=batch_item, by=officer, details=details)


def at_list(officer: Officer) -> None:
    """The officer is shown a list of cases with names: once for the screen, not for every line."""
    viewing.note("list.viewed", of=officer, by=officer, details={"day": clock.today().isoformat()})


def at_trail(case: Case, officer: Officer) -> None:
    """The officer reads the trail of a case."""
    viewing.note("trail.viewed", of=case, by=officer, pages=True)


def _pages(details: Any) -> str:
    return str(_("{count} page images").format(count=len(details.get("pages", ()))))


def _document(details: Any) -> str:
    return " ".join(str(details[name]) for name in ("kind", "letter") if name in details)
