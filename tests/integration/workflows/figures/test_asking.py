"""Tables say what the facts say, whichever tally they are read from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from audit.alerts import handled
from audit.alerts.models import Alert
from audit.statistics import asking
from audit.statistics.answers import TOTAL, Answer
from audit.statistics.errors import BadQuestion, TooFine
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import NotFound
from tests.support import cases, facts

pytestmark = pytest.mark.django_db
Ask = Callable[[Officer, str], Answer]
PERIOD = "since=2026-09-01&until=2026-10-31"


def figures(answer: Answer, row: object, column: object = None) -> list[float | None]:
    column = answer.columns[0].key if column is None else column
    return [cell.value for cell in answer.cells[row, column]]


@pytest.fixture
def city_of_facts(station: Office, other_station: Office, clerk: Officer) -> None:
    cases.load_catalogue()
    made = []
    for n in range(6):
        day = date(2026, 9, 10) + timedelta(days=n)
        late = {"complete_at": facts.noon(day) + timedelta(days=3)} if n < 2 else {}
        made.append(facts.fact(station, clerk, accepted_on=day, days=n, returns=int(n == 0), **late))
    made.append(facts.fact(station, clerk, accepted_on=date(2026, 10, 1), days=1, outcome="refused"))
    made.append(facts.fact(station, clerk, accepted_on=date(2026, 10, 2), fell_due=False, complete_at=None))
    made.append(facts.fact(other_station, clerk, accepted_on=date(2026, 10, 2), days=1, outcome="withdrawn"))
    facts.counted(made)


@pytest.mark.usefixtures("city_of_facts")
class TestATable:
    def test_counts_and_shares_go_by_their_own_date_and_denominator(
        self, ask: Ask, station: Office, city_officer: Officer
    ) -> None:
        answer = ask(
            city_officer,
            f"rows=station&measure=accepted&measure=on_time_share&measure=closed&measure=returned_share&{PERIOD}",
        )
        # 8 accepted; 7 due, of which 5 were complete by the deadline; 7 closed, one of them returned
        assert figures(answer, station.pk) == [8, pytest.approx(500 / 7), 7, pytest.approx(100 / 7)]
        assert answer.cells[station.pk, answer.columns[0].key][1].below == 7

    def test_totals_are_of_the_counters_and_not_of_the_shares(self, ask: Ask, city_officer: Officer) -> None:
        answer = ask(city_officer, f"rows=month&columns=station&measure=accepted&measure=refused_share&{PERIOD}")
        assert figures(answer, TOTAL, TOTAL) == [9, pytest.approx(100 / 7)]
        assert figures(answer, date(2026, 10, 1), TOTAL)[0] == 3

    @pytest.mark.parametrize("rows", ["station", "branch", "subtype", "category", "outcome", "month", "key_business"])
    def test_months_days_and_facts_say_the_same(self, ask: Ask, city_officer: Officer, rows: str) -> None:
        whole = ask(city_officer, f"rows={rows}&measure=accepted&measure=closed&measure=turnaround_mean&{PERIOD}")
        ragged = ask(
            city_officer,
            f"rows={rows}&measure=accepted&measure=closed&measure=turnaround_mean&since=2026-09-02&until=2026-10-30",
        )
        assert whole.source == "months"
        assert ragged.source in ("facts", "days")
        assert whole.cells == ragged.cells

    def test_a_median_of_a_short_period_is_exact_and_of_a_long_one_within_its_span(
        self, ask: Ask, city_officer: Officer
    ) -> None:
        exact = ask(city_officer, "rows=branch&measure=turnaround_median&since=2026-09-10&until=2026-09-30")
        spans = ask(city_officer, "rows=branch&measure=turnaround_median&since=2026-09-01&until=2026-10-31")
        assert (exact.approximate, spans.approximate) == (False, True)
        assert figures(exact, TOTAL)[0] == 30 + 2 * 420
        told = figures(spans, TOTAL)[0]
        assert told is not None
        assert 840 < told <= 900  # the fourth of seven needed 870 minutes

    def test_the_median_of_a_month_of_very_many_cases_is_told_from_spans(
        self, ask: Ask, city_officer: Officer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        month = "rows=branch&measure=turnaround_median&since=2026-09-01&until=2026-09-30"
        assert not ask(city_officer, month).approximate
        monkeypatch.setattr(asking, "EXACT_FACTS", 1)
        assert ask(city_officer, month).approximate

    def test_an_office_without_cases_is_shown_too(self, ask: Ask, other_station: Office, city_officer: Officer) -> None:
        answer = ask(city_officer, "rows=station&measure=accepted&since=2026-09-01&until=2026-09-30")
        assert figures(answer, other_station.pk) == [0]

    def test_everybody_reads_their_own_offices_only(
        self, ask: Ask, station: Office, other_station: Office, clerk: Officer, leader: Officer
    ) -> None:
        answer = ask(leader, f"rows=station&measure=accepted&{PERIOD}")
        assert {row.key for row in answer.rows} == {station.pk}
        with pytest.raises(NotFound):
            ask(clerk, f"rows=station&measure=accepted&office={other_station.pk}&{PERIOD}")

    def test_filters_narrow_and_values_of_a_filter_add_up(self, ask: Ask, city_officer: Officer) -> None:
        answer = ask(city_officer, f"rows=branch&measure=closed&f.outcome=refused&f.outcome=withdrawn&{PERIOD}")
        assert figures(answer, TOTAL) == [2]

    def test_days_of_a_long_period_are_refused_with_what_to_do(self, ask: Ask, city_officer: Officer) -> None:
        with pytest.raises(TooFine):
            ask(city_officer, "rows=day&columns=subtype&measure=accepted&since=2025-09-01&until=2026-10-31")

    @pytest.mark.parametrize(
        "said",
        [
            "rows=nothing",
            "measure=nothing&rows=branch",
            "rows=branch&f.outcome=nothing",
            "rows=branch&since=2026-13-01",
        ],
    )
    def test_what_is_unknown_is_refused(self, ask: Ask, city_officer: Officer, said: str) -> None:
        with pytest.raises(BadQuestion):
            ask(city_officer, f"measure=accepted&{said}")


def test_alerts_are_counted_by_rule_and_office_but_none_about_an_adoption(
    ask: Ask, station: Office, clerk: Officer, city: Office, city_officer: Officer
) -> None:
    cases.load_catalogue()
    plain = facts.fact(station, clerk, accepted_on=date(2026, 9, 2))
    secret = facts.fact(station, clerk, accepted_on=date(2026, 9, 2), subtype="0301")
    facts.counted([plain, secret])
    for number, (office, case) in enumerate([(station, plain.pk), (station, secret.pk), (city, None)]):
        Alert.objects.create(
            rule="case.late",
            subject=f"cases.case:{case or 0}",
            case_id=case,
            office=office,
            concerned=office,
            due_at=facts.noon(date(2026, 9, 3)),
            rung=1 + number,
            raised_at=facts.noon(date(2026, 9, 3)),
        )
    Alert.objects.update(closed_at=facts.noon(date(2026, 9, 4)), closed_by=clerk, closing_record="已补正")
    assert handled.fill() == 3
    Alert.objects.filter(office=city).update(handled=60)
    measures = "measure=raised&measure=climbed&measure=closing_median&measure=closing_p90"
    answer = ask(city_officer, f"cube=alerts&rows=station&{measures}&since=2026-01-01&until=2026-12-31")
    assert figures(answer, station.pk) == [1, 0, 420, 420]  # from noon to noon of the next working day
    assert figures(answer, None) == [1, 1, 60, 60]
    assert figures(answer, TOTAL) == [2, 1, 60, 420]
