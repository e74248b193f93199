"""Approving several cases with one consent. Each is still a decision of its own, over exactly what its page showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError, NotFound
from workflows.cases import queries
from workflows.cases.models import Case
from workflows.seals.consent import Consent
from workflows.seals.errors import SignedElsewhere, WrongPin

from . import actions, errors, openings
from .models import Decision

MOST = 50


@dataclass(frozen=True)
class Answer:
    """What became of one case."""

    case_id: int
    number: str
    """Case number; "" when the officer knows of no such case."""
    error: DomainError | None
    """Why it was not approved; None when it was."""


def may_join(case: Case) -> bool:
    """False for key business (重点业务), which is always decided alone."""
    return not case.subtype.spec.key_business


def approve_opened(*, case_ids: Sequence[int], by: Officer, consent: Consent) -> list[Answer]:
    """Approve each case through the ordinary verb, in the order given; what fails is answered and stops no other.

    The content named is the one the officer had open: the verb refuses when it changed since. Raises TooManyAtOnce,
    NothingChosen, SignedElsewhere (a UKey signs one by one); and WrongPin at once: the same PIN would be wrong for the next case too.
    """
    wanted = list(dict.fromkeys(case_ids))
    if not consent.for_many:
        raise SignedElsewhere
    if not wanted:
        raise errors.NothingChosen
    if len(wanted) > MOST:
        raise errors.TooManyAtOnce(most=MOST)
    cases = {case.pk: case for case in queries.visible(by).filter(pk__in=wanted)}
    looks = openings.of(by, cases.values())
    answers: list[Answer] = []
    for case_id in wanted:
        case, look, error = cases.get(case_id), looks.get(case_id), None
        try:
            if case is None:
                raise NotFound
            if not may_join(case):
                raise errors.DecideAlone
            if look is None:
                raise errors.NotOpened
            actions.decide(
                case_id=case_id,
                level=look.level,
                outcome=Decision.Outcome.APPROVE,
                by=by,
                seen=look.digest,
                consent=consent,
            )
        except DomainError as refused:
            if isinstance(refused, WrongPin) and all(answer.error for answer in answers):
                raise
            error = refused
        answers.append(Answer(case_id, (case.number or "") if case else "", error))
    return answers
