"""Terms of the rules: whether a rule is on, its ladder and its thresholds, as data with history."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, once
from hukou.kernel.errors import NotFound

from . import again, rearming, rules
from .errors import BadTerms, ReasonMissing
from .models import RuleTerms

LARGEST = 1_000_000_000
MUTE_DAYS = "mute_days"
"""A threshold of every rule: for how many days it may be muted."""
SHIPPED = {MUTE_DAYS: 30}
_HOLD_ALONE = "select pg_advisory_xact_lock(hashtext('alerts.terms'))"
_HOLD = "select pg_advisory_xact_lock_shared(hashtext('alerts.terms'))"


@dataclass(frozen=True)
class Terms:
    """What holds for a rule."""

    on: bool
    ladder: tuple[rules.Rung, ...]
    params: Mapping[str, int]
    version: int = 0
    """0: as shipped."""
    until: datetime | None = None
    """When the next version begins, where one has been set already."""


class _Kept:
    """Every version there is, read anew when there is a newer one: correct in every process, one small query."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.newest: tuple[Any, ...] | None = None
        self.versions: dict[str, list[RuleTerms]] = {}

    def all(self) -> dict[str, list[RuleTerms]]:
        # Versions are written one after the other, so the newest one says whether any was added.
        newest = RuleTerms.objects.order_by("-pk").values_list("pk", "set_at").first()
        with self.lock:
            if self.newest != newest:
                versions: dict[str, list[RuleTerms]] = {}
                for one in RuleTerms.objects.filter(pk__lte=newest[0] if newest else 0).order_by("rule", "-version"):
                    versions.setdefault(one.rule, []).append(one)
                self.newest, self.versions = newest, versions
            return self.versions


_kept = _Kept()


def of(rule: str, at: datetime | None = None) -> Terms:
    """The terms of a rule in force at `at` (default: now). Raises LookupError when there is no such rule."""
    return _in_force(rules.registered()[rule], at or clock.now(), once.ask("alerts.terms", _kept.all))


def all_in_force(at: datetime | None = None) -> dict[str, Terms]:
    """Rule name → its terms in force at `at` (default: now), of every registered rule. One query."""
    moment, versions = at or clock.now(), once.ask("alerts.terms", _kept.all)
    return {name: _in_force(rule, moment, versions) for name, rule in rules.registered().items()}


def _in_force(rule: rules.AlertRule, moment: datetime, versions: Mapping[str, list[RuleTerms]]) -> Terms:
    shipped, stated = _shipped(rule), versions.get(rule.name)
    if not stated:
        return shipped
    holds = next((one for one in stated if one.effective_from <= moment), None)
    later = min((one.effective_from for one in stated if one.effective_from > moment), default=None)
    return replace(shipped if holds is None else _stated(holds, shipped), until=later)


def hold(*, alone: bool = False) -> None:
    """Until the transaction ends nobody changes terms or mutes; `alone`: nobody raises by them either."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ALONE if alone else _HOLD)


def history(rule: str) -> QuerySet[RuleTerms]:
    """Every version of the terms of a rule with who set it, the newest first."""
    return RuleTerms.objects.filter(rule=rule).select_related("set_by").order_by("-version")


@trail.records_refusal(
    "alert.set_terms", subject="alerts.rule", key="rule", label=_("Changing an alert rule was refused")
)
@transaction.atomic
def set_terms(
    *,
    rule: str,
    by: Officer,
    reason: str,
    on: bool | None = None,
    ladder: Iterable[tuple[int, str]] | None = None,
    params: Mapping[str, int] | None = None,
    effective_from: datetime | None = None,
) -> RuleTerms:
    """Say what holds for a rule from `effective_from` (default: now) on; what is left out stays as it is.

    `ladder` is (working days, level) of each rung. Alerts raised stay. Raises NotPermitted, NotFound, ReasonMissing,
    BadTerms.
    """
    policies.require(by, "alert.set_terms")
    known = rules.get(rule)
    if known is None:
        raise NotFound
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise ReasonMissing
    now = clock.now()
    since = effective_from or now
    if since < now:
        raise BadTerms(fault=_("terms do not hold for what is past"))
    hold(alone=True)
    newest = history(rule).first()
    before = _shipped(known) if newest is None else _stated(newest, _shipped(known))
    if newest is not None and newest.effective_from > since:
        raise BadTerms(fault=_("terms that begin later have been set already"))
    after = replace(
        before,
        on=before.on if on is None else on,
        ladder=before.ladder if ladder is None else _ladder(ladder),
        params={**before.params, **_checked(params or {}, before.params)},
    )
    stated = RuleTerms.objects.create(
        rule=rule,
        version=before.version + 1,
        on=after.on,
        ladder=[[rung.working_days, str(rung.level)] for rung in after.ladder],
        params=dict(after.params),
        effective_from=since,
        reason=reason,
        set_by=by,
        set_at=now,
    )
    trail.record(
        "alert.terms_set",
        subject=stated,
        by=by,
        details={
            "rule": rule,
            "version": stated.version,
            "on": stated.on,
            "ladder": stated.ladder,
            "params": stated.params,
            "effective_from": since.isoformat(),
        },
    )
    again.look(rule=rule, since=since)
    rearming.defer(known)
    return stated


def _shipped(rule: rules.AlertRule) -> Terms:
    return Terms(True, rule.ladder, {**SHIPPED, rules.TEXT_FROM_RUNG: rule.text_from_rung, **rule.params})


def _stated(stated: RuleTerms, shipped: Terms) -> Terms:
    """A version; a threshold it does not know yet is the shipped one."""
    ladder = tuple(rules.Rung(number, days, level) for number, (days, level) in enumerate(stated.ladder, 1))
    return Terms(stated.on, ladder, {**shipped.params, **stated.params}, stated.version)


def _ladder(steps: Iterable[tuple[int, str]]) -> tuple[rules.Rung, ...]:
    ladder = tuple(rules.Rung(number, int(days), level) for number, (days, level) in enumerate(steps, 1))
    try:
        rules.check_ladder(ladder)
    except ValueError as fault:
        raise BadTerms(
            fault=_("a rung is never earlier than the one before it, and is told to a known level")
        ) from fault
    return ladder


def _checked(params: Mapping[str, Any], known: Mapping[str, int]) -> Mapping[str, int]:
    for name, value in params.items():
        if name not in known or isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise BadTerms(fault=_("a threshold is a whole number, and one that the rule knows"))
    return params
