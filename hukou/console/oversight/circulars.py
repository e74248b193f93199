"""Circulars (通报): the months, a month's tables with the cases behind each figure, versions side by side, and the acts.

Tables show numbers of offices. The list behind a figure shows case numbers and sub-types, no names; a case puts the look at it on
record itself. Adoptions are never listed: a list of one would tell what it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.circulars import actions, drafting, errors, prints, queries, sections, tables, verification
from audit.circulars.models import Circular, Statement
from audit.circulars.months import Month
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound
from workflows.cases import queries as cases
from workflows.cases import rules as case_rules
from workflows.cases.models import Case
from workflows.figures.models import CaseFact
from workflows.seals.bulk import actions as batches

from . import circular_months

MOST_CASES = 200


@login_required
@require_GET
def circulars(request: HttpRequest) -> HttpResponse:
    """The months: what was issued, what is due, who took note."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    office = _city()
    context = {
        "rows": circular_months.rows(office, officer),
        "may_draft": policies.allow(officer, "circular.draft", office),
        "this_month": str(Month.of(clock.today())),
        "offices": len(drafting.offices_of(office)) - 1,
    }
    return render(request, "circulars/list.html", context)


@login_required
@require_GET
def circular(request: HttpRequest, month: str, version: int = 0) -> HttpResponse:
    """A circular as it was issued: the version in force, or the one asked for."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    office, period = _city(), _month(month)
    found = queries.version(office, period, version) if version else queries.newest(office, period)
    if found is None:
        if version or not policies.allow(officer, "circular.draft", office):
            raise NotFound
        return redirect("circular_draft", month)
    return _show(request, officer, found)


@login_required
@require_GET
def circular_draft(request: HttpRequest, month: str) -> HttpResponse:
    """The figures of now, for the city bureau only; they go on changing until they are issued."""
    officer = signed_in(request)
    office, period = _city(), _month(month)
    policies.require(officer, "circular.draft", office)
    return _show_draft(request, officer, office, period)


@login_required
@require_POST
def circular_freeze(request: HttpRequest, month: str) -> HttpResponse:
    """Issue the circular, or correct it with a reason."""
    officer = signed_in(request)
    office, period = _city(), _month(month)
    try:
        issued = actions.freeze(office_id=office.pk, month=period, by=officer, reason=request.POST.get("reason", ""))
    except (errors.CircularError, errors.MonthNotOver, errors.NothingToCorrect) as error:
        return _show_draft(request, officer, office, period, error)
    messages.success(
        request,
        _("The circular of {month} has been issued, version {version}. Its figures are frozen.").format(
            month=month, version=issued.version
        ),
    )
    return redirect("circular", month)


@login_required
@require_GET
def circular_file(request: HttpRequest, month: str, version: int, kind: str) -> HttpResponse:
    """What was frozen, byte for byte: the PDF, the workbook, or the JSON whose SHA-256 is in the trail."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    found = queries.version(_city(), _month(month), version)
    if found is None:
        raise NotFound
    if kind == "json":
        return _file(found.data.encode(), "application/json", f"{month}-v{version}.json")
    printed = found.prints.filter(kind=kind).first()
    if printed is None:
        raise NotFound
    return _file(bytes(printed.content), prints.kinds()[kind].content_type, f"{month}-v{version}.{kind}")


@login_required
@require_GET
def circular_compare(request: HttpRequest, month: str) -> HttpResponse:
    """What a correction changed: every figure two versions do not agree on."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    office, period = _city(), _month(month)
    versions = queries.versions(office, period)
    if len(versions) < 2:
        raise NotFound
    earlier = queries.version(office, period, _number(request.GET.get("from"), versions[-2].version))
    later = queries.version(office, period, _number(request.GET.get("to"), versions[-1].version))
    if earlier is None or later is None:
        raise NotFound
    context = {
        "month": month,
        "versions": versions,
        "earlier": earlier,
        "later": later,
        "differences": tables.differences(earlier.said, later.said, language=_language()),
    }
    return render(request, "circulars/compare.html", context)


@login_required
@require_GET
def circular_cases(request: HttpRequest, month: str) -> HttpResponse:
    """The cases behind a figure, as they are now, of those the officer may see."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    asked = {name: request.GET.get(name, "") for name in ("section", "column", "part", "office")}
    section, period = sections.by_name(asked["section"]), _month(month)
    office = Office.objects.filter(code=asked["office"]).first()
    column = next((one for one in section.columns if one.name == asked["column"]), None) if section else None
    if section is None or office is None or column is None or section.cases is None:
        raise NotFound
    keys = section.cases(period, column.name, asked["part"] or "n", office)
    if keys is None:
        raise NotFound
    visible = cases.visible(officer).filter(pk__in=keys)
    open_ones = visible.exclude(fact__in=CaseFact.objects.filter(secret=True))
    found = list(Case.objects.in_lines().filter(pk__in=open_ones.order_by("-pk").values("pk")[:MOST_CASES]))
    context = {
        "month": month,
        "section": section,
        "column": column,
        "part": asked["part"],
        "office": office,
        "cases": found,
        "count": open_ones.order_by().count(),
        "most": MOST_CASES,
        "frozen": queries.newest(_city(), period) is not None,
    }
    return render(request, "circulars/cases.html", context)


@login_required
@require_POST
def circular_seal(request: HttpRequest, month: str, version: int) -> HttpResponse:
    """Bring the printed circular into a batch of the city's officer: it is looked at and sealed there, the frozen PDF stays."""
    officer = signed_in(request)
    office = _city()
    policies.require(officer, "circular.freeze", office)
    found = queries.version(office, _month(month), version)
    printed = found.prints.filter(kind="pdf").first() if found else None
    if printed is None:
        raise NotFound
    batch = batches.make(
        by=officer, title=_("Circular {month}, version {version}").format(month=month, version=version)
    )
    name = f"circular-{month}-v{version}.pdf"
    batches.bring(batch_id=batch.pk, by=officer, name=name, pdf=bytes(printed.content))
    return redirect("batch", batch.pk)


@login_required
@require_POST
def circular_read(request: HttpRequest, month: str, version: int) -> HttpResponse:
    """My office takes note."""
    return _act(
        request,
        month,
        version,
        lambda officer, found, office: actions.read(circular_id=found.pk, office_id=office, by=officer),
        _("Noted. It is on record that your office has read this circular."),
    )


@login_required
@require_POST
def circular_state(request: HttpRequest, month: str, version: int) -> HttpResponse:
    """My office has something to say to its figures."""
    text, section = request.POST.get("text", ""), request.POST.get("section", "")
    return _act(
        request,
        month,
        version,
        lambda officer, found, office: actions.state(
            circular_id=found.pk, office_id=office, by=officer, text=text, section=section
        ),
        _("The statement stands beside the figures; the city bureau has been told."),
    )


@login_required
@require_POST
def circular_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The city bureau answers a statement."""
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    statement = Statement.objects.select_related("circular__office").filter(pk=pk).first()
    if statement is None:
        raise NotFound
    try:
        actions.answer(statement_id=pk, by=officer, text=request.POST.get("text", ""))
    except (errors.TextMissing, errors.AnsweredAlready) as error:
        found = queries.version(statement.circular.office, statement.circular.period, statement.circular.version)
        assert found is not None
        return _show(request, officer, found, error)
    return redirect("circular_version", statement.circular.period, statement.circular.version)


def _act(
    request: HttpRequest, month: str, version: int, verb: Callable[[Officer, Circular, int], Any], done: str
) -> HttpResponse:
    officer = signed_in(request)
    policies.require(officer, "circular.view")
    found = queries.version(_city(), _month(month), version)
    if found is None:
        raise NotFound
    mine = policies.duties_of(officer)
    office = _number(request.POST.get("office"), mine[0].office_id if mine else 0)
    try:
        verb(officer, found, office)
    except errors.CircularError as error:
        return _show(request, officer, found, error)
    messages.success(request, done)
    return redirect("circular_version", month, version)


def _show(request: HttpRequest, officer: Officer, found: Circular, error: DomainError | None = None) -> HttpResponse:
    before, said = queries.compared_with(found), found.said
    receipts = {receipt.office_id: receipt for receipt in found.receipts.select_related("read_by")}
    offices = drafting.offices_of(found.office)[1:]
    context = {
        "circular": found,
        "month": str(found.period),
        "said": said,
        "before": before,
        "tables": tables.tables(said, before.said if before else None, language=_language()),
        "versions": queries.versions(found.office, found.period),
        "report": verification.check(found),
        "receipts": [(office, receipts.get(office.pk)) for office in offices],
        "read": len(receipts),
        "to_read": [office for office in queries.offices_noting(officer) if office.pk not in receipts],
        "speaks_for": queries.offices_speaking(officer),
        "statements": _statements(found, said),
        "may_answer": policies.allow(officer, "circular.answer", found.office),
        "may_freeze": policies.allow(officer, "circular.freeze", found.office),
        "drills": _drills(officer),
        "error": error,
        "text": request.POST.get("text", "") if error else "",
    }
    return render(request, "circulars/circular.html", context, status=status_of(error) if error else 200)


def _show_draft(
    request: HttpRequest, officer: Officer, office: Office, period: Month, error: DomainError | None = None
) -> HttpResponse:
    policies.require(officer, "circular.draft", office)
    before, issued = queries.newest(office, period.before), queries.newest(office, period)
    data = drafting.draft(period, office)
    context = {
        "month": str(period),
        "said": data,
        "before": before,
        "tables": tables.tables(data, before.said if before else None, language=_language()),
        "versions": queries.versions(office, period),
        "issued": issued,
        "differences": tables.differences(issued.said, data, language=_language()) if issued else [],
        "over": period.is_over,
        "may_freeze": policies.allow(officer, "circular.freeze", office),
        "drills": _drills(officer),
        "error": error,
        "reason": request.POST.get("reason", "") if error else "",
    }
    return render(request, "circulars/draft.html", context, status=status_of(error) if error else 200)


def _statements(found: Circular, said: drafting.Data) -> list[dict[str, Any]]:
    titles = {section["name"]: section["title"][_language()] for section in said["sections"]}
    rows = found.statements.select_related("office", "made_by", "answered_by")
    return [{"statement": one, "about": titles.get(one.section, "")} for one in rows]


def _drills(officer: Officer) -> set[str]:
    """Codes of the offices whose cases the officer may see: only their figures lead on to a list."""
    found: set[str] = set()
    for duty in policies.duties_of(officer):
        if duty.role in case_rules.READERS:
            under = Office.objects.filter(pk__in=circular_months.under(duty.office))
            found.update(under.values_list("code", flat=True))
    return found


def _city() -> Office:
    office = queries.city()
    if office is None:
        raise NotFound
    return office


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as cause:
        raise NotFound from cause


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    how = "inline" if content_type == "application/pdf" else "attachment"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'{how}; filename="circular-{name}"', "Cache-Control": "private, no-store"},
    )
