"""What can be wrong with signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError, NotPermitted


class LockedOut(DomainError):
    """Too many failures for this number in the last minutes."""

    code = "locked_out"
    message = _("This police number is locked after {count} failed sign-ins.")
    next_step = _("Try again in {minutes} minutes; if it was not you, tell the security administrator.")


class SessionExpired(NotPermitted):
    """The session ended by itself, or there never was one."""

    code = "session_expired"
    message = _("Your session has ended; nothing on this screen is lost.")
    next_step = _("Sign in again in another tab, then repeat the last step.")


class RealOffices(Conflict):
    """The demo city is never founded beside a real bureau: its password is printed on the screen."""

    code = "real_offices"
    message = _("There are real offices here; the demo city was not founded.")
    next_step = _("Set HUKOU_DEMO=0 for a real bureau.")
