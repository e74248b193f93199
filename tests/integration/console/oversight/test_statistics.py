"""The builder's page: every figure leads to what it counts, and what is taken out says what it means."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from audit.statistics.models import SavedTable
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from tests.support import cases, facts
from workflows.figures.models import CaseFact

pytestmark = pytest.mark.django_db
TABLE = "rows=station&measure=accepted&measure=refused_share&since=2026-09-01&until=2026-09-30"


@pytest.fixture
def made(station: Office, clerk: Officer) -> list[CaseFact]:
    cases.load_catalogue()
    return facts.counted(
        [
            facts.fact(station, clerk, accepted_on=date(2026, 9, 2), days=1),
            facts.fact(station, clerk, accepted_on=date(2026, 9, 3), days=1, outcome="refused"),
            facts.fact(station, clerk, accepted_on=date(2026, 9, 4), days=1, subtype="0301"),
        ]
    )


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def test_every_figure_leads_to_the_cases_it_counts_and_the_look_is_on_record(
    made: list[CaseFact], overseer: Officer
) -> None:
    browser = browser_of(overseer)
    page = browser.get(f"{reverse('statistics')}?{TABLE}").content.decode()
    links = [unescape(link) for link in re.findall(r'href="(/statistics/cases/[^"]+)"', page)]
    assert "统计口径" in page or "期间内受理的办件" in page

    listed = browser.get(links[0]).content.decode()
    assert set(re.findall(r'href="/cases/(\d+)/"', listed)) == {
        str(fact.pk) for fact in made[:2]
    }  # the adoption is not
    assert Event.objects.filter(action="list.viewed", officer_id=overseer.pk).exists()
    refused = browser.get(next(link for link in links if "&measure=refused_share&" in link)).content.decode()
    assert re.findall(r'href="/cases/(\d+)/"', refused) == [str(made[1].pk)]


def test_a_list_behind_a_figure_goes_on_page_by_page(
    station: Office, clerk: Officer, overseer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hukou.console.oversight import statistics

    cases.load_catalogue()
    monkeypatch.setattr(statistics, "SIZE", 2)
    some = facts.counted(facts.fact(station, clerk, accepted_on=date(2026, 9, 1 + n // 2)) for n in range(5))
    browser, seen = browser_of(overseer), []
    address = f"{reverse('statistics_cases')}?{TABLE}"
    while address:
        page = browser.get(address).content.decode()
        seen += re.findall(r'href="/cases/(\d+)/"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following[1]) if following else ""
    assert seen == [str(fact.pk) for fact in reversed(some)]


def test_the_workbook_holds_numbers_and_what_they_mean(made: list[CaseFact], overseer: Officer) -> None:
    answer = browser_of(overseer).get(f"{reverse('statistics_export', args=['xlsx'])}?{TABLE}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    table, meaning = book.worksheets
    rows = [[cell.value for cell in row] for row in table.iter_rows()]
    assert ["东湖所" in str(row[0]) or row[1:3] == [2, 50] for row in rows].count(True) >= 1
    assert table.freeze_panes is not None
    assert {cell.data_type for row in table.iter_rows() for cell in row if cell.value == 2} == {"n"}
    assert any("÷" in str(cell.value) for row in meaning.iter_rows() for cell in row)
    event = Event.objects.get(action="statistics.exported")
    assert (event.officer_id, event.details["format"]) == (overseer.pk, "xlsx")


def test_values_separated_by_commas_begin_with_the_mark_and_hold_no_formula(
    made: list[CaseFact], overseer: Officer, station: Office
) -> None:
    station.short_name = "=1+1所"
    station.save()
    answer = browser_of(overseer).get(f"{reverse('statistics_export', args=['csv'])}?{TABLE}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["'=1+1所", "2", "50"] in rows


def test_a_table_is_kept_shared_within_the_office_and_removed_by_who_kept_it(
    made: list[CaseFact], leader: Officer, clerk: Officer, other_clerk: Officer
) -> None:
    browser = browser_of(leader)
    said = {"table": "rows=station&measure=accepted&period=last_month", "name": " 上月  受理 ", "shared": "1"}
    browser.post(reverse("statistics_keep"), said)
    kept = SavedTable.objects.get()
    assert (kept.name, kept.address) == ("上月 受理", "cube=cases&rows=station&measure=accepted&period=last_month")
    assert browser.post(reverse("statistics_keep"), said).status_code == 422

    assert "上月 受理" in browser_of(clerk).get(reverse("statistics")).content.decode()
    assert "上月 受理" not in browser_of(other_clerk).get(reverse("statistics")).content.decode()
    assert browser_of(clerk).post(reverse("statistics_remove", args=[kept.pk])).status_code == 403
    browser.post(reverse("statistics_remove", args=[kept.pk]))
    assert not SavedTable.objects.exists()


@pytest.mark.parametrize("chart", ["bars", "lines", "heat", "spread", "before"])
def test_charts_say_their_unit_source_and_period_and_hold_a_table(
    made: list[CaseFact], overseer: Officer, chart: str
) -> None:
    columns = "&columns=week" if chart == "heat" else ""
    address = f"{reverse('statistics')}?{TABLE}{columns}&chart={chart}".replace("rows=station", "rows=station")
    page = browser_of(overseer).get(address).content.decode()
    figure = page[page.index('<figure class="chart') : page.index("</figure>")]
    assert re.search(r"单位.*来源.*期间", figure)
    assert "<table" in figure
    assert 'role="img"' in figure


def test_a_chart_that_cannot_be_drawn_of_a_table_says_what_to_change(made: list[CaseFact], overseer: Officer) -> None:
    answer = browser_of(overseer).get(f"{reverse('statistics')}?{TABLE}&columns=week&chart=before")
    assert answer.context["charts"] == []
    assert "请将“列”设为无" in answer.content.decode()


def test_what_cannot_be_counted_says_what_to_do_and_keeps_the_form(made: list[CaseFact], overseer: Officer) -> None:
    said = "rows=day&columns=subtype&measure=accepted&since=2025-01-01&until=2026-09-30"
    answer = browser_of(overseer).get(f"{reverse('statistics')}?{said}")
    assert answer.status_code == 422
    assert "整月" in answer.content.decode()
