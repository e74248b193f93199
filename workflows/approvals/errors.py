"""What can be wrong with a decision."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class AlreadyDecided(Conflict):
    """The level was decided, or the case moved on, before this decision arrived."""

    code = "already_decided"
    message = _("This step has already been decided; your decision was not taken.")
    next_step = _("Go to the next case; the history shows who decided.")


class LastWordSpoken(Conflict):
    """The last decision fell before the withdrawal arrived; its seal may still be on its way."""

    code = "last_word_spoken"
    message = _("The case has been decided and can no longer be withdrawn.")
    next_step = _("Wait for the notice; the history shows who decided.")


class SealNotOn(Conflict):
    """The seal of the step before is still being put on."""

    code = "seal_not_on"
    message = _("The seal of the step before is still being put on.")
    next_step = _("Wait a few seconds and try again; the case goes on by itself.")


class OpinionNeeded(DomainError):
    """A return or a refusal came without a written reason."""

    code = "opinion_needed"
    message = _("A return or a refusal needs a written reason.")
    next_step = _("Write what is missing or which rule forbids it, then decide again.")


class LegalBasisNeeded(DomainError):
    """A refusal names the rule it rests on (公通字〔2021〕12号 art 57)."""

    code = "legal_basis_needed"
    message = _("A refusal must name its legal basis.")
    next_step = _("Write the rule and the article, then decide again.")


class NoSuchOutcome(DomainError):
    """The form named neither approve, return nor refuse."""

    code = "no_such_outcome"
    message = _("No decision was chosen.")
    next_step = _("Choose approve, return or refuse.")
