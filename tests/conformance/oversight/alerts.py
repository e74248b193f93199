"""What the addresses of alerts answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from audit.alerts.models import Alert
from workflows.cases.models import Case

ACT = "does something; the act is on record"
NOBODY = "shows rules, counts and offices, no citizen"
STATUS: dict[str, str] = {
    "GET alerts": "200 200 200 200 200 200 200 200 302",
    "POST alerts": "405 405 405 405 405 405 405 405 302",
    "GET alerts_acknowledge": "405 405 405 405 405 405 405 405 302",
    "POST alerts_acknowledge": "302 302 302 302 302 302 302 302 302",
    "GET alert": "200 200 404 200 200 200 200 200 302",
    "POST alert": "405 405 405 405 405 405 405 405 302",
    "GET alert_acknowledge": "405 405 405 405 405 405 405 405 302",
    "POST alert_acknowledge": "403 302 404 302 302 302 403 403 302",
    "GET alert_explain": "405 405 405 405 405 405 405 405 302",
    "POST alert_explain": "403 422 404 422 422 422 403 403 302",
    "GET alert_close": "405 405 405 405 405 405 405 405 302",
    "POST alert_close": "403 422 404 422 422 422 403 403 302",
    "GET alert_digest": "200 200 200 200 200 200 200 200 302",
    "POST alert_digest": "405 405 405 405 405 405 405 405 302",
    "GET alert_rules": "200 200 200 200 200 200 200 200 302",
    "POST alert_rules": "405 405 405 405 405 405 405 405 302",
    "GET alert_rule": "200 200 200 200 200 200 200 200 302",
    "POST alert_rule": "405 405 405 405 405 405 405 405 302",
    "GET alert_rule_terms": "405 405 405 405 405 405 405 405 302",
    "POST alert_rule_terms": "403 403 403 403 403 422 422 403 302",
    "GET alert_mute": "405 405 405 405 405 405 405 405 302",
    "POST alert_mute": "404 404 404 404 404 404 404 404 302",  # of no office
    "GET alert_unmute": "405 405 405 405 405 405 405 405 302",
    "POST alert_unmute": "404 404 404 404 404 404 404 404 302",  # there is no such mute
    "GET texts": "200 200 200 200 200 200 200 200 302",
    "POST texts": "405 405 405 405 405 405 405 405 302",
    "GET text_again": "405 405 405 405 405 405 405 405 302",
    "POST text_again": "404 404 404 404 404 404 404 404 302",  # there is no such text
    "GET office_phone": "405 405 405 405 405 405 405 405 302",
    "POST office_phone": "403 403 404 302 302 302 403 302 302",
    "GET text_receipts": "405 405 405 405 405 405 405 405 405",
    "POST text_receipts": "404 404 404 404 404 404 404 404 404",  # there is no gateway
}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {
    "alerts_acknowledge": ACT,
    "alert_acknowledge": ACT,
    "alert_digest": NOBODY,
    "alert_rules": NOBODY,
    "alert_rule": NOBODY,
    "alert_rule_terms": ACT,
    "alert_mute": ACT,
    "alert_unmute": ACT,
    "text_again": ACT,
    "text_receipts": "the gateway tells, and is answered that it did",
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world."""
    alert, rule = {"pk": Alert.objects.latest("pk").pk}, {"name": "case.capture_overdue"}
    about_alert = dict.fromkeys(("alert", "alert_acknowledge", "alert_explain", "alert_close"), alert)
    about_rule = dict.fromkeys(("alert_rule", "alert_rule_terms", "alert_mute"), rule)
    nothing = {name: {"pk": 10**9} for name in ("alert_unmute", "text_again")}
    return about_alert | about_rule | nothing | {"office_phone": {"pk": case.station_id}}
