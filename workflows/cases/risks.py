"""The risk screen of key business (domain.md §4.2): what a clean-up found years later is told when the case is accepted.

People are found by their register row; an alert names cases only. Each rule is told once for a case, to the branch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from audit.alerts.models import Alert
from audit.alerts.rules import Kind

from . import parties
from .models import Case, CaseQuerySet
from .page_alerts import BRANCH_FIRST

MAIN_CHANGES = "risk.main_changes"
CHANGED_THEN_OUT = "risk.changed_then_out"
ENTERED_THEN_OUT = "risk.entered_then_out"
ONE_HELPER = "risk.one_helper"
# Codes here and no attribute of the catalogue: a version that was loaded never changes, and cases of all versions are held together.
MAIN_ITEMS = frozenset({"1101", "1102", "1103", "1104", "1105", "1106"})
"""Changes of main items (主项变更): name, sex, ethnic group, date of birth, ID number."""
ENTERED_LATE = frozenset({"0401", "0402"})
"""Somebody enters the register who was not in it (补登补录)."""
OUT = frozenset({"0701", "0702", "0703"})
"""Moves out of the city (迁出)."""
S = Case.Status


def screen(case: Case) -> None:
    """Hold an accepted case against what is known of its people. A case of another business costs no question."""
    if case.accepted_at is None:
        return
    code = case.subtype.code
    if code in MAIN_ITEMS:
        holds = terms.of(MAIN_CHANGES).params
        earlier = _earlier(case, MAIN_ITEMS, holds["months"])
        if len(earlier) + 1 >= holds["changes"]:
            _tell(MAIN_CHANGES, case, earlier)
    if code in OUT:
        for rule, before in ((CHANGED_THEN_OUT, MAIN_ITEMS), (ENTERED_THEN_OUT, ENTERED_LATE)):
            earlier = _earlier(case, before, terms.of(rule).params["months"])
            if earlier:
                _tell(rule, case, earlier)
    if code in ENTERED_LATE:
        _helpers(case)


def _earlier(case: Case, codes: Collection[str], months: int) -> list[int]:
    """Other cases of the person concerned, of that business, that were granted or are under way, the oldest first."""
    assert case.accepted_at is not None  # asked before
    since = months_before(case.accepted_at, months)
    found = _standing(parties.about(parties.concerned(case))).filter(subtype__code__in=codes)
    found = found.filter(accepted_at__gte=since, accepted_at__lte=case.accepted_at).exclude(pk=case.pk)
    return list(found.order_by("accepted_at", "pk").values_list("pk", flat=True))


def _helpers(case: Case) -> None:
    """One proxy or witness in many late entries: they may be made up."""
    assert case.accepted_at is not None  # asked before
    holds = terms.of(ONE_HELPER).params
    since = months_before(case.accepted_at, holds["months"])
    for _person, keys in sorted(parties.with_helpers_of(case).items()):
        found = _standing(Case.objects.filter(pk__in=keys)).filter(subtype__code__in=ENTERED_LATE)
        found = found.filter(accepted_at__gte=since, accepted_at__lte=case.accepted_at)
        others = list(found.exclude(pk=case.pk).order_by("accepted_at", "pk").values_list("pk", flat=True))
        if len(others) + 1 >= holds["cases"]:
            _tell(ONE_HELPER, case, others)


def _standing(cases: CaseQuerySet) -> CaseQuerySet:
    """Without what came to nothing: refused, withdrawn, turned away, never accepted."""
    came_to_nothing = Q(status__in=(S.DRAFT, S.NOT_ACCEPTED, S.REFUSED, S.WITHDRAWN))
    return cases.exclude(came_to_nothing | Q(status=S.FILED, completed_at=None))


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:  # no such day in that month
            continue
    raise AssertionError


def _tell(rule: str, case: Case, others: Iterable[int]) -> None:
    if not Alert.objects.filter(rule=rule, case_id=case.pk).exists():
        details = {"number": case.number, "subtype": case.subtype.code, "with": list(others)}
        alerts.tell(rule, f"cases.case:{case.pk}", office_id=case.station_id, details=details)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            MAIN_CHANGES,
            label=_("Several changes of main items of one person"),
            about=_("{changes} changes of name, sex, ethnic group, date of birth or ID number within {months} months."),
            kind=Kind.RISK,
            ladder=BRANCH_FIRST,
            params={"changes": 2, "months": 24},
        )
    )
    rules.register(
        rules.AlertRule(
            CHANGED_THEN_OUT,
            label=_("A main item changed, then a move out of the city"),
            about=_("A person moves out within {months} months of a change of a main item."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
            params={"months": 12},
        )
    )
    rules.register(
        rules.AlertRule(
            ENTERED_THEN_OUT,
            label=_("Entered late into the register, then a move out of the city"),
            about=_("A person moves out within {months} months of having been entered late into the register."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
            params={"months": 12},
        )
    )
    rules.register(
        rules.AlertRule(
            ONE_HELPER,
            label=_("One proxy or witness in several late entries"),
            about=_("The same proxy or witness stands in {cases} late entries within {months} months."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
            params={"cases": 3, "months": 3},
        )
    )
