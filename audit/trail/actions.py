"""Write to the trail. `from audit.trail import actions as trail`, then `trail.record(...)` in every verb."""

from __future__ import annotations

from .context import bind
from .ledger import case_of, record, together
from .refusals import records_refusal
from .sequencer import sequence
from .vocabulary import Kind, register_action

__all__ = ["Kind", "bind", "case_of", "record", "records_refusal", "register_action", "sequence", "together"]
