"""Finding the seal to use: an officer's own, a unit's, or both for one decision in one question."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from workflows.seals import suites
from workflows.seals.errors import NoSeal
from workflows.seals.models import Seal

from . import authorisations, issuing
from .standing import State, require_usable, state_of


def personal_seal_of(officer: Officer) -> Seal:
    """The officer's seal that may be used now; of several, the one of the preferred suite. Raises as `require_usable`."""
    seals = Seal.objects.live().with_post(clock.today()).filter(officer=officer)
    return _best(list(seals), suites.preferred(), str(officer))


def unit_seal_of(office: Office, kind: str, *, beside: Seal | None = None) -> Seal:
    """The unit's seal of that kind, of the suite of the seal it stands `beside` where the unit has one.

    The embedded default issues it at first use. Raises as `require_usable`.
    """
    seals = list(Seal.objects.live().filter(office=office, kind=kind))
    if not seals:
        return _first(office, kind)
    return _best(seals, beside.suite if beside else suites.preferred(), office.name)


def pair_for(officer: Officer, office: Office, kind: str | None) -> tuple[Seal, Seal | None]:
    """The officer's seal and, where `kind` names one, the seal of `office` beside it: one question for both.

    A unit's seal is for officers of that unit; others need its authorisation (`authorisations`), and each such use
    stands in the custody log. Raises as `require_usable`, and NoAuthorisation.
    """
    if kind is None:
        return personal_seal_of(officer), None
    today = clock.today()
    serving = Duty.objects.in_force(today).filter(officer=officer, office=OuterRef("office"))
    found = list(
        Seal.objects.live()
        .with_post(today)
        .annotate(own=Exists(serving), lent=authorisations.covering(officer, today))
        .filter(Q(officer=officer) | Q(office=office, kind=kind))
    )
    personal = _best([seal for seal in found if seal.officer_id], suites.preferred(), str(officer))
    units = [seal for seal in found if seal.office_id]
    if not units:
        unit = _first(office, kind)
        authorisations.require(officer, unit)
        return personal, unit
    beside = _best(units, personal.suite, office.name)
    if not beside.own:  # type: ignore[attr-defined]
        authorisations.note_use(beside, beside.lent, by=officer)  # type: ignore[attr-defined]
    return personal, beside


def _best(seals: Sequence[Seal], suite: str, holder: str) -> Seal:
    """The one that may be used, of `suite` where there is one; else what stands against the first is raised."""
    ordered = sorted(seals, key=lambda seal: (seal.suite != suite, seal.pk))
    if not ordered:
        raise NoSeal(holder=holder)
    usable = next((seal for seal in ordered if state_of(seal) == State.LIVE), ordered[0])
    return require_usable(usable)


def _first(office: Office, kind: str) -> Seal:
    """A unit that never had a seal of the kind gets one; one that was stopped is not made again by itself."""
    if Seal.objects.filter(office=office, kind=kind).exists():
        raise NoSeal(holder=office.name)
    return issuing.issue_unit_seal(office=office, kind=kind)
