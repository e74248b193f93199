"""Why a circular cannot be issued, corrected, read or answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError, WrongState


class CircularError(DomainError):
    """Something about a circular."""


class MonthNotOver(WrongState):
    """Only a month that is over has figures that stay."""

    code = "circular_month_not_over"
    message = _("The month {month} is not over; its figures still change.")
    next_step = _("Issue the circular when the month is over. Until then the draft shows the figures of now.")


class ReasonMissing(CircularError):
    """A correction without a reason."""

    code = "circular_reason_missing"
    message = _("A circular of this month has been issued. A correction needs its reason.")
    next_step = _("Write why the figures are issued anew; the reason is printed on the new version.")


class NothingToCorrect(Conflict):
    """The figures of now are those of the newest version."""

    code = "circular_nothing_to_correct"
    message = _("The figures of now are those of version {version}: there is nothing to correct.")
    next_step = _("Look at the version that was issued.")


class TextMissing(CircularError):
    """A statement, or an answer to it, without words."""

    code = "circular_text_missing"
    message = _("Nothing was written.")
    next_step = _("Write what your office has to say to the figures, then send it.")


class AnsweredAlready(Conflict):
    """Somebody else of the city bureau answered first."""

    code = "circular_answered_already"
    message = _("This statement has been answered already.")
    next_step = _("Reload the page to read the answer.")


class NotTheSame(Conflict):
    """A frozen circular whose bytes, digest or event do not go together."""

    code = "circular_does_not_hold"
    message = _("The frozen figures of {month}, version {version}, do not hold: {what}.")
    next_step = _("Do not use it. Tell the audit administrator, who runs verify_trail.")
