"""Dimensions of offices, and what lies in their scope, said by a station and a branch every cube has in the same columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Office, Officer

from . import permissions
from .cubes import Dimension, Words


def scope(offices: Collection[Office]) -> Q:
    """Facts of these offices and of those under them, by the columns `station` and `branch`."""
    if any(office.level == Office.Level.CITY for office in offices):
        return Q()
    found = Q(pk__in=[])
    for office in offices:
        found |= Q(**{str(office.level): office.pk})
    return found


def dimension(name: str, label: Words, *levels: str) -> Dimension:
    """A dimension whose values are offices of these levels, in the order of their codes."""
    return Dimension(name, label, partial(_words, levels), partial(_choices, levels), int)


def _words(levels: Collection[str], keys: Collection[Any]) -> Mapping[Any, str]:
    found = Office.objects.filter(pk__in=keys, level__in=levels).order_by("code")
    return {office.pk: office.short_name for office in found}


def _choices(levels: Collection[str], by: Officer) -> Mapping[Any, str]:
    mine = permissions.under(permissions.offices_of(by))
    return {office.pk: office.short_name for office in mine if office.level in levels}


STATION = dimension("station", _("Station"), Office.Level.STATION)
BRANCH = dimension("branch", _("Branch"), Office.Level.BRANCH)
