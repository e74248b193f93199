"""What of the alerts must be on record, and where the timeline of a case finds what was raised together."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from audit.trail import facts, queries

from .models import Alert, AlertBatch, Mute, RuleTerms


def batches_of(case_id: int) -> Iterator[str]:
    """The events that tell of many alerts, one of them about this case."""
    together = Alert.objects.filter(case_id=case_id, batch__isnull=False).order_by()
    for batch in together.values_list("batch_id", flat=True).distinct():
        yield f"alerts.alertbatch:{batch}"


def register() -> None:
    """Called once at start-up: nobody raises, closes, mutes or sets terms without an event."""
    queries.register_gathered(batches_of)
    facts.register(facts.Fact(("alert.raised",), lambda: Alert.objects.filter(batch=None)))
    facts.register(facts.Fact(("alert.raised_together",), AlertBatch.objects.all))
    facts.register(facts.Fact(("alert.closed",), lambda: Alert.objects.filter(~Q(closed_at=None))))
    facts.register(facts.Fact(("alert.muted",), Mute.objects.all))
    facts.register(facts.Fact(("alert.terms_set",), RuleTerms.objects.all))
