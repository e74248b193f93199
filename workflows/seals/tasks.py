"""Jobs of this layer."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hukou.kernel.errors import DomainError

from . import actions


@app.task(name="seals.put_on", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def put_on(*, application_id: int) -> None:
    """Put one signed seal on its file. What goes wrong is noted where the desk sees it, then tried again."""
    try:
        actions.apply_seal(application_id)
    except (DomainError, OSError) as error:
        actions.note_failure(application_id, getattr(error, "code", type(error).__name__))
        raise
