"""Alert rules about a page that has just been placed: late, against the rules, a picture that lies elsewhere too.

Each is told in the transaction that places the page, so an alert is never later than the fact and never told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules
from audit.alerts.rules import Kind
from hukou.kernel import clock, numbers

from . import doubts
from .models import Case, HeldPage, MaterialPage

LATE = "case.uploaded_late"
KEPT = "case.page_kept"
FORCED = "case.page_forced"
FILE = "case.plain_file"
REUSED = "case.picture_reused"
NO_CAMERA = "file"
"""What stands in `Page.device` where a file was chosen and no camera asked."""
BRANCH_FIRST = (rules.Rung(1, 0, rules.Level.BRANCH), rules.Rung(2, 5, rules.Level.CITY))
"""What the station itself did wrong, or should not look into alone: the branch, and the city when that does nothing."""
OFFICE_AND_LEADER = (rules.Rung(1, 0, rules.Level.OFFICE), rules.Rung(2, 1, rules.Level.LEADER))


def placed(case: Case, pages: Iterable[MaterialPage], *, lacked: Sequence[str]) -> None:
    """Pages were placed by hand or camera. `lacked`: what the case lacked before; now it lacks `case.lacking`."""
    new = list(pages)
    _late(case, new, lacked)
    if any(page.page.device == NO_CAMERA for page in new):
        _from_a_file(case, new)
    for page in new:
        _lies_elsewhere(case, page)


def kept(case: Case, held: HeldPage) -> None:
    """A held page was kept: doubtful, or unfit and kept on a leader's word only."""
    forced = held.level == HeldPage.Level.REFUSE
    details = {"material": held.material.code, "level": held.level, "why": doubts.codes(held)}
    _tell(FORCED if forced else KEPT, case, details)


def _late(case: Case, new: Sequence[MaterialPage], lacked: Sequence[str]) -> None:
    """A required material became whole only after the capture deadline (domain.md §4.1: 超期上传), once for each."""
    if case.capture_due_at is None or clock.now() <= case.capture_due_at or case.status == Case.Status.FILED:
        return
    came = {page.material.code for page in new}
    for code in lacked:
        if code in came and code not in case.lacking:
            _tell(LATE, case, {"material": code, "due_at": case.capture_due_at.isoformat()})


def _from_a_file(case: Case, new: Sequence[MaterialPage]) -> None:
    """Told with the first such page of a case, and for the others not again."""
    now = {page.pk for page in new}
    before = MaterialPage.objects.filter(material__case=case, page__device=NO_CAMERA).exclude(pk__in=now)
    if not before.exists():
        first = next(page for page in new if page.page.device == NO_CAMERA)
        _tell(FILE, case, {"material": first.material.code, "page": first.page_id})


def _lies_elsewhere(case: Case, page: MaterialPage) -> None:
    """Byte for byte the picture of another case: a sign that no paper was seen (domain.md §8.1)."""
    if _for_measuring(case):
        return
    same = MaterialPage.objects.filter(page__original=page.page.original_id, superseded_at=None)
    found = same.exclude(material__case=case).select_related("material__case").order_by("material__case", "pk")
    others = {there.material.case_id: there for there in found if not _for_measuring(there.material.case)}
    if not others:
        return
    _tell(REUSED, case, {"material": page.material.code, "with": sorted(others)})
    if len(others) == 1:  # else they have been told of each other
        (there,) = others.values()
        _tell(REUSED, there.material.case, {"material": there.material.code, "with": [case.pk]})


def _for_measuring(case: Case) -> bool:
    """They all show the same specimen."""
    return (case.number or "").startswith(numbers.MEASURING)


def _tell(rule: str, case: Case, details: dict[str, Any]) -> None:
    alerts.tell(rule, f"cases.case:{case.pk}", office_id=case.station_id, details={"number": case.number, **details})


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            LATE,
            label=_("Required material captured after its deadline"),
            about=_("A material needed at acceptance was made whole only after the capture deadline of its case."),
            kind=Kind.LATE,
            severity=2,
            ladder=OFFICE_AND_LEADER,
        )
    )
    rules.register(
        rules.AlertRule(
            KEPT,
            label=_("A doubtful page was kept"),
            about=_("A page the quality check found below standard was kept with a reason."),
            kind=Kind.AGAINST_RULES,
            severity=1,
            ladder=rules.ONCE,
        )
    )
    rules.register(
        rules.AlertRule(
            FORCED,
            label=_("An unfit page was kept on a leader's word"),
            about=_("A page the quality check refused was put into its slot all the same by a leader of the station."),
            kind=Kind.AGAINST_RULES,
            severity=2,
            ladder=BRANCH_FIRST,
        )
    )
    rules.register(
        rules.AlertRule(
            FILE,
            label=_("A file was taken instead of the camera"),
            about=_("A page of the case comes from a file somebody chose, not from the camera at the window."),
            kind=Kind.AGAINST_RULES,
            severity=1,
            ladder=rules.ONCE,
        )
    )
    rules.register(
        rules.AlertRule(
            REUSED,
            label=_("The same picture lies in two cases"),
            about=_("A picture lies, byte for byte, in two cases: a sign that no paper was seen."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
        )
    )
