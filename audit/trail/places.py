"""Where events stand in the log: their leaf, the first signed head over it, and who outside has seen that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from .models import Checkpoint, Cosignature, Leaf


@dataclass(frozen=True)
class Place:
    """The place of one event in the log."""

    leaf_index: int
    """0-based."""
    tree_size: int | None
    """Size of the first signed head that covers the leaf; None until one is signed."""
    signed_at: datetime | None
    witness: str
    """The first witness that saw a head covering the leaf; "" while none has."""
    seen_at: datetime | None
    """When, by the clock of that witness."""


def of(event_ids: Iterable[int]) -> dict[int, Place]:
    """The places of those events that have one. Two statements, whatever their number."""
    covering = Checkpoint.objects.filter(tree_size__gt=OuterRef("leaf_index")).order_by("tree_size")
    seen = Cosignature.objects.filter(tree_size__gt=OuterRef("leaf_index")).order_by("tree_size", "seen_at")
    leaves = (
        Leaf.objects.filter(event_id__in=list(event_ids))
        .annotate(
            head=Subquery(covering.values("tree_size")[:1]),
            signed_at=Subquery(covering.values("at")[:1]),
            cosigned=Subquery(seen.values("pk")[:1]),
        )
        .values_list("event_id", "leaf_index", "head", "signed_at", "cosigned")
    )
    rows = list(leaves)
    by_key = Cosignature.objects.in_bulk({row[4] for row in rows if row[4] is not None})
    return {
        event: Place(
            leaf_index=index,
            tree_size=head,
            signed_at=signed_at,
            witness=by_key[cosigned].witness if cosigned in by_key else "",
            seen_at=by_key[cosigned].seen_at if cosigned in by_key else None,
        )
        for event, index, head, signed_at, cosigned in rows
    }
