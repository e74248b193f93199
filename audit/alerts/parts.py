"""What the alerts have to tell in the daily digest: what is not closed, what is muted or switched off, what could not be raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.outbox import digests
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import listing, rules, terms
from .models import Alert, Mute, Timer

OTHER = "other"


def open_alerts(office: Office) -> Mapping[str, int]:
    """Kind of the rule → how many alerts told to the office or under it are not closed."""
    found: Counter[str] = Counter()
    rows = Alert.objects.open().filter(office__in=listing.offices_under([office.pk])).order_by()
    for rule, count in rows.values_list("rule").annotate(Count("pk")):
        found[listing.kind_of(rule) or OTHER] += count
    return found


def held_back(office: Office) -> Mapping[str, int]:
    """Mutes at the office and under it; for the city also rules that are off and timers that could not be raised."""
    mutes = Mute.objects.filter(until__gt=clock.now(), ended_at=None, office__in=listing.offices_under([office.pk]))
    found = {"muted": mutes.count()}
    if office.level == Office.Level.CITY:
        found["off"] = sum(not holds.on for holds in terms.all_in_force().values())
        found["failing"] = Timer.objects.filter(state=Timer.State.FAILING).count()
    return found


def kind_words(what: str) -> str:
    """A kind in words."""
    return rules.Kind(what).label if what in list(rules.Kind) else _("other")


def held_words(what: str) -> str:
    """What is held back, in words."""
    words = {
        "muted": _("mutes of alert rules in force"),
        "off": _("alert rules switched off"),
        "failing": _("alerts that could not be raised and are tried again"),
    }
    return words.get(what, what)


def register() -> None:
    """Called once at start-up."""
    digests.register(digests.Part("alerts", gettext_lazy("Alerts that are not closed"), open_alerts, kind_words))
    digests.register(digests.Part("rules", gettext_lazy("Alerts held back"), held_back, held_words))
