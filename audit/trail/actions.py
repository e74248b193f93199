"""Write to the trail. `from audit.trail import actions as trail`, then `trail.record(...)` in every verb."""

from __future__ import annotations

from .context import bind
from .ledger import append as record
from .ledger import case_of
from .refusals import records_refusal
from .sequencer import sequence
from .vocabulary import register_action

__all__ = ["bind", "case_of", "record", "records_refusal", "register_action", "sequence"]
