"""The findings in the words of the reader."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.trail.types import Finding

from .types import Fact

WORDS = {
    "columns_differ": gettext_noop("The columns of the event do not say what its bytes say."),
    "event_altered": gettext_noop("The bytes of the event are not those that were sequenced as leaf %(index)d."),
    "event_removed": gettext_noop("The event of leaf %(index)d is gone."),
    "event_inserted": gettext_noop("The event is older than the log but has no place in it."),
    "event_moved": gettext_noop(
        "The event of leaf %(index)d does not stand in the order in which events were written."
    ),
    "event_missing": gettext_noop("Something was done (%(action)s) and has no event of it."),
    "number_missing": gettext_noop(
        "The events of this subject are not numbered without a gap: %(events)d stored, %(tally)d written."
    ),
    "leaf_missing": gettext_noop("The log has no leaf %(index)d."),
    "root_differs": gettext_noop(
        "The log does not add up to checkpoint %(size)d: a leaf from %(first)d to %(last)d was changed."
    ),
    "log_shortened": gettext_noop("Checkpoint %(size)d states more leaves than the log has (%(leaves)d)."),
    "checkpoint_forged": gettext_noop("Checkpoint %(size)d is not signed by the key of the log, or was changed."),
    "cosignature_forged": gettext_noop(
        "What the witness %(name)s signed at %(size)d is not the checkpoint of this log."
    ),
    "stamp_forged": gettext_noop("The time stamp at %(size)d does not fit the checkpoint, or is not to be trusted."),
    "clock_turned": gettext_noop("The time %(at)s contradicts the times around it: a clock was turned."),
    "tile_missing": gettext_noop("The published file %(tile)s is missing or cut."),
    "tile_differs": gettext_noop("Leaf %(index)d as published is not what the database holds."),
    "published_ahead": gettext_noop(
        "The log was published with %(published)d leaves, the database has signed %(size)d: an older state was put back."
    ),
    "published_differs": gettext_noop("The published checkpoint of %(size)d leaves is not that of the database."),
}
"""Every kind of finding; README.md says what each means."""


def finding(fact: Fact) -> Finding:
    """`fact` for people."""
    return Finding(fact.kind, fact.event_id, fact.subject, _(WORDS[fact.kind]) % dict(fact.values))
