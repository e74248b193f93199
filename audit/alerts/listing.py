"""Lists of alerts as screens ask for them: told to me or in my offices, narrowed, in pages, and counted by what narrows.

Pages are asked for by the alert after which they begin (`Place`), never by a number of rows to skip; counts that every page of
the site shows stop at `MANY`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self

from django.db.models import Count, F, Q
from django.utils.dateparse import parse_datetime

from hukou.accounts.models import Duty, Office
from hukou.kernel import once

from . import rules
from .models import Alert, AlertQuerySet

MANY = 100
"""Where a count on every page stops; more is shown as "99+"."""
STATES = ("open", "acknowledged", "settled", "closed")
OPEN = Q(closed_at=None, settled_at=None, acknowledged_at=None)
OF_STATE: Mapping[str, Q] = {
    "open": OPEN,
    "acknowledged": Q(closed_at=None, settled_at=None, acknowledged_at__isnull=False),
    "settled": Q(closed_at=None, settled_at__isnull=False),
    "closed": Q(closed_at__isnull=False),
    "": Q(closed_at=None),
}
"""State in an address → which alerts; "": all that are not closed."""


@dataclass(frozen=True)
class Narrowing:
    """What an officer wants to see. Stands in addresses: names of rules and ids only."""

    whose: str = ""
    """"" told to me, "all" of my offices and those under them."""
    state: str = ""
    kind: str = ""
    rule: str = ""
    under: str = ""
    """Id of an office: told to it or to one under it."""
    office: str = ""
    """Id of the office told."""
    rung: str = ""

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """What an address says; what means nothing is left out."""
        known = {"whose": ("all",), "state": STATES, "kind": tuple(rules.Kind), "rule": tuple(rules.registered())}
        values = {field.name: str(said.get(field.name) or "") for field in fields(cls)}
        for name, meant in known.items():
            values[name] = values[name] if values[name] in meant else ""
        for name in ("under", "office", "rung"):
            number = values[name]
            values[name] = number if number.isascii() and number.isdigit() and len(number) < 10 else ""
        return cls(**values)

    def said(self, **other: str) -> dict[str, str]:
        """For an address: only what narrows; `other` replaces."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | other
        return {name: value for name, value in values.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out beside the state."""
        return bool(self.kind or self.rule or self.under or self.office or self.rung)


@dataclass(frozen=True)
class Place:
    """Where an alert stands in a list: the moment the list is ordered by, and its key."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, alert: Alert) -> Self:
        """The place of an alert among the open ones, or among the closed ones."""
        return cls(alert.closed_at or alert.due_at, alert.pk)

    @classmethod
    def read(cls, said: str) -> Self | None:
        """The place an address names, or None."""
        at, _sep, pk = said.rpartition("~")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        try:
            moment = parse_datetime(at)
        except ValueError:
            return None
        return cls(moment, int(pk)) if moment and moment.tzinfo else None

    def said(self) -> str:
        """For an address."""
        return f"{self.at.isoformat()}~{self.pk}"


@dataclass(frozen=True)
class Counted:
    """How many alerts are alike in what narrows."""

    office_id: int
    rung: int
    rule: str
    open: int
    acknowledged: int
    settled: int

    @property
    def all(self) -> int:
        """Whatever their state."""
        return self.open + self.acknowledged + self.settled

    @property
    def kind(self) -> str:
        """The kind of the rule; "" where it has none."""
        return kind_of(self.rule)


def kind_of(rule: str) -> str:
    """The kind of a rule by name; "" for rules a later version dropped."""
    known = rules.get(rule)
    return str(known.kind) if known else ""


def told_to(duties: Iterable[Duty]) -> AlertQuerySet:
    """Alerts told to who has these duties: those of the office, and those of its leaders to a leader."""
    offices, led = set(), set()
    for duty in duties:
        offices.add(duty.office_id)
        if duty.role == Duty.Role.STATION_LEADER:
            led.add(duty.office_id)
    return Alert.objects.filter(
        Q(office__in=offices, role=rules.Level.OFFICE) | Q(office__in=led, role=rules.Level.LEADER)
    )


def in_scope(duties: Iterable[Duty]) -> AlertQuerySet:
    """Alerts told to the offices of these duties and those under them, or about them, whoever was told."""
    offices = [duty.office for duty in duties]
    if any(office.level == Office.Level.CITY and office.parent_id is None for office in offices):
        return Alert.objects.all()  # there is one city
    under = offices_under([office.pk for office in offices])
    return Alert.objects.filter(Q(office__in=under) | Q(concerned__in=under))


def offices_under(offices: Iterable[int]) -> list[int]:
    """Keys of these offices and of those under them."""
    keys = list(offices)

    def ask() -> list[int]:
        above = Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys)
        return list(Office.objects.filter(above).order_by().values_list("pk", flat=True))

    return once.ask(("offices under", tuple(sorted(keys))), ask)


def page(duties: Sequence[Duty], narrowing: Narrowing, *, most: int, after: Place | None = None) -> list[Alert]:
    """A page of alerts: open ones the longest due first, closed ones the newest first."""
    found = narrow(duties, narrowing).filter(OF_STATE[narrowing.state]).select_related("office", "concerned")
    found = found.select_related("office", "concerned", "acknowledged_by", "closed_by")
    if narrowing.state == "closed":
        if after is not None:
            found = found.filter(Q(closed_at__lt=after.at) | Q(closed_at=after.at, pk__lt=after.pk))
        return list(found.order_by(F("closed_at").desc(), "-pk")[:most])
    if after is not None:
        found = found.filter(Q(due_at__gt=after.at) | Q(due_at=after.at, pk__gt=after.pk))
    return list(found.order_by("due_at", "pk")[:most])


def narrow(duties: Sequence[Duty], narrowing: Narrowing) -> AlertQuerySet:
    """The alerts an address means, of every state."""
    found = in_scope(duties) if narrowing.whose == "all" else told_to(duties)
    if narrowing.kind:
        of_kind = [name for name in rules.registered() if kind_of(name) == narrowing.kind]
        found = found.filter(rule__in=of_kind)
    if narrowing.rule:
        found = found.filter(rule=narrowing.rule)
    if narrowing.under:
        found = found.filter(office__in=offices_under([int(narrowing.under)]))
    if narrowing.office:
        found = found.filter(office=int(narrowing.office))
    if narrowing.rung:
        found = found.filter(rung=int(narrowing.rung))
    return found


def counted(duties: Sequence[Duty], *, whose: str = "") -> list[Counted]:
    """All alerts that are not closed, counted by office, rung and rule. One statement over the index of the open ones."""
    found = in_scope(duties) if whose == "all" else told_to(duties)
    rows = (
        found.open()
        .order_by()
        .values_list("office_id", "rung", "rule")
        .annotate(
            open=Count("pk", filter=OF_STATE["open"]),
            acknowledged=Count("pk", filter=OF_STATE["acknowledged"]),
            settled=Count("pk", filter=OF_STATE["settled"]),
        )
    )
    return [Counted(*row) for row in rows]


def told_count(duties: Iterable[Duty]) -> int:
    """How many alerts told to who has these duties are not closed; `MANY` means that many or more."""
    return told_to(duties).open().order_by()[:MANY].count()


def seen_by(duties: Sequence[Duty], alert_id: int) -> Alert | None:
    """An alert, open or closed, when it lies within these duties."""
    found = in_scope(duties).filter(pk=alert_id)
    return found.select_related("office__parent", "concerned__parent", "acknowledged_by", "closed_by").first()
