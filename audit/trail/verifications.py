"""Verifications that are made and remembered: by the command, every minute, and every night."""

from __future__ import annotations

from hukou.kernel import clock

from . import ledger, verifier
from .models import Verification
from .types import TrailReport


def verify(*, since: int | None = None, jobs: int = 1, progress: verifier.Progress | None = None) -> TrailReport:
    """Verify from the checkpoint of size `since` on, 0 for everything, None for what is new since one that held.

    The outcome is kept; a full one and one that found something are events too. Raises CannotVerify.
    """
    report = verifier.verify(progress, since=verifier.vouched() if since is None else since, jobs=jobs)
    if report.held and report.since and report.since == report.tree_size:
        return report  # nothing is new
    findings = len(report.findings) + report.unlisted
    kinds = sorted({finding.kind for finding in report.findings})
    Verification.objects.create(
        at=clock.now(), since=report.since, tree_size=report.tree_size, findings=findings, kinds=kinds
    )
    if kinds or not report.since:
        ledger.record(
            "trail.verified",
            subject="trail.log:1",
            by=None,
            details={"since": report.since, "size": report.tree_size, "findings": findings, "kinds": kinds},
        )
    return report


def known_broken() -> bool:
    """True when the newest verification found something."""
    newest = Verification.objects.last()
    return newest is not None and newest.findings > 0
