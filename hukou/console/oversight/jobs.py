"""Background jobs: what failed for good, what waits, and having it tried again. Numbers and case numbers, no citizen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import terms
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console import machine_alerts
from hukou.console.background import actions, queries
from hukou.console.background.rules import Reason
from hukou.console.people import signed_in
from hukou.kernel import clock
from workflows.cases import queries as cases


@login_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """What failed, by what it does for people; what waits; how the worker is."""
    officer = signed_in(request)
    policies.require(officer, "job.view")
    return render(request, "oversight/jobs.html", _page(officer))


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one job tried again."""
    actions.retry(job_id=pk, reason=request.POST.get("reason", ""), by=signed_in(request))
    messages.success(request, _("The job is in the queue again; it is tried within seconds."))
    return redirect("jobs")


@login_required
@require_POST
def retry_all(request: HttpRequest, task: str) -> HttpResponse:
    """Have all failed jobs of one task tried again."""
    again = actions.retry_all(task=task, reason=request.POST.get("reason", ""), by=signed_in(request))
    if again.tried:
        said = ngettext("{n} job is in the queue again.", "{n} jobs are in the queue again.", again.tried)
        messages.success(request, said.format(n=again.tried))
    if again.taken_off:
        said = ngettext(
            "{n} failed job was taken off the list: another run does its work.",
            "{n} failed jobs were taken off the list: another run does their work.",
            again.taken_off,
        )
        messages.success(request, said.format(n=again.taken_off))
    if again.left:
        said = ngettext("{n} more has failed; press once more.", "{n} more have failed; press once more.", again.left)
        messages.warning(request, said.format(n=again.left))
    return redirect("jobs")


def place_of(task: str, officer: Officer) -> str:
    """Where a task stands on the page; "" for who has no business there."""
    return f"{reverse('jobs')}#task-{task}" if policies.allow(officer, "job.view") else ""


def _page(officer: Officer) -> dict[str, Any]:
    failed, waiting = queries.failed(), queries.waiting()
    about = {job.case_id for one in failed for job in one.jobs if job.case_id}
    seen = cases.visible(officer).in_bulk(about) if about else {}
    minutes = terms.of(machine_alerts.WAITING).params["minutes"]
    too_long = clock.now() - timedelta(minutes=minutes)
    oldest = min((one.since for one in waiting if one.since), default=None)
    return {
        "failed": [{"one": one, "jobs": [{"job": j, "case": seen.get(j.case_id)} for j in one.jobs]} for one in failed],
        "waiting": [{"one": one, "late": bool(one.since and one.since <= too_long)} for one in waiting],
        "workers": queries.workers(),
        "failed_count": sum(one.count for one in failed),
        "due_count": sum(one.due for one in waiting),
        "later_count": sum(one.later for one in waiting),
        "doing_count": sum(one.doing for one in waiting),
        "oldest": oldest,
        "late": bool(oldest and oldest <= too_long),
        "longest": minutes,
        "may_retry": policies.allow(officer, "job.retry"),
        "reasons": Reason.choices,
    }
