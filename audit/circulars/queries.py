"""Read circulars."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer

from .models import Circular, Receipt
from .months import Month
from .permissions import NOTERS, SPEAKERS


def city() -> Office | None:
    """The bureau that issues circulars: the city on top."""
    return Office.objects.filter(level=Office.Level.CITY, parent=None).order_by("code").first()


def newest(office: Office, month: Month) -> Circular | None:
    """The version in force of a month; None when it was not issued."""
    return Circular.objects.filter(office=office, month=month.first).order_by("-version").first()


def versions(office: Office, month: Month) -> list[Circular]:
    """Every version of a month, the first first."""
    return list(
        Circular.objects.filter(office=office, month=month.first)
        .defer("data")
        .select_related("office", "frozen_by")
        .order_by("version")
    )


def version(office: Office, month: Month, number: int) -> Circular | None:
    """One version."""
    return (
        Circular.objects.select_related("office", "frozen_by")
        .filter(office=office, month=month.first, version=number)
        .first()
    )


def issued(office: Office, most: int = 60) -> list[Circular]:
    """The version in force of each month that was issued, the newest month first, with how many offices took note."""
    later = Circular.objects.filter(office=OuterRef("office"), month=OuterRef("month"), version__gt=OuterRef("version"))
    found = Circular.objects.filter(~Exists(later), office=office).defer("data").select_related("frozen_by")
    return list(found.annotate(read=Count("receipts")).order_by("-month")[:most])


def compared_with(circular: Circular) -> Circular | None:
    """The circular this one was compared with when it was frozen."""
    said = circular.said["compared_with"]
    if said is None:
        return None
    return version(circular.office, Month.parse(said["month"]), said["version"])


def offices_noting(by: Officer) -> list[Office]:
    """Offices below the city the officer may take note for today."""
    return _offices(by, NOTERS)


def offices_speaking(by: Officer) -> list[Office]:
    """Offices below the city the officer may speak for today."""
    return _offices(by, SPEAKERS)


def _offices(by: Officer, roles: Iterable[str]) -> list[Office]:
    if by.kind != Officer.Kind.OFFICER:
        return []
    found = {duty.office_id: duty.office for duty in policies.duties_of(by) if duty.role in roles}
    return list(found.values())


def unread(by: Officer, most: int = 3) -> list[Circular]:
    """Versions in force an office of this officer has not taken note of, the newest first."""
    offices = [office.pk for office in offices_noting(by)]
    if not offices:
        return []
    later = Circular.objects.filter(office=OuterRef("office"), month=OuterRef("month"), version__gt=OuterRef("version"))
    read = Receipt.objects.filter(circular=OuterRef("pk"), office__in=offices)
    found = Circular.objects.filter(~Exists(later), ~Exists(read)).defer("data")
    return list(found.order_by("-month")[:most])
