"""Two clerks at the same moment: paper lies in one volume, goes to one person, and numbers have no gap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import Conflict, WrongState
from tests.support import cases, paper
from tests.support.at_once import at_once
from workflows.volumes import actions, counting, errors
from workflows.volumes.models import Difference, Loan, Paper, Volume, VolumeItem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


def test_of_two_clerks_who_put_the_same_case_in_one_does(
    station: Office, clerk: Officer, second_clerk: Officer
) -> None:
    case = paper.filed(station, clerk)
    pages = counting.pages_with_paper(case)
    volumes = [paper.volume(case, clerk) for _time in range(2)]
    for target in (volumes, [volumes[0], volumes[0]]):
        told = at_once(
            *(
                lambda by=by, into=into: actions.put_in(volume_id=into.pk, case_id=case.pk, pages=pages, by=by)
                for by, into in zip((clerk, second_clerk), target, strict=True)
            )
        )
        assert sorted(type(error).__name__ for error in told) == ["AlreadyInVolume", "NoneType"]
        (item,) = VolumeItem.objects.filter(case=case, taken_out_at=None)
        actions.take_out(item_id=item.pk, reason="再来一次", by=clerk)


def test_two_cases_put_into_one_volume_follow_each_other(
    station: Office, clerk: Officer, second_clerk: Officer
) -> None:
    both = [paper.filed(station, clerk) for _time in range(2)]
    pages = counting.pages_with_paper(both[0])
    volume = paper.volume(both[0], clerk)
    told = at_once(
        *(
            lambda by=by, case=case: actions.put_in(volume_id=volume.pk, case_id=case.pk, pages=pages, by=by)
            for by, case in zip((clerk, second_clerk), both, strict=True)
        )
    )
    assert told == [None, None]
    items = list(volume.items.order_by("position").values_list("position", "page_from", "page_to"))
    assert items == [(1, 1, pages), (2, pages + 1, 2 * pages)]


def test_paper_is_bound_or_handed_over_and_never_half_of_each(
    station: Office, clerk: Officer, second_clerk: Officer
) -> None:
    due = clock.today() + timedelta(days=3)
    for _round in range(3):
        case = paper.filed(station, clerk)
        volume = paper.volume(case, clerk)
        item = paper.put_in(case, volume, clerk)
        loan = actions.request_paper(case_id=case.pk, purpose="repair", by=clerk)
        told = at_once(
            lambda v=volume, last=item.page_to: actions.bind(volume_id=v.pk, last_page=last, by=clerk),
            lambda pk=loan.pk: actions.hand_over(loan_id=pk, handed_to="技术科", pages=1, due_on=due, by=second_clerk),
        )
        volume.refresh_from_db()
        loan.refresh_from_db()
        assert (loan.state, told[1]) == ("out", None)
        if volume.state == Volume.State.BOUND:
            assert (told[0], loan.volume) == (None, volume)
        else:
            assert isinstance(told[0], errors.PaperOut)
            assert (loan.volume, Paper.objects.get(case=case).bound_at) == (None, None)


def test_of_two_who_settle_or_hand_over_the_same_thing_one_does(
    station: Office, clerk: Officer, second_clerk: Officer
) -> None:
    case = paper.filed(station, clerk)
    found = actions.record_difference(case_id=case.pk, kind="damaged", found="binding", note="破损", by=clerk)
    told = at_once(
        *(
            lambda by=by: actions.settle_difference(difference_id=found.pk, how="explained", note="已补", by=by)
            for by in (clerk, second_clerk)
        )
    )
    assert sum(error is None for error in told) == 1
    assert Difference.objects.get().settled_by is not None
    loan = actions.request_paper(case_id=case.pk, purpose="repair", by=clerk)
    told = at_once(
        *(
            lambda by=by: actions.hand_over(loan_id=loan.pk, handed_to=by.name, pages=1, due_on=clock.today(), by=by)
            for by in (clerk, second_clerk)
        )
    )
    assert sum(error is None for error in told) == 1
    assert all(isinstance(error, (Conflict, WrongState)) for error in told if error is not None)
    assert Loan.objects.get().handed_by is not None
