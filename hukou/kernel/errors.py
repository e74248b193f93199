"""The base of every error a user can meet: a stable code, what happened, and what to do next."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A request was refused for a reason the user can act on.

    Subclasses set `code` (stable, machine-readable), `message` and `next_step` (translatable, with
    `{name}` placeholders filled from the keyword arguments of the error).
    """

    code: str = "error"
    message: str | Promise = _("The request could not be carried out.")
    next_step: str | Promise = _("Try again; if it happens again, tell the administrator the code.")
    recorded: bool = False
    """True once the verb that raised it takes care that the refusal is on record."""

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.code)

    @property
    def text(self) -> str:
        """What happened, in the current language."""
        return str(self.message).format(**self.data)

    @property
    def advice(self) -> str:
        """What to do next, in the current language."""
        return str(self.next_step).format(**self.data)

    def __str__(self) -> str:
        return f"{self.text} {self.advice} [{self.code}]"


class NotPermitted(DomainError):
    """This officer may not do this to this case: office, duty or separation of persons forbids it."""

    code = "not_permitted"
    message = _("You may not do this: {reason}")
    next_step = _("Ask an officer whose duty it is, or the security administrator if your duty is recorded wrongly.")


class WrongState(DomainError):
    """The thing exists and the officer may act, but not in the state it is in now."""

    code = "wrong_state"
    message = _("This is not possible now: the case is “{state}”.")
    next_step = _("Reload the page to see what has happened meanwhile.")


class NotFound(DomainError):
    """No such thing, or not one this officer may know of."""

    code = "not_found"
    message = _("There is no such record in your scope.")
    next_step = _("Check the number, or search from the desk.")


class Conflict(DomainError):
    """Someone else acted first."""

    code = "conflict"
    message = _("Someone else has already acted on this.")
    next_step = _("Reload the page; your text has been kept.")
