"""Read the trail."""

from __future__ import annotations

from django.db import models

from .ledger import subject_name
from .models import Event


def events_of(subject: models.Model | str) -> models.QuerySet[Event]:
    """Events of one subject ("app.model:key" or an instance), oldest first."""
    return Event.objects.filter(subject=subject_name(subject)).order_by("subject_seq")
