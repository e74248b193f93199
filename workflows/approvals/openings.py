"""Which cases an officer has had open on the decision page, and with which content."""

from __future__ import annotations

from collections.abc import Iterable

from hukou.accounts.models import Officer
from hukou.kernel import clock
from workflows.cases.models import Case

from .models import CaseView


def note(case: Case, *, by: Officer, digest: str) -> None:
    """The officer's screen shows the case now, with the content of this digest. One statement, the last look counts."""
    CaseView.objects.bulk_create(
        [CaseView(case=case, officer=by, level=case.level, digest=digest, opened_at=clock.now())],
        update_conflicts=True,
        unique_fields=["officer", "case"],
        update_fields=["level", "digest", "opened_at"],
    )


def of(by: Officer, cases: Iterable[Case]) -> dict[int, CaseView]:
    """The officer's look at each of these cases that was taken since it came to its present step."""
    asked = {case.pk: case for case in cases}
    looks = CaseView.objects.filter(officer=by, case__in=asked)
    return {look.case_id: look for look in looks if covers(look, asked[look.case_id])}


def covers(look: CaseView, case: Case) -> bool:
    """True when the case has been at the same step ever since the look."""
    return look.level == case.level and case.awaiting_since is not None and look.opened_at >= case.awaiting_since
