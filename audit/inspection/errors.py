"""Why an inspection or an order could not go on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError, WrongState


class InspectionState(WrongState):
    """Right officer, wrong moment."""

    message = _("This is not possible now: the inspection is “{state}”.")


class OrderState(WrongState):
    """Right officer, wrong moment."""

    message = _("This is not possible now: the order is “{state}”.")


class ReviewedAlready(Conflict):
    """Someone reviewed it first."""

    code = "sample_reviewed_already"
    message = _("This case has been reviewed already.")
    next_step = _("Go on to the next case of the sample; its findings stand on its page.")


class NotReviewedYet(DomainError):
    """Cases of the sample are still to be looked at."""

    code = "sample_not_reviewed"
    message = _("{count} cases of the sample have not been reviewed yet.")
    next_step = _("Review every case that was drawn, then conclude the inspection.")


class OrderMissing(DomainError):
    """Serious findings nobody has been told to put right."""

    code = "order_missing"
    message = _("{count} serious findings have not been sent down to their station.")
    next_step = _("Issue a rectification order for each, then conclude the inspection.")


class VerdictMissing(DomainError):
    """The verdict does not fit the findings."""

    code = "verdict_not_fitting"
    message = _("Findings and verdict do not go together.")
    next_step = _(
        "“In order” is said when there is no finding; otherwise conclude with the findings, or drop them first."
    )


class PagesUnseen(DomainError):
    """Nobody calls in order what they have not seen."""

    code = "pages_unseen"
    message = _("{count} pages have not been on the screen yet.")
    next_step = _("Turn through every page (Space), then give the verdict.")


class WordsMissing(DomainError):
    """The words that say what it is about."""

    code = "inspection_words_missing"
    message = _("The words are missing.")
    next_step = _("Write in a sentence what was found, what is to be done, or why.")


class NoSuchChoice(DomainError):
    """A value the form does not offer."""

    code = "inspection_choice_unknown"
    message = _("“{value}” cannot be chosen here.")
    next_step = _("Choose one of the values the form offers.")


class NothingOrdered(DomainError):
    """An order without findings."""

    code = "order_without_findings"
    message = _("No finding was chosen that could still be sent down.")
    next_step = _("Tick at least one finding of the reviewed case that no order has yet.")


class StillOpen(Conflict):
    """The late capture the answer rests on is not concluded."""

    code = "order_case_unfinished"
    message = _("Pages are still being added to the case.")
    next_step = _("Conclude or abandon the late capture first, then answer the order.")


class NotInPopulation(DomainError):
    """Nothing of that number can be inspected here."""

    code = "not_in_population"
    message = _("There is no closed case of this number in the scope of the inspection.")
    next_step = _("Check the case number; it must be closed and belong to a station under the inspecting office.")
