"""Alert rules: what each looks for, the terms in force and who set them, mutes, and changing all that."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit.alerts import actions, listing, permissions, rules, terms
from audit.alerts.errors import BadMute, BadTerms
from audit.alerts.models import Alert, Mute, RuleTerms
from audit.alerts.terms import Terms
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console.people import signed_in
from hukou.kernel import clock
from hukou.kernel.errors import Conflict, DomainError, NotFound, NotPermitted

from . import subjects, tallies

MOST_RUNGS = 6
MONTH = timedelta(days=30)
SEVERITIES = {1: gettext_lazy("to be known"), 2: gettext_lazy("to be mended"), 3: gettext_lazy("at once")}
PARAMS = {
    terms.MUTE_DAYS: gettext_lazy("may be muted for so many days at most"),
    rules.TEXT_FROM_RUNG: gettext_lazy("told by text as well from this rung on; 0 never"),
    "seconds": gettext_lazy("seconds"),
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
    "months": gettext_lazy("months"),
    "changes": gettext_lazy("changes"),
    "cases": gettext_lazy("cases"),
    "pages": gettext_lazy("pages"),
    "percent": gettext_lazy("percent"),
    "month": gettext_lazy("month"),
    "day": gettext_lazy("day"),
}
"""Thresholds in words; one that is not here is shown by its name."""


@login_required
@require_GET
def alert_rules(request: HttpRequest) -> HttpResponse:
    """Every rule by kind: on or off, its thresholds, its ladder, how many alerts of it are open in my offices."""
    officer = signed_in(request)
    in_force, kind = terms.all_in_force(), request.GET.get("kind", "")
    open_of = Counter[str]()
    for one in listing.counted(policies.duties_of(officer), whose="all"):
        open_of[one.rule] += one.all
    muted = Counter(_mutes().values_list("rule", flat=True))
    rows = [
        {
            "rule": rule,
            "kind": rule.kind.label if rule.kind else _("other"),
            "severity": SEVERITIES[rule.severity],
            "holds": in_force[rule.name],
            "looks_for": _looks_for(rule, in_force[rule.name]),
            "open": open_of[rule.name],
            "open_url": tallies.address(listing.Narrowing(whose="all", rule=rule.name)),
            "muted": muted[rule.name],
        }
        for rule in sorted(rules.registered().values(), key=_place)
        if kind in ("", str(rule.kind or ""))
    ]
    kinds = [(str(one), one.label) for one in rules.Kind if any(r.kind == one for r in rules.registered().values())]
    context = {"rows": rows, "kinds": kinds, "kind": kind, "all": len(rules.registered())}
    context["off"] = sum(not holds.on for holds in in_force.values())
    return render(request, "oversight/alerts/rules.html", context)


@login_required
@require_GET
def alert_rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule: what it looks for, its terms with their history, its mutes, and forms for who may change it."""
    officer = signed_in(request)
    return render(request, "oversight/alerts/rule.html", _page(_known(name), officer))


@login_required
@require_POST
def set_terms(request: HttpRequest, name: str) -> HttpResponse:
    """Change the terms of a rule, with a reason; what is refused comes back as it was typed."""
    officer, rule, said = signed_in(request), _known(name), request.POST
    if not policies.allow(officer, "alert.set_terms", rule):
        actions.set_terms(rule=rule.name, by=officer, reason="")  # refused before the form is read, and on record
    try:
        actions.set_terms(
            rule=rule.name,
            by=officer,
            reason=said.get("reason", ""),
            on=said.get("on") == "1",
            ladder=_ladder(said),
            params=_params(said, terms.of(rule.name)),
        )
    except (NotFound, NotPermitted, Conflict):
        raise
    except DomainError as error:
        context = _page(rule, officer) | {"error": error, "opened": "terms", "typed": said}
        return render(request, "oversight/alerts/rule.html", context, status=422)
    messages.success(request, _("The new terms hold from now on."))
    return redirect("alert_rule", rule.name)


@login_required
@require_POST
def mute(request: HttpRequest, name: str) -> HttpResponse:
    """Mute a rule for an office and those under it, or for one matter; with a reason and an end."""
    officer, rule, said = signed_in(request), _known(name), request.POST
    office = Office.objects.filter(pk=_number(said.get("office"))).first()
    if office is None:
        raise NotFound
    subject = ""
    if said.get("alert"):
        found = listing.seen_by(policies.duties_of(officer), _number(said["alert"]))
        if found is None or found.rule != rule.name:
            raise NotFound
        subject = found.subject
    try:
        actions.mute(
            rule=rule.name,
            office=office,
            until=_end_of(said.get("until", "")),
            reason=said.get("reason", ""),
            by=officer,
            subject=subject,
        )
    except (NotFound, NotPermitted, Conflict):
        raise
    except DomainError as error:
        context = _page(rule, officer) | {"error": error, "opened": "mute", "typed": said}
        return render(request, "oversight/alerts/rule.html", context, status=422)
    messages.success(request, _("The rule is silent there until then; what is due meanwhile is raised afterwards."))
    return redirect("alert_rule", rule.name)


@login_required
@require_POST
def unmute(request: HttpRequest, pk: int) -> HttpResponse:
    """End a mute before its time."""
    ended = actions.unmute(mute_id=pk, by=signed_in(request))
    messages.success(request, _("The mute has ended; what waited is raised within a minute."))
    return redirect("alert_rule", ended.rule)


def _known(name: str) -> rules.AlertRule:
    rule = rules.get(name)
    if rule is None:
        raise NotFound
    return rule


def _page(rule: rules.AlertRule, officer: Officer) -> dict[str, Any]:
    holds = terms.of(rule.name)
    duties = policies.duties_of(officer)
    covered = [duty.office for duty in duties if duty.role in permissions.MUTERS]
    return {
        "rule": rule,
        "kind": rule.kind.label if rule.kind else _("other"),
        "severity": SEVERITIES[rule.severity],
        "holds": holds,
        "looks_for": _looks_for(rule, holds),
        "params": [(name, PARAMS.get(name, name), value) for name, value in holds.params.items()],
        "rungs": _rungs(holds),
        "levels": list(rules.Level),
        "history": [_version(one) for one in terms.history(rule.name)],
        "mutes": [
            {
                "mute": one,
                "may_end": policies.allow(officer, "alert.mute", one.office),
                "about": subjects.name(one.subject, officer) if one.subject else None,
            }
            for one in _mutes().filter(rule=rule.name).select_related("office", "by")
        ],
        "mutable": list(Office.objects.filter(pk__in=listing.offices_under(one.pk for one in covered)))
        if covered
        else [],
        "may_set": policies.allow(officer, "alert.set_terms", rule),
        "open_url": tallies.address(listing.Narrowing(whose="all", rule=rule.name)),
        "open": listing.in_scope(duties).open().filter(rule=rule.name).count(),
        "raised_lately": Alert.objects.filter(
            rule=rule.name, raised_at__gte=clock.now() - MONTH, pk__in=listing.in_scope(duties).values("pk")
        ).count(),
    }


def _looks_for(rule: rules.AlertRule, holds: Terms) -> str:
    return str(rule.about).format_map(tallies.Filled(holds.params))


def _rungs(holds: Terms) -> list[dict[str, Any]]:
    """The ladder with empty lines to add to, for the form."""
    lines: list[dict[str, Any]] = [
        {"number": rung.number, "days": rung.working_days, "level": str(rung.level)} for rung in holds.ladder
    ]
    lines += [{"number": number, "days": "", "level": ""} for number in range(len(lines) + 1, MOST_RUNGS + 1)]
    return lines


def _version(one: RuleTerms) -> dict[str, Any]:
    ladder = [f"{rules.Level(level).label} +{days}" for days, level in one.ladder]
    params = [(str(PARAMS.get(name, name)), value) for name, value in one.params.items()]
    return {"terms": one, "ladder": ladder, "params": params}


def _place(rule: rules.AlertRule) -> tuple[int, str]:
    kinds = list(rules.Kind)
    return (kinds.index(rule.kind) if rule.kind else len(kinds), rule.name)


def _mutes() -> Any:
    return Mute.objects.filter(until__gt=clock.now(), ended_at=None)


def _ladder(said: QueryDict) -> list[tuple[int, str]]:
    """The rungs of the form; an empty line is none. Raises BadTerms."""
    rungs = []
    for number in range(1, MOST_RUNGS + 1):
        level, days = said.get(f"level_{number}", ""), said.get(f"days_{number}", "").strip()
        if level:
            if not (days.isascii() and days.isdigit() and len(days) < 5):
                raise BadTerms(fault=_("working days are a whole number"))
            rungs.append((int(days), level))
    return rungs


def _params(said: QueryDict, holds: Terms) -> dict[str, int]:
    """The thresholds of the form. Raises BadTerms."""
    found = {}
    for name in holds.params:
        typed = said.get(f"param_{name}", "").strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 11):
            raise BadTerms(fault=_("a threshold is a whole number"))
        found[name] = int(typed)
    return found


def _end_of(typed: str) -> datetime:
    """The end of a day in the city. Raises BadMute."""
    try:
        day = parse_date(typed)
    except ValueError:
        day = None
    if day is None:
        raise BadMute(days=terms.SHIPPED[terms.MUTE_DAYS])
    return datetime.combine(day, time(23, 59, 59), clock.CITY_TIME)


def _number(typed: Any) -> int:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
