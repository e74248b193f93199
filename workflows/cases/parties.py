"""Who a case is about and who stands beside the applicant: the person concerned, a proxy, a witness."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from hukou.registry import actions as registry
from hukou.registry.models import Person

from . import forms
from .models import Case, CaseParty, CaseQuerySet

Role = CaseParty.Role


def keep(case: Case, named: Mapping[str, forms.Named]) -> None:
    """Let the parties of a case be those its form names. The case is saved and locked."""
    CaseParty.objects.filter(case=case).exclude(role__in=named).delete()
    for role, who in named.items():
        person = registry.meet(
            name=who.name, id_number=who.identity.number, sex=who.identity.sex, born_on=who.identity.born_on
        )
        CaseParty.objects.update_or_create(case=case, role=role, defaults={"person": person})


def id_numbers_of(case: Case) -> list[str]:
    """ID numbers of everybody the case names, the applicant first."""
    others = CaseParty.objects.filter(case=case).order_by("role").values_list("person__id_number", flat=True)
    return [number for number in (case.applicant.id_number, *others) if number]


def concerned(case: Case) -> Person:
    """Whom the case is about: who the form names by ID number, or else the applicant."""
    party = CaseParty.objects.filter(case=case, role=Role.SUBJECT).select_related("person").first()
    return case.applicant if party is None else party.person


def about(person: Person) -> CaseQuerySet:
    """Cases that are about this person."""
    named = list(CaseParty.objects.filter(person=person, role=Role.SUBJECT).values_list("case", flat=True))
    somebody_else = CaseParty.objects.filter(case=OuterRef("pk"), role=Role.SUBJECT).exclude(person=person)
    return Case.objects.filter(Q(pk__in=named) | Q(applicant=person)).exclude(Exists(somebody_else))


def with_helpers_of(case: Case) -> dict[int, set[int]]:
    """Proxy or witness of this case (person) → cases in which they are proxy or witness, this one too."""
    helpers = CaseParty.objects.filter(case=case, role__in=(Role.PROXY, Role.WITNESS)).values("person")
    found: dict[int, set[int]] = {}
    rows = CaseParty.objects.filter(person__in=helpers, role__in=(Role.PROXY, Role.WITNESS))
    for person, key in rows.values_list("person_id", "case_id"):
        found.setdefault(person, set()).add(key)
    return found
