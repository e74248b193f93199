"""Why a screen cannot be hung up or taken down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError, NotPermitted, WrongState


class WallError(DomainError):
    """Something about a wall screen."""


class NameMissing(WallError):
    """A screen without a name."""

    code = "wall_screen_name_missing"
    message = _("The screen has no name yet.")
    next_step = _("Give it the name of the place where it hangs, for example “指挥室大屏”.")


class NameTaken(WallError):
    """Two screens of one office with one name."""

    code = "wall_screen_name_taken"
    message = _("A screen of this name hangs at this office already.")
    next_step = _("Choose another name, or take the other screen down first.")


class ReasonMissing(WallError):
    """Taking down without saying why."""

    code = "wall_screen_reason_missing"
    message = _("The reason is missing.")
    next_step = _("Write why the screen is taken down.")


class DownAlready(WrongState):
    """The screen was taken down before, or its time is over."""

    code = "wall_screen_down"
    message = _("This screen has been taken down already.")
    next_step = _("Reload the list of screens.")


class Unknown(NotPermitted):
    """A screen nobody hung up, one that was taken down, or one whose time is over."""

    code = "wall_screen_unknown"
    message = _("This screen may not show the wall any more: it was taken down, or its time is over.")
    next_step = _("A leader or bureau officer signs in at this machine, opens the wall and hangs the screen up again.")
