"""Whether a frozen circular still is what was frozen: its bytes, its prints, and the event that carries their digests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from audit.trail.models import Event, Leaf
from hukou.kernel import canonical

from .models import Circular


@dataclass(frozen=True)
class CircularReport:
    """What a check of one version came to."""

    digest: str
    """SHA-256 of the data as they lie here now."""
    data_hold: bool
    """The data have the digest that was kept with them, are canonical, and name this month and version."""
    prints_hold: bool
    """Every print has the digest that was kept with it."""
    on_record: bool
    """The event of the freezing carries the digests of the data and of every print."""
    event_id: int | None
    leaf_index: int | None
    """Place of the event in the log; None for the few seconds before it has one."""

    @property
    def holds(self) -> bool:
        """True when everything does."""
        return self.data_hold and self.prints_hold and self.on_record


def check(circular: Circular) -> CircularReport:
    """Look at the bytes again. Whether the trail itself holds is for `verify_trail` to say."""
    text = circular.data.encode()
    digest = canonical.sha256(text)
    said = json.loads(text)
    about = (said.get("month"), said.get("version")) == (str(circular.period), circular.version)
    data_hold = digest == circular.digest and canonical.encode(said) == text and about
    prints = {one.kind: canonical.sha256(bytes(one.content)) for one in circular.prints.all()}
    prints_hold = all(prints[one.kind] == one.sha256 for one in circular.prints.all())
    event = Event.objects.filter(subject=f"circulars.circular:{circular.pk}", action="circular.frozen").first()
    details: dict[str, Any] = json.loads(bytes(event.leaf))["details"] if event else {}
    on_record = details.get("digest") == digest and details.get("prints") == prints
    leaf = Leaf.objects.filter(event_id=event.pk).first() if event else None
    return CircularReport(
        digest, data_hold, prints_hold, on_record, event.pk if event else None, leaf.leaf_index if leaf else None
    )
