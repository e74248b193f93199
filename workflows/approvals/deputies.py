"""Deciding in another's stead: a dated authorisation, by the one who holds the duty or a leader above (domain.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.kernel import clock, once
from hukou.kernel.errors import NotFound
from workflows.cases import errors as case_errors
from workflows.cases.models import Case

from . import errors
from .models import Deputation
from .steps import DECIDING, STEPS, office_of

LONGEST = 92
"""Days one deputation may last; longer than a quarter is another posting, not a deputation."""


@trail.records_refusal("deputation.give", subject="accounts.duty", key="duty_id")
@transaction.atomic
def deputise(
    *,
    duty_id: int,
    deputy: Officer,
    starts_on: date,
    ends_on: date,
    by: Officer,
    reason: str,
    categories: Sequence[str] = (),
) -> Deputation:
    """Let `deputy` decide in the stead of whoever holds the duty, from day to day, both included.

    `categories`: two-digit catalogue categories it is limited to. Raises NotFound, NotPermitted, ReasonNeeded, NoDeputy.
    """
    duty = Duty.objects.select_related("officer", "office__parent__parent").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound
    policies.require(by, "deputation.give", duty)
    if not reason.strip():
        raise case_errors.ReasonNeeded
    problem = _problem(duty, deputy, starts_on, ends_on)
    if problem:
        raise errors.NoDeputy(reason=problem)
    given = Deputation.objects.create(
        duty=duty,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        categories=sorted(set(categories)),
        reason=reason.strip()[:200],
        given_by=by,
        given_at=clock.now(),
    )
    trail.record(
        "deputation.given",
        subject=given,
        by=by,
        details={
            "stead_of": duty.officer.number,
            "deputy": deputy.number,
            "office": duty.office.code,
            "role": duty.role,
            "from": starts_on.isoformat(),
            "until": ends_on.isoformat(),
            "categories": given.categories,
        },
    )
    return given


@trail.records_refusal("deputation.revoke", subject="approvals.deputation", key="deputation_id")
@transaction.atomic
def revoke(*, deputation_id: int, by: Officer) -> Deputation:
    """End a deputation now. What was decided under it stays. Raises NotFound, NotPermitted."""
    given = (
        Deputation.objects.select_for_update(of=("self",))
        .select_related("duty__office__parent__parent", "duty__officer")
        .filter(pk=deputation_id)
        .first()
    )
    if given is None:
        raise NotFound
    policies.require(by, "deputation.give", given.duty)
    if given.revoked_at is None:
        given.revoked_by, given.revoked_at = by, clock.now()
        given.save(update_fields=["revoked_by", "revoked_at"])
        trail.record("deputation.revoked", subject=given, by=by, details={"deputy_duty": given.duty_id})
    return given


def in_force(deputy: Officer) -> list[Deputation]:
    """Deputations of this officer that hold today; one whose giver lost the duty holds no more."""
    return once.ask(("deputations", deputy.pk), lambda: list(_in_force(deputy)))


def _in_force(deputy: Officer) -> QuerySet[Deputation]:
    today = clock.today()
    held = Q(duty__ends_on=None) | Q(duty__ends_on__gte=today)
    return Deputation.objects.filter(
        held, deputy=deputy, revoked_at=None, starts_on__lte=today, ends_on__gte=today, duty__officer__is_active=True
    ).select_related("duty__officer", "duty__office")


def of_step(by: Officer, case: Case, step: str) -> Deputation | None:
    """The deputation under which `by` may take `step` of the case."""
    office = office_of(step, case.station)
    category = case.subtype.category_code
    for given in in_force(by):
        if (given.duty.office_id, given.duty.role) != (office.pk, STEPS[step].role):
            continue
        if not given.categories or category in given.categories:
            return given
    return None


def in_stead(by: Officer, case: Case, step: str, duties: list[Duty]) -> Deputation | None:
    """In whose stead `by`, who holds `duties`, takes `step`; None when it is the officer's own duty."""
    office = office_of(step, case.station)
    if any((duty.office_id, duty.role) == (office.pk, STEPS[step].role) for duty in duties):
        return None
    return of_step(by, case, step)


def _problem(duty: Duty, deputy: Officer, starts_on: date, ends_on: date) -> str:
    here = any(held.office_id == duty.office_id for held in deputy.duties_on())
    rules = {
        _("this duty decides nothing"): duty.role in DECIDING,
        _("only an officer in service can be a deputy"): deputy.kind == Officer.Kind.OFFICER and deputy.is_active,
        _("nobody is their own deputy"): deputy.id_number != duty.officer.id_number,
        _("the deputy must serve at the same office"): here,
        _("the period is over before it begins"): starts_on <= ends_on and ends_on >= clock.today(),
        _("the period is longer than {days} days").format(days=LONGEST): (ends_on - starts_on).days < LONGEST,
    }
    return next((problem for problem, kept in rules.items() if not kept), "")
