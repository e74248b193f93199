"""Which unit's seal goes on: at a step as the case's own catalogue says (`meta.seal_by_step`), on a notice by the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hukou.catalogue import sealing

from .models import Seal

NOTICES = {"station": Seal.Kind.HUKOU, "branch": Seal.Kind.APPROVAL, "city": Seal.Kind.APPROVAL}


def unit_seal_kind(said: Mapping[str, Sequence[str]], step: str, *, last: bool) -> str | None:
    """Kind of the unit seal beside the officer's at `step`, or None.

    `said`: what the case's catalogue says (`sealing.said_in(catalogue.meta)`); `last`: the step ends the chain.
    """
    unit = sealing.seals_of(said, step).unit if last else None
    return Seal.Kind(unit.value) if unit else None


def office_seal_kind(level: str) -> str:
    """Kind of the unit seal an office of that level (station, branch, city) puts on notices."""
    return NOTICES[level]
