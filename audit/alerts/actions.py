"""Everything that is done with alerts: arm and raise them, handle them, and say what holds for their rules."""

from __future__ import annotations

from .handling import acknowledge, close_alert, explain
from .muting import mute, unmute
from .sweep import sweep
from .terms import set_terms
from .timers import arm, arm_each, disarm, tell

__all__ = [
    "acknowledge",
    "arm",
    "arm_each",
    "close_alert",
    "disarm",
    "explain",
    "mute",
    "set_terms",
    "sweep",
    "tell",
    "unmute",
]
