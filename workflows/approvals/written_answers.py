"""The letters to the applicant that decisions give rise to: what is missing after a return, why after a refusal."""

from __future__ import annotations

from hukou.kernel.errors import NotFound
from workflows.cases import letters
from workflows.cases.models import Letter

from .models import Decision

KINDS: dict[str, str] = {Decision.Outcome.RETURN: "supplement", Decision.Outcome.REFUSE: "refused"}
"""Outcome → kind of letter; other outcomes are told by the notice, or not to the applicant."""


def write(*, decision_id: int) -> Letter:
    """Make the letter of a return or a refusal, in the name of the office that decided. Doing it again changes nothing.

    Raises NotFound for a decision no letter follows.
    """
    decision = Decision.objects.select_related("case__subtype", "officer").filter(pk=decision_id).first()
    if decision is None or decision.outcome not in KINDS:
        raise NotFound
    known = {line.code for line in decision.case.subtype.spec.materials}
    return letters.follow(
        case_id=decision.case_id,
        kind=KINDS[decision.outcome],
        by=decision.officer,
        details={
            "cause": f"decision {decision.pk}",
            "office": decision.office_id,
            "reason": decision.opinion,
            "legal_basis": decision.legal_basis,
            "missing": [
                {"code": said, "what": ""} if said in known else {"code": "", "what": said} for said in decision.missing
            ],
        },
    )
