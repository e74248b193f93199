"""The trail book (轨迹查询): what was done by whom, where and when, for oversight and audit.

What is asked may hold a citizen's ID number, so the form is sent in the body of a POST; an address may hold everything
else, which is how other pages link to it. Every look is an event, written before the answer goes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.trail import actions as trail
from audit.trail import book, permissions, queries, viewing
from audit.trail.models import Event
from audit.trail.types import TimelineEntry
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console.people import signed_in
from hukou.kernel import clock, once
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.errors import NotFound
from workflows.cases import queries as cases

from . import casetrail, nouns, sheets
from .asking import asked

SIZE = 50
MOST = 10_000
"""Lines of one list taken out; whoever needs more narrows the period."""
TABLES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@sensitive_post_parameters("person")
@sensitive_variables("question", "said")
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@once.remembered()  # it only looks, though it comes as a POST
def trail_book(request: HttpRequest) -> HttpResponse:
    """One page of the trail, the newest first."""
    officer = signed_in(request)
    said = request.POST if request.method == "POST" else request.GET
    question = asked(said, officer)
    after = book.Line.parse(said.get("after", ""))
    page = book.page(question.question, size=SIZE, after=after)
    details = {**question.told, "found": len(page.events)}
    trail.record("trail.searched", subject=viewing.subject_of(officer), by=officer, details=details)
    context = {"asked": question, "rows": _rows(page.events, officer), "after": page.after, "later": after is not None}
    return render(request, "trail/book.html", context | {"groups": nouns.groups(), "most": MOST})


@sensitive_post_parameters("person")
@sensitive_variables("question", "rows")
@login_required
@never_cache
@require_POST
@once.remembered()
def trail_list(request: HttpRequest, kind: str) -> HttpResponse:
    """What is asked for as a table for a spreadsheet, `MOST` lines at most, the newest first."""
    officer = signed_in(request)
    question = asked(request.POST, officer)
    if kind not in TABLES:
        raise NotFound
    found = list(book.events(question.question)[:MOST])
    details = {**question.told, "events": len(found), "kind": kind}
    trail.record("trail.listed", subject=viewing.subject_of(officer), by=officer, details=details)
    rows = list(_table(queries.described(found)))
    data = sheets.written_csv(rows) if kind == "csv" else sheets.written_xlsx(rows, title=_("Trail"))
    answer = HttpResponse(data, content_type=TABLES[kind])
    answer["Content-Disposition"] = f'attachment; filename="trail-{clock.today():%Y%m%d}.{kind}"'
    return answer


@login_required
@require_GET
def trail_event_proof(request: HttpRequest, event: int) -> HttpResponseBase:
    """One event with its proof, of any office the reader reads."""
    officer = signed_in(request)
    policies.require(officer, "trail.read", None)
    offices = permissions.offices_read(officer)
    found = Event.objects.filter(pk=event).first()
    if found is None or (offices is not None and found.office_id not in {office.pk for office in offices}):
        raise NotFound
    return casetrail.event_proof(request, found, officer)


def _rows(events: Sequence[Event], officer: Officer) -> list[dict[str, Any]]:
    """Events ready to be shown, with the cases this officer may open."""
    keys = {event.case_id for event in events if event.case_id is not None}
    known = cases.visible(officer).in_lines().in_bulk(keys)
    return [
        {"entry": entry, "case_id": event.case_id, "case": known.get(event.case_id or 0)}
        for entry, event in zip(queries.described(events), events, strict=True)
    ]


def _table(entries: Sequence[TimelineEntry]) -> Iterator[Sequence[str]]:
    yield (
        _("Time"), _("Act"), _("Details"), _("Refused"), _("Officer"), _("Office"), _("Duty"), _("Workstation"),
        _("Subject"), _("Number"), _("Entry of the log"), _("Event"),
    )  # fmt: skip
    for entry in entries:
        yield (
            f"{entry.at.astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}",
            entry.label,
            entry.text,
            _("yes") if entry.refused else "",
            entry.who or _("the system"),
            entry.office,
            entry.duty,
            entry.workstation,
            entry.subject,
            str(entry.subject_seq),
            "" if entry.leaf_index is None else str(entry.leaf_index),
            str(entry.event_id),
        )
