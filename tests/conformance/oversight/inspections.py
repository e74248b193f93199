"""What the addresses of inspections answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from audit.inspection import actions, duties, sampling
from audit.inspection.models import InspectionDuty
from hukou.accounts.models import Duty, Officer
from workflows.cases.models import Case

BUREAUS = "403 403 403 403 200 200 200 403 302"
IN_SCOPE = "404 404 404 404 200 200 200 404 302"
ONLY_GET = "405 405 405 405 405 405 405 405 302"
STATUS: dict[str, str] = {
    "GET inspections": BUREAUS,
    "POST inspections": ONLY_GET,
    "GET inspection_plan": BUREAUS,
    "POST inspection_plan": "403 403 403 403 403 422 403 403 302",
    "GET inspection_results": BUREAUS,
    "POST inspection_results": ONLY_GET,
    "GET inspection_findings": BUREAUS,
    "POST inspection_findings": ONLY_GET,
    "GET inspection": IN_SCOPE,
    "POST inspection": ONLY_GET,
    "GET inspection_frame": IN_SCOPE,
    "POST inspection_frame": ONLY_GET,
    "GET inspection_draw": ONLY_GET,
    "POST inspection_draw": "404 404 404 404 302 403 302 404 302",
    "GET inspection_pick": ONLY_GET,
    "POST inspection_pick": "404 404 404 404 422 403 422 404 302",
    "GET inspection_conclude": ONLY_GET,
    "POST inspection_conclude": "404 404 404 404 422 403 422 404 302",
    "GET inspection_review": IN_SCOPE,
    "POST inspection_review": "404 404 404 404 403 403 409 404 302",  # the branch officer decided the case
    "GET inspection_check": IN_SCOPE,
    "POST inspection_check": ONLY_GET,
    "GET inspection_finding": ONLY_GET,
    "POST inspection_finding": "404 404 404 404 403 403 409 404 302",
    "GET inspection_finding_drop": ONLY_GET,
    "POST inspection_finding_drop": "404 404 404 404 403 403 409 404 302",
    "GET inspection_paper": ONLY_GET,
    "POST inspection_paper": "404 404 404 404 302 302 302 404 302",
    "GET inspection_order": ONLY_GET,
    "POST inspection_order": "404 404 404 404 403 403 422 404 302",
    "GET orders": "200 200 200 200 200 200 200 200 302",
    "POST orders": ONLY_GET,
    "GET order": "200 200 404 200 200 200 200 404 302",
    "POST order": ONLY_GET,
    "GET order_act": ONLY_GET,
    "POST order_act": "403 422 404 422 403 403 403 404 302",
}
"""As `test_every_address.STATUS`."""
ACT = "does something; the act is on record"
COUNTS = "counts and case numbers; no personal data"
WHY_NOT: dict[str, str] = {
    "inspections": COUNTS,
    "inspection_plan": "shares and days; no personal data",
    "inspection_results": "counts; officers' names and no citizen's",
    "inspection_frame": "keys, weights and digests; no personal data",
    "inspection_draw": ACT,
    "inspection_pick": ACT,
    "inspection_conclude": ACT,
    "inspection_finding": ACT,
    "inspection_finding_drop": ACT,
    "inspection_order": ACT,
    "inspection_paper": ACT,
    "orders": COUNTS,
    "order_act": ACT,
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world, with an order its station got."""
    overseer = Officer.objects.filter(duties__role=Duty.Role.OVERSEER)[0]
    duties.compute()
    sampling.draw_waiting()
    duty = InspectionDuty.objects.get(office=case.station.parent)
    sample = actions.pick(duty_id=duty.pk, subject=f"cases.case:{case.pk}", reason="群众反映", by=overseer)
    found = actions.add_finding(sample_id=sample.pk, kind="no_seal", severity=2, words="缺户口专用章", by=overseer)
    actions.review(sample_id=sample.pk, verdict="findings", pages=0, seen=0, by=overseer)
    order = actions.issue(sample_id=sample.pk, findings=[found.pk], text="补盖后补采", by=overseer)
    of_duty = ("inspection", "inspection_frame", "inspection_draw", "inspection_pick", "inspection_conclude")
    of_sample = ("inspection_review", "inspection_check", "inspection_finding", "inspection_order", "inspection_paper")
    return (
        {name: {"pk": duty.pk} for name in of_duty}
        | {name: {"pk": sample.pk} for name in of_sample}
        | {
            "inspection_finding_drop": {"pk": sample.pk, "finding": found.pk},
            "order": {"pk": order.pk},
            "order_act": {"pk": order.pk, "act": "answer"},
        }
    )
