"""What of the register an officer may look at: the seals of their tier, in the order of the offices."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.seals.models import SEALING, Seal, SealAuthorisation, SealQuerySet
from workflows.seals.rules import KEEPS, LENDS, VIEWERS


def visible(officer: Officer) -> SealQuerySet:
    """Seals of the offices this officer looks after or oversees and of those under them, and the officer's own."""
    offices = [duty.office_id for duty in policies.duties_of(officer) if duty.role in VIEWERS]
    mine = Q(officer=officer)
    for holder in ("office", "post"):
        for way in (holder, f"{holder}__parent", f"{holder}__parent__parent"):
            mine |= Q(**{f"{way}__in": offices})
    seals = Seal.objects.with_post(clock.today()).filter(mine)
    return seals.select_related("office__parent__parent", "post__parent__parent", "officer", "keeper")


def seal_for(officer: Officer, seal_id: int) -> Seal:
    """One seal the officer may look at. Raises NotFound."""
    seal = visible(officer).filter(pk=seal_id).first()
    if seal is None or not policies.allow(officer, "seal.view", seal):
        raise NotFound
    return seal


def own_live(officer: Officer) -> list[Seal]:
    """The officer's own seals that were not stopped."""
    seals = Seal.objects.live().with_post(clock.today()).filter(officer=officer)
    return list(seals.select_related("post__parent__parent", "officer").order_by("pk"))


def offices_kept(officer: Officer) -> list[Office]:
    """Offices whose seals this officer keeps: the tier right below; for the city's keeper the city's own besides."""
    duties = [duty for duty in policies.duties_of(officer) if duty.role in KEEPS]
    own = [duty.office_id for duty in duties if duty.role == Duty.Role.SEAL_KEEPER and duty.office.parent_id is None]
    below = Q(parent__in=[duty.office_id for duty in duties])
    return list(Office.objects.filter(below | Q(pk__in=own)).order_by("code")) if duties else []


def without_seal(offices: Iterable[Office]) -> list[Duty]:
    """Duties at these offices whose holders seal and have no live seal for the post."""
    duties = Duty.objects.in_force(clock.today()).filter(
        office__in=list(offices), role__in=SEALING, officer__is_active=True, officer__kind=Officer.Kind.OFFICER
    )
    sealed = Seal.objects.live().filter(kind=Seal.Kind.PERSONAL).values("officer")
    return list(duties.exclude(officer__in=sealed).select_related("officer", "office").order_by("office__code", "pk"))


def offices_lent(officer: Officer) -> list[Office]:
    """Offices whose seals this officer may lend: their own."""
    return list({d.office_id: d.office for d in policies.duties_of(officer) if d.role in LENDS}.values())


def loans(offices: Iterable[Office]) -> list[SealAuthorisation]:
    """What these offices lent or were lent, the newest first."""
    ids = [office.pk for office in offices]
    found = SealAuthorisation.objects.filter(Q(office__in=ids) | Q(to_office__in=ids))
    return list(found.select_related("office", "to_office", "to_officer", "given_by")[:100])
