"""Statistics (统计): a table put together from lists, its charts, and the way down from a cell to its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.statistics import actions, asking, cubes, permissions, questions
from audit.statistics import exports as files
from audit.trail import actions as trail
from audit.trail import viewing
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import looking
from hukou.console.people import signed_in
from hukou.kernel import clock
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.errors import DomainError, NotFound
from workflows.cases import queries as cases
from workflows.figures.models import CaseFact

from . import builder, drawing_figures
from .cells import Line, drilled

SIZE = 50
"""Cases of a page."""
FORMATS = {
    "csv": ("text/csv; charset=utf-8", files.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", files.as_workbook),
}


@login_required
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The builder and the table it asks for. Everything stands in the address."""
    officer = signed_in(request)
    policies.require(officer, "statistics.read")
    problem: DomainError | None = None
    answer = None
    question = _question(request.GET, officer)
    try:
        answer = asking.ask(question, officer)
    except NotFound:
        raise
    except DomainError as refused:  # the form stays as it was put together, with what to do about it
        problem = refused
    context: dict[str, Any] = {
        "form": builder.form(question, officer, request.GET),
        "question": question,
        "problem": problem,
    }
    if answer is not None:
        context |= builder.shown(answer, officer)
        kind = request.GET.get("chart", "")
        context["charts"] = drawing_figures.charts(answer, kind, officer)
        context["no_chart"] = drawing_figures.why_none(kind, context["charts"])
    context["tables"] = builder.tables(officer)
    return render(request, "oversight/statistics/builder.html", context, status=422 if problem else 200)


@looking.shows("list.viewed")
@login_required
@require_GET
def statistics_cases(request: HttpRequest) -> HttpResponse:
    """The cases a cell counts, the newest first, as far as the officer may see them."""
    officer = signed_in(request)
    policies.require(officer, "statistics.read")
    looking.at_list(officer)
    question = _question(request.GET, officer)
    if not question.cube.case:
        raise NotFound
    measure = question.measures[0]
    offices = permissions.offices_asked(officer, question.office)
    page = drilled(question, measure, offices, after=Line.parse(request.GET.get("after", "")), size=SIZE)
    # What counts findings lists their cases, each once.
    keys = list(dict.fromkeys(getattr(fact, question.cube.case) for fact in page.facts))
    known, told = cases.visible(officer).in_lines().in_bulk(keys), CaseFact.objects.in_bulk(keys)
    context = {
        "question": question,
        "measure": measure,
        "counted": _counted_words(measure),
        "rows": [{"fact": told[key], "case": known[key]} for key in keys if key in known and key in told],
        "next": f"{request.path}?{_with(request.GET, after=str(page.after))}" if page.after else "",
        "first": f"{request.path}?{_with(request.GET, after='')}" if request.GET.get("after") else "",
        "back": f"{reverse('statistics')}?{request.GET.get('from', '')}",
        "filters": builder.filter_words(question),
        "base": question.cube.base(measure.base),
    }
    return render(request, "oversight/statistics/cases.html", context)


@login_required
@require_GET
def statistics_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The table as a file; that it was taken out is on record before it goes out."""
    officer = signed_in(request)
    policies.require(officer, "statistics.read")
    if kind not in FORMATS:
        raise NotFound
    question = _question(request.GET, officer)
    answer = asking.ask(question, officer)
    media, made = FORMATS[kind]
    sheet = files.sheet_of(
        answer,
        scope=builder.scope_words(question, officer),
        filters=builder.filter_words(question),
        made_at=clock.now().astimezone(CITY_TIME),
        made_by=str(officer),
    )
    data = made(sheet)
    trail.record(
        "statistics.exported",
        subject=viewing.subject_of(officer),
        by=officer,
        details={
            "cube": question.cube.name,
            "format": kind,
            "since": question.since.isoformat(),
            "until": question.until.isoformat(),
            "measures": [measure.name for measure in question.measures],
        },
    )
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = (
        f'attachment; filename="statistics-{question.since:%Y%m%d}-{question.until:%Y%m%d}.{kind}"'
    )
    return response


@login_required
@require_POST
def statistics_keep(request: HttpRequest) -> HttpResponse:
    """Keep the table of an address under a name."""
    officer = signed_in(request)
    question = _question(QueryDict(request.POST.get("table", "")), officer)
    kept = actions.keep_table(
        by=officer, name=request.POST.get("name", ""), question=question, shared=request.POST.get("shared") == "1"
    )
    messages.success(request, _("The table is kept as “{name}”.").format(name=kept.name))
    return redirect(f"{reverse('statistics')}?{kept.address}")


@login_required
@require_POST
def statistics_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a kept table."""
    actions.remove_table(table_id=pk, by=signed_in(request))
    messages.success(request, _("The table has been removed."))
    return redirect("statistics")


def _question(said: QueryDict, officer: Officer) -> questions.Question:
    return questions.read(said, officer, today=clock.today())


def _counted_words(measure: cubes.Measure) -> str:
    """What of a figure is listed: of a rate of what is right, those that are not."""
    return str(measure.drilled or measure.formula)


def _with(said: QueryDict, **changed: str) -> str:
    copy = said.copy()
    for name, word in changed.items():
        copy.pop(name, None)
        if word:
            copy[name] = word
    return copy.urlencode()
