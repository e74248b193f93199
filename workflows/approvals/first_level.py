"""The station's own level: sealing a case file when a case is handed up, and anew when its content changed."""

from __future__ import annotations

from collections.abc import Sequence

from audit.trail import actions as trail
from hukou.accounts.models import Officer
from hukou.kernel import clock
from workflows.cases.models import Case
from workflows.seals import actions as seals
from workflows.seals.consent import Consent
from workflows.seals.models import SealApplication

from . import casefiles, chain
from .models import CaseProcess, Decision, Deputation
from .steps import office_of
from .under_way import live, void

Outcome = Decision.Outcome


def begin_anew(process: CaseProcess, case: Case, *, by: Officer, consent: Consent, opinion: str, content: str) -> None:
    """The content changed: what stood over the old one is void, and the station seals the new one."""
    void(live(case), Decision.VoidReason.CONTENT_CHANGED)
    process.level, process.outcome = 1, Outcome.APPROVE
    process.revision += 1
    seal_first_level(case, by=by, consent=consent, opinion=opinion, content=content)
    process.save(update_fields=["level", "outcome", "revision"])


def seal_first_level(case: Case, *, by: Officer, consent: Consent, opinion: str, content: str) -> None:
    """The station's own decision, over a new case file."""
    case.revision += 1
    document = casefiles.prepare(case, by=by, consent=consent)
    application = seals.sign_step(
        case_id=case.pk,
        level=1,
        step=case.chain[0],
        by=by,
        consent=consent,
        opinion=opinion,
        office=case.station,
        last=len(case.chain) == 1,
        content=content,
    )
    record_decision(case, 1, by=by, outcome=Outcome.APPROVE, opinion=opinion, content=content, application=application)
    chain.await_seal(case, 1)
    trail.record(
        "case.handed_up",
        subject=case,
        by=by,
        details={"revision": case.revision, "content": content, "document": document.sha256}
        | ({"alone": True} if len(case.chain) == 1 else {}),
    )


def record_decision(
    case: Case,
    level: int,
    *,
    by: Officer,
    outcome: str,
    opinion: str,
    content: str,
    application: SealApplication | None,
    deputation: Deputation | None = None,
    legal_basis: str = "",
    missing: Sequence[str] = (),
) -> Decision:
    """The row of a decision, with everything that must be readable later without following a live key.

    `deputation`: in whose stead; the desk hands up in its own name only.
    """
    step = case.chain[level - 1]
    office = office_of(step, case.station)
    return Decision.objects.create(
        case=case,
        level=level,
        step=step,
        revision=case.revision,
        officer=by,
        office=office,
        officer_name=by.name,
        office_name=office.name,
        outcome=outcome,
        opinion=opinion,
        legal_basis=legal_basis,
        missing=list(missing),
        deputation=deputation,
        alone=len(case.chain) == 1,
        content_digest=content,
        application=application,
        decided_at=clock.now(),
    )
