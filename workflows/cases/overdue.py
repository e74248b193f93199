"""The alert rules of papers that are not there when their time is up: none at all (未上传), or not all (内容不齐全)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from audit.alerts.rules import Kind

from . import timers

NOT_UPLOADED = "case.not_uploaded"
RULE = "case.capture_overdue"


def register() -> None:
    """Called once at start-up. Both are armed by the row of the case (`timers`)."""
    rules.register(
        rules.AlertRule(
            NOT_UPLOADED,
            label=_("Nothing captured before the deadline"),
            about=_("An accepted case has no page at all when its time to capture is up."),
            kind=Kind.MISSING,
            severity=3,
            standing=timers.standing_of(NOT_UPLOADED),
        )
    )
    rules.register(
        rules.AlertRule(
            RULE,
            label=_("Required material missing after the capture deadline"),
            about=_("An accepted case lacks a material acceptance needs when its time to capture is up."),
            kind=Kind.INCOMPLETE,
            standing=timers.standing_of(RULE),
        )
    )
