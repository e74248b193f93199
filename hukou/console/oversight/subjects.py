"""What an alert is about, in words and with the page where it is mended. A room adds its own with `register`.

A case is named only to who may see it; who runs the system learns that something is late, not whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from audit.alerts.models import Alert
from audit.outbox.models import Message
from audit.trail import permissions as trail
from audit.trail.actions import case_of
from capture.stations import queries as stations
from capture.stations import rules as devices
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console.templatetags.screens import named, short_number
from workflows.cases import queries as cases
from workflows.cases.models import Case
from workflows.seals import queries as seals


@dataclass(frozen=True)
class Named:
    """A thing in words."""

    words: str
    url: str = ""
    """Where it is shown or mended; "" where this officer has no such page."""
    more: str = ""
    case: Case | None = None

    @property
    def plain(self) -> str:
        """The words without their setting, for an attribute."""
        return strip_tags(self.case.number or str(self.case)) if self.case else strip_tags(self.words)


Names = Callable[[set[str], Officer], Mapping[str, Named]]
"""Keys of one kind of subject → the things, for that officer; what is unknown is left out."""
_names: dict[str, Names] = {}


def register(kind: str, names: Names) -> None:
    """Say how subjects "kind:key" are named, e.g. "seals.seal"; call it in `AppConfig.ready()`."""
    _names[kind] = names


def of(alerts: Iterable[Alert], officer: Officer) -> dict[int, Named]:
    """Key of an alert → what it is about. A handful of questions, however many alerts."""
    alerts = list(alerts)
    about = {alert.pk: alert.case_id or case_of(alert.subject) for alert in alerts}
    seen = cases.visible(officer).select_related("subtype").in_bulk({case for case in about.values() if case})
    keys: dict[str, set[str]] = {}
    for alert in alerts:
        if about[alert.pk] is None:
            kind, _colon, key = alert.subject.partition(":")
            keys.setdefault(kind, set()).add(key)
    found = {kind: _names[kind](wanted, officer) for kind, wanted in keys.items() if kind in _names}
    named_of = {}
    for alert in alerts:
        case_id = about[alert.pk]
        if case_id is not None:
            named_of[alert.pk] = _case(seen.get(case_id))
        else:
            kind, _colon, key = alert.subject.partition(":")
            named_of[alert.pk] = found.get(kind, {}).get(key) or Named("—")
    return named_of


def name(subject: str, officer: Officer) -> Named:
    """One subject by itself."""
    return of([Alert(pk=0, subject=subject)], officer)[0]


def _case(case: Case | None) -> Named:
    if case is None:
        return Named(_("a case"))
    words = short_number(case.number) if case.number else str(case)
    return Named(words, reverse("case", args=[case.pk]), named(case.subtype), case)


def _seals(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    titles = seals.titles_of(f"seals.seal:{key}" for key in keys)
    return {str(pk): Named(title, reverse("seal", args=[pk])) for pk, title in titles.values()}


def _devices(kind: str) -> Names:
    def names(keys: set[str], officer: Officer) -> Mapping[str, Named]:
        url = reverse("stations") if any(d.role in devices.VIEWERS for d in policies.duties_of(officer)) else ""
        found = stations.names_of(f"{kind}:{key}" for key in keys)
        return {subject.partition(":")[2]: Named(name, url) for subject, name in found.items()}

    return names


def _trail(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    url = reverse("trail_book") if any(d.role in trail.READERS for d in policies.duties_of(officer)) else ""
    return {key: Named(_("The trail itself"), url) for key in keys}


def _years(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {
        key: Named(_("Calendar {year}").format(year=key), reverse("calendar_year", args=[int(key)]))
        for key in keys
        if key.isdecimal() and len(key) < 5
    }


def _texts(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    wanted = [int(key) for key in keys if key.isdecimal()]
    found = Message.objects.filter(pk__in=wanted).select_related("office")
    where = reverse("texts")
    return {
        str(text.pk): Named(f"{text.office.short_name} · {text.kind_label}", f"{where}#text-{text.pk}", text.why_label)
        for text in found
    }


def _gateway(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {key: Named(_("SMS gateway"), reverse("texts")) for key in keys}


def _officers(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    found = Officer.objects.in_bulk([int(key) for key in keys if key.isdecimal()])
    reads = any(duty.role in trail.READERS for duty in policies.duties_of(officer))
    return {
        str(pk): Named(str(one), f"{reverse('trail_book')}?officer={one.number}" if reads else "")
        for pk, one in found.items()
    }


register("seals.seal", _seals)
register("stations.workstation", _devices("stations.workstation"))
register("stations.camera", _devices("stations.camera"))
register("trail.log", _trail)
register("trail.witness", _trail)
register("calendar.yearversion", _years)
register("outbox.message", _texts)
register("outbox.line", _gateway)
register("accounts.officer", _officers)
