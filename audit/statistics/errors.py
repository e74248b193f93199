"""Why a table cannot be made or kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError, NotFound


class NoSuchCube(NotFound):
    """Nothing of that name is counted."""

    code = "no_such_cube"
    message = _("There are no figures called “{cube}”.")
    next_step = _("Choose from the list what is to be counted.")


class BadQuestion(DomainError):
    """The address asks for something the cube does not have."""

    code = "bad_question"
    message = _("This table cannot be asked for: a row, column, figure or day in the address is unknown.")
    next_step = _("Put the table together anew from the lists; a kept table may be older than the present figures.")


class TooFine(DomainError):
    """The facts of a long period would have to be counted one by one."""

    code = "question_too_fine"
    message = _("For days, or for parts of a month, this table may cover {days} days at most.")
    next_step = _("Choose whole months, or a shorter period.")


class TooManyCells(DomainError):
    """Nobody can read it."""

    code = "too_many_cells"
    message = _("The table would have more than {most} cells.")
    next_step = _("Choose fewer columns, a coarser part of the period, or a filter.")


class NameMissing(DomainError):
    """A kept table is found by its name."""

    code = "table_name_missing"
    message = _("The table has no name.")
    next_step = _("Write what the table is for, then keep it.")


class NameTaken(DomainError):
    """The officer keeps another table of that name."""

    code = "table_name_taken"
    message = _("You keep a table called “{name}” already.")
    next_step = _("Choose another name, or remove the older table first.")
