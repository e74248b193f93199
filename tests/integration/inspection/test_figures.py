"""What inspections came to, in the results and in the statistics: the same numbers, each with its cases, none of an adoption."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from audit.inspection import queries
from audit.inspection.models import Order
from audit.statistics import asking, questions
from hukou.accounts.models import Office, Officer
from hukou.catalogue.models import SubType
from hukou.kernel import clock
from workflows.cases.models import Case
from workflows.figures import projection

from .conftest import Life

pytestmark = pytest.mark.django_db


def test_results_count_what_was_found_and_put_right_with_their_denominators(
    life: Life, branch: Office, station: Office, clerk: Officer, city: Office
) -> None:
    life.accepted()
    today = clock.today()
    found = queries.results(today, today, [city])
    counts = found.stations[station.pk]
    assert (counts.reviewed, counts.with_findings, counts.findings, counts.serious) == (1, 1, 1, 1)
    assert (counts.ordered, counts.rectified, counts.overdue) == (1, 1, 0)
    assert (counts.finding_rate.permille, counts.rectification_rate.permille) == (1000, 1000)
    assert counts.kinds == {"no_signature": 1}
    assert found.officers[clerk.pk] == counts
    assert found.total == counts
    before = queries.results(today, today, [city], as_of=clock.now() - timedelta(seconds=1)).stations[station.pk]
    assert (before.reviewed, before.rectification_rate.permille) == (0, None)
    due = life.at.duty.due_at.astimezone(clock.CITY_TIME).date()
    discipline = queries.results(due, due, [branch]).offices[branch.pk]
    assert (discipline.due, discipline.undone, discipline.population, discipline.drawn) == (1, 0, 1, 1)


def figures(address: str, by: Officer) -> dict[Any, list[float | None]]:
    """The rows of a table about today, as the statistics show it."""
    day = clock.today()
    said = questions.read(QueryDict(f"{address}&since={day}&until={day}"), by, today=day)
    answer = asking.ask(said, by)
    return {row.key: [cell.value for cell in answer.cells[row.key, answer.columns[0].key]] for row in answer.rows}


def test_the_cubes_say_what_the_results_say(
    life: Life, station: Office, other_station: Office, branch: Office, city_officer: Officer
) -> None:
    life.finding(severity=1)
    life.accepted()
    assert figures("cube=inspected", city_officer) == {station.pk: [1, 1, 100], other_station.pk: [0, 0, None]}
    assert figures("cube=inspected&rows=inspector&measure=looked_at", city_officer) == {branch.pk: [1]}
    assert figures("cube=findings", city_officer) == {"no_signature": [2, 1, 100, 100]}
    sent = "cube=findings&rows=severity&measure=findings&measure=sent_down&measure=in_time"
    assert figures(sent, city_officer) == {1: [1, 0, 0], 2: [1, 1, 1]}
    assert figures(f"{sent}&f.kind=late", city_officer) == {}
    Order.objects.update(round=2)  # sent back once
    assert figures("cube=findings", city_officer) == {"no_signature": [2, 1, 100, 0]}


def test_figures_of_inspections_lead_to_their_cases(life: Life, client: Client, city_officer: Officer) -> None:
    life.finding()
    life.accepted()
    projection.project([life.at.case.pk])
    client.force_login(city_officer)
    listed = {}
    for cube in ("inspected", "findings"):
        page = client.get(f"{reverse('statistics')}?cube={cube}&since={clock.today()}&until={clock.today()}")
        for link in re.findall(r'href="(/statistics/cases/[^"]+)"', page.content.decode()):
            found = re.findall(r'href="/cases/(\d+)/"', client.get(unescape(link)).content.decode())
            listed[re.findall("measure=([a-z_]+)", link)[0]] = found
    here = [str(life.at.case.pk)]
    assert listed == {
        **dict.fromkeys(("looked_at", "with_findings", "found_share", "findings", "serious"), here),
        **{key: [] for key in ("rectified_share", "in_time_share")},  # nothing is left to be put right
    }


def test_an_adoption_is_inspected_and_in_no_number_by_station_or_officer(
    life: Life, city: Office, city_officer: Officer
) -> None:
    adoption = SubType.objects.get(code="0301", catalogue__is_current=True)
    Case.objects.filter(pk=life.at.case.pk).update(subtype=adoption)
    today = clock.today()
    nothing = queries.results(today, today, [city])
    order = life.ordered()
    Order.objects.filter(pk=order.pk).update(due_at=clock.now() - timedelta(hours=1))
    assert replace(queries.results(today, today, [city]), as_of=nothing.as_of) == nothing
    assert figures("cube=findings", city_officer) == {}
    assert figures("cube=inspected&rows=inspector&measure=looked_at", city_officer) == {}
