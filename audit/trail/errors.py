"""What can be wrong with the trail. The first two are mistakes of the program that writes, not refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class UnregisteredAction(LookupError):
    """An event names an action nobody registered with `register_action`."""


class BadDetails(ValueError):
    """The details of an event cannot be evidence: a float, a strange key, a citizen's ID number, or too long."""


class NotInTheLogYet(Conflict):
    """Events that are so young that the log has not taken them in."""

    code = "not_in_the_log_yet"
    message = _("{waiting} events are not in the log yet.")
    next_step = _("Wait ten seconds and try again; if that does not help, tell the system administrator.")


class LogDamaged(Conflict):
    """The published log is not what was signed: files are missing, or the database holds something else."""

    code = "log_damaged"
    message = _("The log of the trail is damaged, so nothing can be proved from it now.")
    next_step = _(
        "Change nothing, and tell the system administrator and the oversight office: verify_trail names what is wrong."
    )


class TrailUnavailable(DomainError):
    """A look must be written before anything is shown, and the trail could not take it."""

    code = "trail_unavailable"
    message = _("This cannot be shown now: that you look at it could not be put on record.")
    next_step = _("Try again in a minute; if that does not help, tell the system administrator.")
