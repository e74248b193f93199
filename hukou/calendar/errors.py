"""What can be wrong with an edit of the calendar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError


class CalendarError(DomainError):
    """The form of an edit has a mistake in it."""


class ReasonMissing(CalendarError):
    """Nobody said why."""

    code = "calendar_reason_missing"
    message = _("The reason is missing.")
    next_step = _("Write which notice or decision the day follows.")


class NoSuchDay(CalendarError):
    """Not a date, or not one of a year that can be edited."""

    code = "calendar_no_such_day"
    message = _("This is not a day of the calendar.")
    next_step = _("Give the first and the last day in the same year, the first not after the last, at most 31 days.")


class NoSuchKind(CalendarError):
    """Neither off, nor worked, nor as the week says."""

    code = "calendar_no_such_kind"
    message = _("It was not said whether the day is off or worked.")
    next_step = _("Choose one of the three.")


class NothingChanges(CalendarError):
    """Every one of the days is so already."""

    code = "calendar_nothing_changes"
    message = _("The calendar says so already.")
    next_step = _("Nothing is to be done.")


class BadPublication(CalendarError):
    """A file of published holidays cannot be read."""

    code = "calendar_bad_publication"
    message = _("The file of holidays was refused: {fault}")
    next_step = _("Correct the file and load it again; the calendar in force has not changed.")
