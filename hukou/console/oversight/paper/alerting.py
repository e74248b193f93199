"""What alerts about paper are about, in words: a volume that is out, what differs in it, a year that is not bound."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from hukou.accounts.models import Officer
from hukou.console.oversight import subjects
from hukou.console.oversight.subjects import Named
from workflows.volumes import paper_alerts, queries
from workflows.volumes.models import Difference, Loan


def register() -> None:
    """Called once at start-up."""
    subjects.register("volumes.loan", _loans)
    subjects.register("volumes.difference", _differences)
    subjects.register(paper_alerts.BINDING, _years)


def _loans(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    found = Loan.objects.filter(pk__in=_numbers(keys), volume__isnull=False).select_related("volume")
    return {str(loan.pk): Named(str(loan.volume), reverse("paper_loans"), loan.get_purpose_display()) for loan in found}


def _differences(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    found = Difference.objects.filter(pk__in=_numbers(keys), volume__isnull=False).select_related("volume")
    where = reverse("paper_differences")
    return {str(one.pk): Named(str(one.volume), where, one.get_kind_display()) for one in found}


def _years(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    stations = {station.pk: station for station in queries.stations_of(officer)}
    named = {}
    for key in keys:
        station, _dash, year = key.partition("-")
        mine = stations.get(int(station)) if station.isdecimal() else None
        words = _("Binding of {year}").format(year=year)
        if mine is None:
            named[key] = Named(words)
        else:
            where = f"{reverse('paper_tray', args=[mine.pk])}?year={year}"
            named[key] = Named(words, where, mine.short_name)
    return named


def _numbers(keys: set[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]
