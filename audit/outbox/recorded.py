"""What of the outbox must be on record: nobody sends a text or makes a digest without an event."""

from __future__ import annotations

from audit.trail import facts

from .models import Digest, Message

ENDED = (Message.State.FAILED, Message.State.GIVEN_UP)


def register() -> None:
    """Called once at start-up."""
    facts.register(
        facts.Fact(("text.sent", "text.delivered", "text.failed"), lambda: Message.objects.exclude(handed_at=None))
    )
    facts.register(facts.Fact(("text.failed",), lambda: Message.objects.filter(state__in=ENDED)))
    facts.register(facts.Fact(("digest.made",), Digest.objects.all))
