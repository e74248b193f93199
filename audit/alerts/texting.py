"""Which alerts are told by text as well, and in which words: a rule's term `text_from_rung` says from which rung on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.outbox import actions as outbox
from audit.outbox import kinds, mentions
from audit.outbox.kinds import UnfitText
from hukou.accounts.models import Office

from . import rules, terms
from .models import Alert

KIND = "alert"
LONGEST_LABEL = 40
Raised = tuple[int, str, int, int]
"""Key of the alert, name of its rule, rung, key of the office that is told."""


def mention(raised: Iterable[Raised]) -> None:
    """Have the offices told by text of those alerts whose terms say so; in the transaction that raises them."""
    in_force = terms.all_in_force()
    told = []
    for key, rule, rung, office in raised:
        known = rules.get(rule)
        first = in_force[rule].params.get(rules.TEXT_FROM_RUNG, 0) if known else 0
        if known is not None and 0 < first <= rung:
            told.append((office, key, known.severity == rules.AT_ONCE))
    if told:
        outbox.mention(KIND, told)


def write(office: Office, items: Sequence[int]) -> mentions.Wording | None:
    """One text for the alerts mentioned to an office; None when all of them have been dealt with meanwhile."""
    found = list(Alert.objects.open().filter(pk__in=items, settled_at=None))
    if not found:
        return None
    worst = max(found, key=lambda alert: (_severity(alert), alert.rung, -alert.pk))
    said: dict[str, Any] = {"rule": worst.rule, "rung": worst.rung}
    if len(found) > 1:
        return mentions.Wording("alerts", f"accounts.office:{office.pk}", said | {"count": len(found)})
    subject, number = f"alerts.alert:{worst.pk}", worst.details.get("number")
    if isinstance(number, str) and kinds.CASE_NUMBER.fullmatch(number):
        return mentions.Wording("alert_case", subject, said | {"case": number})
    return mentions.Wording("alert", subject, said)


def rule_label(value: Any) -> str:
    """Slot: what a rule finds wrong."""
    known = rules.get(value) if isinstance(value, str) else None
    if known is None:
        raise UnfitText("not a rule")
    return str(known.label)[:LONGEST_LABEL]


def register() -> None:
    """Called once at start-up."""
    label, slots = _("Alert"), {"rule": rule_label, "rung": kinds.count}
    kinds.register(kinds.Kind("alert", label, _("Alert: {rule} (rung {rung}). Sign in to deal with it."), slots))
    kinds.register(
        kinds.Kind(
            "alert_case",
            label,
            _("Alert about case {case}: {rule} (rung {rung}). Sign in to deal with it."),
            slots | {"case": kinds.case_number},
        )
    )
    kinds.register(
        kinds.Kind(
            "alerts",
            _("Alerts"),
            _("{count} new alerts, the gravest: {rule} (rung {rung}). Sign in to deal with them."),
            slots | {"count": kinds.count},
        )
    )
    mentions.register(KIND, write)


def _severity(alert: Alert) -> int:
    known = rules.get(alert.rule)
    return known.severity if known else 0
