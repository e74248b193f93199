"""Following the log: what was recorded, in the order of the log, from where one stopped reading.

Events get their place seconds after they were written, and none ever comes in before one that has a place. Whoever keeps
the place of the next event in the transaction that uses the events misses none and uses none twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from .models import Event, Leaf


@dataclass(frozen=True)
class Followed:
    """What came next."""

    events: tuple[Event, ...]
    """In the order of the log; without their bytes."""
    next: int
    """Place in the log from which to read on."""


def follow(leaf: int, *, most: int) -> Followed:
    """At most `most` events from place `leaf` on. Two small questions, or three."""
    places = Leaf.objects.filter(leaf_index__gte=leaf, leaf_index__lt=leaf + most).order_by("leaf_index")
    found = dict(places.values_list("event_id", "leaf_index"))
    if not found:
        return Followed((), leaf)
    events = Event.objects.filter(pk__in=found).defer("leaf")
    ordered = sorted(events, key=lambda event: found[event.pk])
    return Followed(tuple(ordered), max(found.values()) + 1)


def size() -> int:
    """How many events have their place."""
    last = Leaf.objects.order_by("leaf_index").values_list("leaf_index", flat=True).last()
    return 0 if last is None else last + 1


def reached(event_id: int, leaf: int) -> bool:
    """Whether who follows, and will read on from place `leaf`, has read that event."""
    return Leaf.objects.filter(event_id=event_id, leaf_index__lt=leaf).exists()
