"""Paper that is called up: what is asked for, what is out, what came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import terms
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import casepage
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from workflows.cases import deadlines
from workflows.cases import queries as cases
from workflows.volumes import actions, paper_alerts, queries
from workflows.volumes.models import Loan, VolumeItem

from .entering import day, number

PAGE = "oversight/paper/loans.html"
TABS = {"asked": ("asked",), "out": ("out",), "over": ("returned", "refused", "withdrawn")}
SHOWN = 200


@dataclass(frozen=True)
class Act:
    """One thing done to a loan."""

    run: Callable[[int, Officer, QueryDict], object]
    done: str | Promise


ACTS = {
    "hand-over": Act(
        lambda pk, by, said: actions.hand_over(
            loan_id=pk,
            handed_to=said.get("handed_to", ""),
            pages=number(said, "pages"),
            due_on=day(said, "due_on"),
            by=by,
        ),
        gettext_lazy("It is handed over; when its last day is over and it is not back, that is an alert."),
    ),
    "take-back": Act(
        lambda pk, by, said: actions.take_back(
            loan_id=pk,
            pages=number(said, "pages"),
            condition=said.get("condition", ""),
            remark=said.get("remark", ""),
            by=by,
        ),
        gettext_lazy("It is back."),
    ),
    "extend": Act(
        lambda pk, by, said: actions.extend(
            loan_id=pk, due_on=day(said, "due_on"), reason=said.get("reason", ""), by=by
        ),
        gettext_lazy("It may stay away longer."),
    ),
    "refuse": Act(
        lambda pk, by, said: actions.refuse(loan_id=pk, reason=said.get("reason", ""), by=by),
        gettext_lazy("Who asked for it is told why it is not handed over."),
    ),
    "withdraw": Act(
        lambda pk, by, said: actions.withdraw(loan_id=pk, reason=said.get("reason", ""), by=by),
        gettext_lazy("The request is withdrawn."),
    ),
}


@login_required
@require_GET
def loans(request: HttpRequest) -> HttpResponse:
    """Loans from the stations I may know of, by state."""
    return render(request, PAGE, _page(signed_in(request), request.GET.get("state", "")))


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Call up the paper of a case."""
    officer, said = signed_in(request), request.POST
    case = cases.case_for(officer, pk)
    try:
        actions.request_paper(case_id=case.pk, purpose=said.get("purpose", ""), basis=said.get("basis", ""), by=officer)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        context = casepage.context(case, officer) | {"error": error}
        return render(request, "cases/case.html", context, status=status_of(error))
    messages.success(request, _("The station has been asked for the paper."))
    return redirect("case", pk=pk)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one of `ACTS` to a loan; an error is said on the list."""
    officer, chosen = signed_in(request), ACTS.get(act)
    loan = queries.loan_for(officer, pk)
    if chosen is None:
        raise NotFound
    try:
        chosen.run(pk, officer, request.POST)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        context = _page(officer, loan.state) | {"error": error}
        return render(request, PAGE, context, status=status_of(error))
    messages.success(request, str(chosen.done))
    return redirect("paper_loans")


def _page(officer: Officer, state: str) -> dict[str, Any]:
    stations = queries.stations_of(officer)
    tab = next((name for name, states in TABS.items() if state == name or state in states), "")
    every = queries.loans_at(stations)
    counted = queries.counts(stations)
    tab = tab or ("asked" if counted.asked or not counted.out else "out")
    found = every.filter(state__in=TABS[tab]).order_by(*(("due_on", "pk") if tab != "over" else ("-pk",)))[:SHOWN]
    lying = VolumeItem.objects.filter(case__in=[loan.case_id for loan in found if loan.case_id], taken_out_at=None)
    items = {item.case_id: item for item in lying.select_related("volume__box__cabinet")}
    rows = [_row(loan, items.get(loan.case_id or 0), officer) for loan in found]
    days = terms.of(paper_alerts.NOT_RETURNED).params["days"]
    return {
        "tab": tab,
        "rows": rows,
        "counts": counted,
        "today": clock.today(),
        "due_on": deadlines.after(clock.now(), days).astimezone(clock.CITY_TIME).date(),
        "conditions": Loan.Condition.choices,
        "several": len(stations) > 1,
    }


def _row(loan: Loan, item: VolumeItem | None, officer: Officer) -> dict[str, Any]:
    volume = loan.volume or (item.volume if item else None)
    asked, out = loan.state == Loan.State.ASKED, loan.state == Loan.State.OUT
    answers = policies.allow(officer, "paper.hand_over", loan.station)
    return {
        "loan": loan,
        "item": item,
        "volume": volume,
        "late": out and loan.due_on is not None and loan.due_on < clock.today(),
        "may_hand_over": asked and answers,
        "may_take_back": out and answers,
        "may_refuse": asked and policies.allow(officer, "paper.refuse", loan),
        "may_withdraw": asked and policies.allow(officer, "paper.withdraw", loan),
    }
