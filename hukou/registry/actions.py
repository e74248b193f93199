"""Verbs on persons."""

from __future__ import annotations

from datetime import date

from .models import Person


def meet(*, name: str, id_number: str | None, sex: str = Person.Sex.UNKNOWN, born_on: date | None = None) -> Person:
    """The person of that ID number, made or brought up to date; a newborn without a number is always new."""
    facts = {"name": name, "sex": sex, "born_on": born_on}
    if not id_number:
        return Person.objects.create(**facts)
    person, _made = Person.objects.update_or_create(id_number=id_number, defaults=facts)
    return person
