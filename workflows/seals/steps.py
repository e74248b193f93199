"""Which seals a step asks for (catalogue `meta.seal_by_step`)."""

from __future__ import annotations

from .models import Seal

DECIDING = {
    "station_accept": Seal.Kind.HUKOU,  # only where the step is the whole chain: decided on the spot
    "station_approve": Seal.Kind.HUKOU,
    "branch_approve": Seal.Kind.APPROVAL,
    "city_approve": Seal.Kind.APPROVAL,
}
REFUSING = {"station": Seal.Kind.HUKOU, "branch": Seal.Kind.APPROVAL, "city": Seal.Kind.APPROVAL}


def unit_seal_kind(step: str, *, last: bool) -> str | None:
    """Kind of the unit seal beside the officer's at `step`, or None. `last`: the step ends the chain."""
    return DECIDING.get(step) if last else None


def office_seal_kind(level: str) -> str:
    """Kind of the unit seal an office of that level (station, branch, city) puts on notices."""
    return REFUSING[level]
