"""The cases inspections draw from: which were closed when, how risky each is, and whose work it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alerts.models import Alert
from audit.inspection import populations
from audit.inspection.populations import Candidate, Concern, Risk
from hukou.kernel.clock import CITY_TIME
from workflows.approvals.models import Decision, Enquiry
from workflows.archive.models import ArchiveVersion, LateCapture
from workflows.cases import late, limit_alerts, overdue, page_alerts, searching
from workflows.cases.models import Case, MaterialPage

MODEL = "cases.case"
AT_ONCE = 500
LATE_RULES = (
    *(limit_alerts.CASE_LATE, limit_alerts.STEP_LATE),
    *(overdue.RULE, overdue.NOT_UPLOADED, page_alerts.LATE),
)
HARMLESS_RULES = (limit_alerts.STEP_SOON,)
"""Alerts that say nothing against a case."""
RISKS = {
    "alerted": Risk(gettext_lazy("alerts were raised about it"), 2),
    "late": Risk(gettext_lazy("a limit was passed"), 2),
    "forced": Risk(gettext_lazy("a page was kept though the quality check refused it"), 3),
    "doubtful": Risk(gettext_lazy("a page was kept though the quality check doubted it"), 1),
    "alone": Risk(gettext_lazy("one officer accepted and decided it on the spot"), 2),
    "deputised": Risk(gettext_lazy("decided in somebody's stead"), 1),
    "returned": Risk(gettext_lazy("it was sent back before"), 1),
    "added": Risk(gettext_lazy("pages were added after filing"), 2),
}


def candidates(stations: Collection[int], first: date, last: date) -> Iterator[Candidate]:
    """Numbered cases of these stations that were decided or withdrawn from the first to the last day, city time."""
    begin, end = (datetime.combine(day, time(), CITY_TIME) for day in (first, last + timedelta(days=1)))
    closed = Case.objects.filter(station__in=stations, closed_at__gte=begin, closed_at__lt=end, number__isnull=False)
    keys = list(closed.order_by("pk").values_list("pk", flat=True))
    for begins in range(0, len(keys), AT_ONCE):
        yield from _candidates(keys[begins : begins + AT_ONCE])


def find(subject: str) -> Candidate | None:
    """One closed case."""
    key = subject.partition(":")[2]
    if not key.isdecimal() or len(key) > 18:
        return None
    closed = Case.objects.filter(pk=int(key), closed_at__isnull=False, number__isnull=False)
    return next(_candidates([case.pk for case in closed]), None)


def _candidates(keys: Iterable[int]) -> Iterator[Candidate]:
    keys = list(keys)
    risks = _risks(keys)
    cases = Case.objects.filter(pk__in=keys).select_related("subtype").order_by("pk")
    for case in cases.only("number", "station", "accepted_by", "subtype__data"):
        yield Candidate(
            subject=f"{MODEL}:{case.pk}",
            title=case.number or "",
            case_id=case.pk,
            station_id=case.station_id,
            officer_id=case.accepted_by_id,
            key=bool(case.subtype.data["key_business"]),
            risks=tuple(code for code, cases_with_it in risks.items() if case.pk in cases_with_it),
        )


def _risks(keys: list[int]) -> dict[str, set[int]]:
    """Risk → the cases it holds for."""
    alerts = Alert.objects.filter(subject__in=[f"{MODEL}:{key}" for key in keys]).exclude(rule__in=HARMLESS_RULES)
    told = [(int(subject.partition(":")[2]), rule) for subject, rule in alerts.values_list("subject", "rule")]
    live = MaterialPage.objects.filter(material__case__in=keys, superseded_at=None, held__kept=True)
    kept = set(live.order_by().values_list("material__case", "held__level"))
    decided = Decision.objects.filter(case__in=keys).order_by()
    facts = list(decided.values_list("case", "outcome", "alone", "deputation", "voided_at"))
    added = ArchiveVersion.objects.filter(record__case__in=keys, number__gt=1).order_by()
    found = {
        "alerted": {case for case, rule in told if rule not in LATE_RULES},
        "late": {case for case, rule in told if rule in LATE_RULES},
        "forced": {case for case, level in kept if level == "refuse"},
        "doubtful": {case for case, level in kept if level == "warn"},
        "alone": {case for case, _o, alone, _d, voided in facts if alone and voided is None},
        "deputised": {case for case, _o, _a, stead, voided in facts if stead is not None and voided is None},
        "returned": {case for case, outcome, *_rest in facts if outcome in Decision.UNSEALED},
        "added": set(added.values_list("record__case", flat=True)),
    }
    assert found.keys() == RISKS.keys()
    return found


def concerned(subject: str) -> list[Concern]:
    """Everybody who worked on a case, once each, who accepted it first."""
    key = int(subject.partition(":")[2])
    case = Case.objects.filter(pk=key).values("accepted_by", "opened_by", "completed_by").first()
    if case is None:
        return []
    pages = MaterialPage.objects.filter(material__case=key).order_by()
    parts: list[tuple[int | None, Any]] = [(case["accepted_by"], _("accepted"))]
    for decision in Decision.objects.filter(case=key).exclude(officer=case["accepted_by"]).order_by("pk"):
        parts.append((decision.officer_id, decision.step_label))
    parts.append((case["opened_by"], _("opened")))
    parts += [(officer, _("captured")) for officer in pages.values_list("placed_by", flat=True).distinct()]
    parts += [(officer, _("took a page out")) for officer in pages.values_list("superseded_by", flat=True).distinct()]
    parts += [(officer, _("kept a doubtful page")) for officer in pages.values_list("held__settled_by", flat=True)]
    for asked in Enquiry.objects.filter(case=key).order_by("pk"):
        parts += [(asked.asked_by_id, _("asked")), (asked.answered_by_id, _("answered"))]
    parts.append((case["completed_by"], _("entered the result")))
    begun = LateCapture.objects.filter(record__case=key).values_list("session__opened_by", "ended_by")
    parts += [(officer, _("captured late")) for both in begun for officer in both]
    seen: dict[int, Concern] = {}
    for officer, part in parts:
        if officer is not None:
            seen.setdefault(officer, Concern(officer, part))
    return list(seen.values())


def unfinished(subject: str) -> bool:
    """True while a late capture of the case is open."""
    case = Case.objects.select_related("session").filter(pk=int(subject.partition(":")[2])).first()
    return case is not None and late.is_open(case)


def register() -> None:
    """Called once at start-up."""
    populations.register(
        populations.Population(
            model=MODEL,
            candidates=candidates,
            find=find,
            concerned=concerned,
            unfinished=unfinished,
            risks=RISKS,
            secret=searching.of_secret_case,
        )
    )
