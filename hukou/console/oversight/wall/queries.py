"""Which walls an officer may see, and which screen a browser is."""

from __future__ import annotations

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from .actions import digest
from .models import WallScreen, WallScreenQuerySet
from .rules import HANGERS, VIEWERS

LEVELS: list[str] = [Office.Level.CITY, Office.Level.BRANCH, Office.Level.STATION]


def offices_of(by: Officer) -> list[Office]:
    """The offices whose wall the officer sees: of each leading duty, the widest first."""
    found = {duty.office_id: duty.office for duty in policies.duties_of(by) if duty.role in VIEWERS}
    return sorted(found.values(), key=lambda office: (LEVELS.index(office.level), office.code))


def office_for(by: Officer, code: str) -> Office | None:
    """The office whose wall is asked for by its code, or the widest; None when that is not for this officer."""
    if not code:
        return next(iter(offices_of(by)), None)
    office = Office.objects.select_related("parent__parent").filter(code=code).first()
    return office if office and policies.allow(by, "wall.view", office) else None


def screen_of(token: str | None) -> WallScreen | None:
    """The hanging screen behind a token."""
    if not token:
        return None
    found = WallScreen.objects.hanging(clock.now()).filter(token_sha256=digest(token))
    return found.select_related("office__parent__parent").first()


def screens_of(by: Officer) -> WallScreenQuerySet:
    """Screens that hang at the offices where this officer may hang them, and those under these."""
    offices = [duty.office for duty in policies.duties_of(by) if duty.role in HANGERS]
    return WallScreen.objects.filter(taken_down_at=None).within(offices).select_related("office", "hung_by")


def offices_under(office: Office) -> list[int]:
    """Ids of the office and of every office under it."""
    offices = Office.objects.only("pk")
    return [
        office.pk,
        *offices.filter(parent=office).values_list("pk", flat=True),
        *offices.filter(parent__parent=office).values_list("pk", flat=True),
    ]
