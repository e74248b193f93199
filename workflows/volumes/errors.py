"""What can be wrong with a request about paper."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError, WrongState


class PaperError(DomainError):
    """Base of the errors of this package."""

    code = "paper_error"


class ReasonNeeded(PaperError):
    """An act that needs a written reason came without one."""

    code = "reason_needed"
    message = _("A reason is needed.")
    next_step = _("Write in a few words why, then try again.")


class BadEntry(PaperError):
    """A field of the form cannot be right."""

    code = "bad_entry"
    message = _("“{field}” is not right.")
    next_step = _("Correct it and try again.")


class NothingFound(PaperError):
    """No volume, box or case has that number here."""

    code = "nothing_found"
    message = _("Nothing in this place has the number “{said}”.")
    next_step = _("Scan the code again, or type the archive number, case number or volume number as printed.")


class NotFiled(WrongState):
    """Paper is bound once its case is in the archive."""

    code = "not_filed"
    message = _("This case is not filed yet, so it has no archive number to be bound under.")
    next_step = _("File the case first; until then its paper lies in the tray of the window.")


class NoPaper(WrongState):
    """The case was filed as electronic file alone."""

    code = "no_paper"
    message = _("This case was filed as electronic file alone; there is no paper of it.")
    next_step = _("Use the electronic file.")


class WrongVolume(PaperError):
    """The volume is for other paper."""

    code = "wrong_volume"
    message = _("This volume takes {volume}; the case is {case}.")
    next_step = _("Put it into a volume of its own kind, or open one.")


class AlreadyInVolume(Conflict):
    """The paper of a case lies in one volume only."""

    code = "already_in_volume"
    message = _("The paper of this case lies in volume {number} already.")
    next_step = _("Look whether the paper in your hand belongs to another case.")


class VolumeBound(WrongState):
    """A bound volume never changes."""

    code = "volume_bound"
    message = _("Volume {number} is bound; nothing is put in or taken out any more.")
    next_step = _("Open a new volume, or record what differs.")


class VolumeEmpty(WrongState):
    """There is nothing to bind."""

    code = "volume_empty"
    message = _("There is nothing in this volume yet.")
    next_step = _("Put the paper of a case into it first.")


class PagesDiffer(PaperError):
    """The paper has another number of pages than what was captured."""

    code = "pages_differ"
    message = _("You counted {counted} pages of paper; {captured} were captured.")
    next_step = _(
        "Count again. If it stays so, say in a note what differs: it is put in and the difference is on record."
    )


class CountDiffers(PaperError):
    """The pages counted at binding are not those of the list."""

    code = "count_differs"
    message = _("The last page number stamped is {counted}; by the list it is {expected}.")
    next_step = _("Go through the volume again; take out what is wrong and put it in anew before binding.")


class PaperOut(Conflict):
    """The paper is not here: somebody has it."""

    code = "paper_out"
    message = _("This paper is out: handed to {to}, due back on {due}.")
    next_step = _("Wait until it is back, or ask who has it.")


class AlreadyAsked(Conflict):
    """The same request is under way."""

    code = "already_asked"
    message = _("This paper was asked for already for the same purpose.")
    next_step = _("Look at the list of requests: the station has it before it.")


class LoanOver(WrongState):
    """The request is in another state."""

    code = "loan_over"
    message = _("This is not possible now: the request is “{state}”.")
    next_step = _("Reload the page to see what has happened meanwhile.")


class DifferenceSettled(Conflict):
    """Somebody else settled it first."""

    code = "difference_settled"
    message = _("This difference is settled already.")
    next_step = _("Reload the page to see how.")


class NotBoxed(PaperError):
    """Box or cabinet belong to another station."""

    code = "not_of_this_station"
    message = _("Box and cabinet have to be of the station the paper belongs to.")
    next_step = _("Choose one of the list.")


class SameTrack(PaperError):
    """Nothing would change."""

    code = "same_track"
    message = _("This sub-type is kept that way on that day already.")
    next_step = _("Choose the other way, or another day.")
