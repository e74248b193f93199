"""Why a city cannot be made for measuring."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError


class RealCases(DomainError):
    """The database holds cases of real citizens, or at least none of ours."""

    code = "real_cases"
    message = _("This database holds {count} cases that were not made for measuring.")
    next_step = _("Use an empty database; to add invented cases beside the others all the same, say --into-existing.")


class NobodyThere(DomainError):
    """No station has somebody for every step of a chain."""

    code = "nobody_there"
    message = _("No station has an officer for every step, so there is nobody to take the cases.")
    next_step = _("Found the demo city first: manage.py seed_city.")


class CityFull(DomainError):
    """There are no more ID numbers to give."""

    code = "city_full"
    message = _("The invented region has only {most} citizens.")
    next_step = _("Ask for fewer cases.")


class HelperGone(DomainError):
    """A process that helped has ended by itself or was ended."""

    code = "helper_gone"
    message = _("A process that helped to invent cases has ended; the cases written so far stay.")
    next_step = _("See that there is memory enough, and run the command again: it goes on where it stopped.")
