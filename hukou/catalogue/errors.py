"""What can be wrong with a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError, NotFound


@dataclass(frozen=True)
class Problem:
    """One fault in a catalogue file."""

    line: int
    """1-based."""
    path: str
    """e.g. categories[0].subtypes[3].chain"""
    reason: str | Promise
    data: dict[str, str]

    @property
    def text(self) -> str:
        """What is wrong, in the current language."""
        return str(self.reason).format(**self.data)

    def __str__(self) -> str:
        return str(_("line {line}: {path}: {text}")).format(line=self.line, path=self.path or "-", text=self.text)


class BadCatalogue(DomainError):
    """The file is refused whole; `problems` says each fault with its line."""

    code = "bad_catalogue"
    message = _("The catalogue was refused whole: {count} faults; the first: {first}")
    next_step = _("Correct the lines named and load the file again; the catalogue in force has not changed.")

    def __init__(self, problems: list[Problem], **data: Any) -> None:
        first = problems[0]
        super().__init__(count=len(problems), first=first, problems=problems, **data)


class VersionTaken(DomainError):
    """A file with the same version but other bytes was loaded before."""

    code = "catalogue_version_taken"
    message = _("Catalogue version {version} was loaded before with other content.")
    next_step = _("Give the new file a version of its own; a loaded version never changes.")


class NoCatalogue(DomainError):
    """No catalogue is in force."""

    code = "no_catalogue"
    message = _("No catalogue has been loaded yet.")
    next_step = _("Run `manage.py load_catalogue`.")


class NoSuchSubType(NotFound):
    """The catalogue in force has no sub-type of that code."""

    code = "no_such_subtype"
    message = _("The catalogue in force has no sub-type {code}.")
    next_step = _("Pick one from the list.")


class NotOfSubType(DomainError):
    """The sub-type has no such material, or it is not one the officer may tick."""

    code = "not_of_subtype"
    message = _("Material {material} does not belong here in sub-type {subtype}.")
    next_step = _("Choose one of the materials listed for the sub-type.")
