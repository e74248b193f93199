"""A unit lets others use its seals: a dated authorisation, which the unit itself gives and can end at any time.

山东 rules for electronic household seals (domain.md §8.6): remote use of a unit's seal needs the holder unit's
authorisation.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound
from workflows.seals.errors import AuthorisationUnfit, NoAuthorisation, ReasonMissing
from workflows.seals.models import CustodyEntry, Seal, SealAuthorisation

from . import custody

LONGEST = 366
"""Days one authorisation may last; what is wanted for longer is renewed every year."""
UNIT_KINDS = (Seal.Kind.HUKOU, Seal.Kind.APPROVAL)
SUBJECT = "seals.sealauthorisation"


@trail.records_refusal(
    "seal.authorise", subject="accounts.office", key="office", label=gettext_lazy("Lending a seal was refused")
)
@transaction.atomic
def authorise(
    *,
    office: Office,
    kind: str,
    starts_on: date,
    ends_on: date,
    by: Officer,
    reason: str,
    to_office: Office | None = None,
    to_officer: Officer | None = None,
) -> SealAuthorisation:
    """Let another unit's officers, or one officer, use seals of `office` from day to day, both included.

    `kind`: which of its seals; "" for all of them.
    Raises NotPermitted, ReasonMissing, AuthorisationUnfit.
    """
    policies.require(by, "seal.authorise", office)
    if not reason.strip():
        raise ReasonMissing
    problem = _problem(
        office=office, kind=kind, starts_on=starts_on, ends_on=ends_on, to_office=to_office, to_officer=to_officer
    )
    if problem:
        raise AuthorisationUnfit(reason=problem)
    given = SealAuthorisation.objects.create(
        office=office,
        kind=kind,
        to_office=to_office,
        to_officer=to_officer,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip()[:200],
        given_by=by,
        given_at=clock.now(),
    )
    trail.record(
        "seal.authorised",
        subject=given,
        by=by,
        details={
            "office": office.code,
            "to": to_office.code if to_office else to_officer.number if to_officer else "",
            "kind": given.kind,
            "from": starts_on.isoformat(),
            "until": ends_on.isoformat(),
            "reason_sha256": canonical.sha256(given.reason.encode()),
        },
    )
    return given


@trail.records_refusal("seal.authorise", subject=SUBJECT, key="authorisation_id")
@transaction.atomic
def end(*, authorisation_id: int, by: Officer) -> SealAuthorisation:
    """End an authorisation now; what was sealed under it stays. Raises NotFound, NotPermitted."""
    given = SealAuthorisation.objects.select_for_update(of=("self",)).select_related("office__parent__parent")
    found = given.filter(pk=authorisation_id).first()
    if found is None:
        raise NotFound
    policies.require(by, "seal.authorise", found.office)
    if found.revoked_at is None:
        found.revoked_by, found.revoked_at = by, clock.now()
        found.save(update_fields=["revoked_by", "revoked_at"])
        trail.record("seal.authorisation_ended", subject=found, by=by, details={"office": found.office.code})
    return found


def in_force(day: date) -> QuerySet[SealAuthorisation]:
    """Authorisations that hold on `day`."""
    return SealAuthorisation.objects.filter(starts_on__lte=day, ends_on__gte=day, revoked_at=None)


def covering(officer: Officer, day: date) -> Subquery:
    """For a question about seals: the key of the authorisation under which `officer` may use a unit's, or None."""
    mine = Duty.objects.in_force(day).filter(officer=officer).values("office")
    found = in_force(day).filter(Q(to_officer=officer) | Q(to_office__in=mine), office=OuterRef("office"))
    return Subquery(found.filter(Q(kind="") | Q(kind=OuterRef("kind"))).values("pk")[:1])


def require(officer: Officer, seal: Seal, day: date | None = None) -> None:
    """Refuse unless the seal's unit is the officer's own on `day` (default: today) or lends it; a loan is noted.

    Raises NoAuthorisation.
    """
    day = day or clock.today()
    if Duty.objects.in_force(day).filter(officer=officer, office=seal.office).exists():
        return
    lent = Seal.objects.filter(pk=seal.pk).values_list(covering(officer, day), flat=True).first()
    note_use(seal, lent, by=officer)


def note_use(seal: Seal, lent: int | None, *, by: Officer) -> None:
    """Write that `by` used another unit's seal under that authorisation. Raises NoAuthorisation where there is none."""
    if lent is None:
        raise NoAuthorisation(unit=seal.home.name)
    custody.note(seal, CustodyEntry.Act.USED_BY_OTHERS, by=by, authorisation=lent)


def _problem(
    *,
    office: Office,
    kind: str,
    starts_on: date,
    ends_on: date,
    to_office: Office | None,
    to_officer: Officer | None,
) -> str:
    rules = {
        _("there is no such kind of unit seal"): kind in ("", *UNIT_KINDS),
        _("name either a unit or an officer"): (to_office is None) != (to_officer is None),
        _("a unit needs no authorisation for its own seal"): to_office != office,
        _("an auxiliary never seals"): to_officer is None or to_officer.kind == Officer.Kind.OFFICER,
        _("the period is over before it begins"): starts_on <= ends_on and ends_on >= clock.today(),
        _("the period is longer than {days} days").format(days=LONGEST): (ends_on - starts_on).days < LONGEST,
    }
    return next((problem for problem, kept in rules.items() if not kept), "")
