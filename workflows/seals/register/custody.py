"""The custody log: whatever happens to a seal is one line there and one event of the trail."""

from __future__ import annotations

from typing import Any

from audit.trail import actions as trail
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from workflows.seals.models import CustodyEntry, Seal

Act = CustodyEntry.Act


def note(seal: Seal, act: Act, *, by: Officer | None, reason: str = "", **details: Any) -> CustodyEntry:
    """Write one line, in the caller's transaction. `by`: None for the system itself; `details` hold no names."""
    entry = CustodyEntry.objects.create(
        seal=seal, act=act, at=clock.now(), by=by, reason=reason.strip()[:200], details=details
    )
    said = {"kind": seal.kind, "certificate": seal.fingerprint, **details}
    if entry.reason:
        # Free text may name people; the trail proves it by its digest.
        said["reason_sha256"] = canonical.sha256(entry.reason.encode())
    trail.record(f"seal.{act}", subject=seal, by=by, details=said)
    return entry


def entries(seal: Seal) -> list[CustodyEntry]:
    """The log of a seal, newest first."""
    return list(seal.custody.select_related("by").order_by("-pk"))
