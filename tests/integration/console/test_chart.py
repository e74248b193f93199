"""The way of a case as its chart tells it: turns, enquiries, what is void, what comes next."""

from __future__ import annotations

from django.utils import translation

from hukou.console import chart
from hukou.console.chart import Stop
from tests.integration.console.conftest import SignedIn
from tests.support.stages import Bureau, fresh, put_on_seals
from workflows.cases.models import Case


def way(case: Case) -> list[tuple[str, str]]:
    """Label and state of each stop."""
    return [(stop.label, stop.state) for stop in stops(case)]


def stops(case: Case) -> list[Stop]:
    """The way in English, whatever the screens speak."""
    with translation.override("en"):
        return chart.stops_of(fresh(case))


def test_a_case_called_back_still_has_its_page_and_says_so(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    bureau.recall(case)
    page = signed_in(bureau.clerk).get(f"/cases/{case.pk}/")
    assert page.status_code == 200
    assert ("Called back", "recalled") in way(case)
    assert ("Handing up anew", "current") in way(case)


def test_an_open_enquiry_is_where_the_case_stands_and_says_who_was_asked(bureau: Bureau) -> None:
    case = bureau.suspended()
    paused = [stop for stop in stops(case) if stop.state == "paused"]
    assert [(stop.label, stop.office, stop.officer) for stop in paused] == [
        ("Investigation", bureau.station.short_name, "")
    ]
    assert "current" not in {state for _label, state in way(case)}


def test_answered_enquiries_stand_where_they_happened_with_who_answered(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    bureau.ask(case)
    bureau.answer(case)
    bureau.ask(case, "investigation")
    bureau.answer(case, "negative")
    bureau.decide(case, 2, "return")
    labels = way(case)
    assert labels.index(("Investigation", "done")) < labels.index(("Investigation", "against"))
    assert labels.index(("Investigation", "against")) < labels.index(("Decided by the station leader", "returned"))
    answered = next(stop for stop in stops(case) if stop.label == "Investigation")
    assert answered.officer == bureau.clerk.name
    assert answered.when is not None


def test_what_a_supplement_made_void_stays_in_the_way_as_void(bureau: Bureau) -> None:
    case = bureau.returned(level=3, subtype="1102")
    bureau.capture(case, "M_HUKOU_BOOK", 5)
    put_on_seals(bureau.hand_up(case))
    assert [state for _label, state in way(case)].count("void") == 2


def test_a_seal_on_its_way_is_where_the_case_stands(bureau: Bureau) -> None:
    case = bureau.handed_up()
    here = [stop.label for stop in stops(case) if stop.state == "current"]
    assert here == ["Accepted by the station"]


def test_what_comes_next_after_the_last_decision_is_completion_then_filing(bureau: Bureau) -> None:
    assert way(bureau.approved())[-2:] == [("Entry in the population system", "current"), ("Filing", "ahead")]
    assert way(bureau.completed())[-2:] == [("Entry in the population system", "done"), ("Filing", "current")]
    assert way(bureau.refused())[-1:] == [("Filing", "current")]
