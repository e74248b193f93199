"""Paper in volumes: pages run on, what is bound never changes, and what differs is on record."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from audit.alerts.models import Timer
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import DomainError, NotFound, NotPermitted
from tests.support import cases, paper
from workflows.cases.models import Case
from workflows.volumes import actions, binding, counting, errors, paper_alerts, queries, tracks
from workflows.volumes.models import Difference, Paper, Volume, VolumeItem
from workflows.volumes.types import Where

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


@pytest.fixture
def case(station: Office, clerk: Officer) -> Case:
    """A filed case whose paper is in the tray."""
    return paper.filed(station, clerk)


@pytest.fixture
def volume(case: Case, clerk: Officer) -> Volume:
    """An open volume that takes it."""
    return paper.volume(case, clerk)


def ranges(volume: Volume) -> list[tuple[int, int, int]]:
    live = VolumeItem.objects.filter(volume=volume, taken_out_at=None).order_by("position")
    return list(live.values_list("position", "page_from", "page_to"))


def test_pages_of_a_volume_run_on_and_move_up_when_something_is_taken_out(
    station: Office, clerk: Officer, auxiliary: Officer
) -> None:
    three = [paper.filed(station, clerk) for _case in range(3)]
    volume = paper.volume(three[0], auxiliary)
    items = [paper.put_in(case, volume, auxiliary) for case in three]
    n = counting.pages_with_paper(three[0])
    assert ranges(volume) == [(1, 1, n), (2, n + 1, 2 * n), (3, 2 * n + 1, 3 * n)]
    actions.take_out(item_id=items[0].pk, reason="放错卷", by=auxiliary)
    assert ranges(volume) == [(1, 1, n), (2, n + 1, 2 * n)]
    volume.refresh_from_db()
    assert volume.pages == 2 * n
    assert queries.place_of(three[0]).where == Where.TRAY
    assert queries.place_of(three[1]).item == items[1]
    again = paper.put_in(three[0], volume, clerk)
    assert (again.position, again.page_from) == (3, 2 * n + 1)


def test_portraits_have_no_paper_and_two_sides_of_a_card_are_one_page(case: Case, clerk: Officer) -> None:
    before = counting.pages_with_paper(case)
    cases.place(case, "M_SITE_PHOTO", clerk)
    assert counting.pages_with_paper(case) == before
    sides = case.materials.get(code="M_APPLICANT_ID").placements.count()
    cases.place(case, "M_APPLICANT_ID", clerk)
    assert counting.pages_with_paper(case) == before + (sides + 2) // 2 - (sides + 1) // 2


def test_another_count_needs_a_note_and_is_on_record_until_it_is_settled(
    case: Case, volume: Volume, clerk: Officer
) -> None:
    captured = counting.pages_with_paper(case)
    with pytest.raises(errors.PagesDiffer) as refused:
        actions.put_in(volume_id=volume.pk, case_id=case.pk, pages=captured - 1, by=clerk)
    assert refused.value.data == {"counted": captured - 1, "captured": captured}
    item = actions.put_in(volume_id=volume.pk, case_id=case.pk, pages=captured - 1, by=clerk, note="户口簿缺第 3 页")
    (found,) = Difference.objects.all()
    assert (found.case, found.volume, found.counted, found.expected) == (case, volume, captured - 1, captured)
    assert item.differs == -1
    subject = f"volumes.difference:{found.pk}"
    timer = Timer.objects.get(rule=paper_alerts.DIFFERS, subject=subject)
    assert (timer.office_id, timer.case_id) == (case.station_id, case.pk)
    settled = actions.settle_difference(difference_id=found.pk, how="found_again", note="夹在前一件中", by=clerk)
    assert settled.settled_by == clerk
    with pytest.raises(errors.DifferenceSettled):
        actions.settle_difference(difference_id=found.pk, how="explained", note="再次", by=clerk)
    assert not Timer.objects.filter(rule=paper_alerts.DIFFERS, subject=subject, state="waiting").exists()


def test_printed_pages_are_in_the_volume_and_not_in_the_count(case: Case, volume: Volume, clerk: Officer) -> None:
    captured = counting.pages_with_paper(case)
    item = actions.put_in(volume_id=volume.pk, case_id=case.pk, pages=captured + 2, printed=2, by=clerk)
    assert (item.differs, item.page_to) == (0, captured + 2)
    assert not Difference.objects.exists()


def test_binding_freezes_a_volume_in_the_database_itself(case: Case, volume: Volume, clerk: Officer) -> None:
    item = paper.put_in(case, volume, clerk)
    with pytest.raises(errors.CountDiffers):
        actions.bind(volume_id=volume.pk, last_page=item.page_to + 1, by=clerk)
    bound = actions.bind(volume_id=volume.pk, last_page=item.page_to, by=clerk)
    assert Paper.objects.get(case=case).bound_at == bound.bound_at
    event = Event.objects.get(action="volume.bound")
    assert event.details["contents"] == binding.digest_of(bound)
    for change in (
        lambda: VolumeItem.objects.filter(pk=item.pk).update(page_to=99),
        lambda: VolumeItem.objects.filter(pk=item.pk).delete(),
        lambda: Volume.objects.filter(pk=volume.pk).update(pages=99),
        lambda: Volume.objects.filter(pk=volume.pk).delete(),
        lambda: Volume.objects.filter(pk=volume.pk).update(state="open", bound_at=None, bound_by=None),
        lambda: Paper.objects.filter(case=case).update(track="single"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    box = actions.make_box(station_id=case.station_id, by=clerk)
    assert actions.move_volume(volume_id=volume.pk, box_id=box.pk, reason="", by=clerk).box == box


NAMED = {
    "case_in_one_volume": "insert into volumes_volumeitem (volume_id, case_id, position, page_from, page_to, pages, printed,"
    " captured, put_in_by_id, put_in_at, taken_out_because) select %(other)s, case_id, 1, 1, 1, 1, 0, 1, put_in_by_id,"
    " put_in_at, '' from volumes_volumeitem",
    "volume_pages_never_overlap": "insert into volumes_volumeitem (volume_id, case_id, position, page_from, page_to, pages,"
    " printed, captured, put_in_by_id, put_in_at, taken_out_because) select volume_id, %(case)s, 2, page_to, page_to, 1, 0,"
    " 1, put_in_by_id, put_in_at, '' from volumes_volumeitem",
    "volume_position_once": "insert into volumes_volumeitem (volume_id, case_id, position, page_from, page_to, pages,"
    " printed, captured, put_in_by_id, put_in_at, taken_out_because) select volume_id, %(case)s, 1, page_to + 1,"
    " page_to + 1, 1, 0, 1, put_in_by_id, put_in_at, '' from volumes_volumeitem",
    "volume_item_pages_fit": "update volumes_volumeitem set page_to = page_to + 1",
    "do not run on": "update volumes_volume set state = 'bound', pages = pages + 1, bound_at = now(), bound_by_id = opened_by_id"
    " where pages > 0",
}


@pytest.mark.parametrize("name", NAMED)
def test_the_database_refuses_by_name(name: str, case: Case, volume: Volume, clerk: Officer, station: Office) -> None:
    paper.put_in(case, volume, clerk)
    keys = {"other": paper.volume(case, clerk).pk, "case": paper.filed(station, clerk).pk}
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NAMED[name], keys)


def test_what_may_not_go_into_a_volume_is_refused_with_its_reason(
    station: Office, clerk: Officer, city_officer: Officer, case: Case, volume: Volume
) -> None:
    other_kind = paper.filed(station, clerk, "1401")
    unfiled = cases.accepted(station, clerk)
    lying = paper.filed(station, clerk)
    paper.put_in(lying, paper.volume(lying, clerk), clerk)
    alone = _single(station, clerk, city_officer)
    full = paper.filed(station, clerk)
    bound = paper.bound(full, clerk)
    refused: list[tuple[Callable[[], object], type[DomainError]]] = [
        (lambda: paper.put_in(other_kind, volume, clerk), errors.WrongVolume),
        (lambda: actions.put_in(volume_id=volume.pk, case_id=unfiled.pk, pages=9, by=clerk), errors.NotFiled),
        (lambda: paper.put_in(lying, volume, clerk), errors.AlreadyInVolume),
        (lambda: paper.put_in(alone, volume, clerk), errors.NoPaper),
        (lambda: paper.put_in(case, bound, clerk), errors.VolumeBound),
        (lambda: actions.put_in(volume_id=volume.pk, case_id=case.pk, pages=0, by=clerk), errors.BadEntry),
        (lambda: actions.put_in(volume_id=volume.pk, case_id=0, pages=1, by=clerk), NotFound),
        (lambda: actions.bind(volume_id=volume.pk, last_page=0, by=clerk), errors.VolumeEmpty),
        (lambda: actions.take_out(item_id=bound.items.get().pk, reason="错", by=clerk), errors.VolumeBound),
    ]
    for act, error in refused:
        with pytest.raises(error) as raised:
            act()
        assert not re.search(r"[{}]", raised.value.text + raised.value.advice)
    codes = set(Event.objects.filter(action="paper.put_in.refused").values_list("details__code", flat=True))
    assert {"wrong_volume", "already_in_volume", "no_paper"} <= codes


def _single(station: Office, clerk: Officer, city_officer: Officer) -> Case:
    actions.set_track(
        subtype="0101",
        track="single",
        starts_on=_today(),
        legal_basis="国办发〔2023〕26号",
        reason="试点",
        by=city_officer,
    )
    return paper.filed(station, clerk, "0101")


def _today() -> object:
    from hukou.kernel import clock

    return clock.today()


WHO = ("auxiliary", "clerk", "community_officer", "leader", "other_clerk", "branch_officer", "city_officer", "overseer")
MAY = {
    "open": {"auxiliary", "clerk"},
    "put_in": {"auxiliary", "clerk"},
    "take_out": {"auxiliary", "clerk"},
    "move": {"auxiliary", "clerk"},
    "bind": {"clerk", "leader"},
    "record": {"auxiliary", "clerk", "leader", "branch_officer", "city_officer", "overseer"},
    "settle": {"clerk", "leader"},
}


@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what_with_the_paper_of_a_station(
    who: str, request: pytest.FixtureRequest, case: Case, volume: Volume, clerk: Officer, station: Office
) -> None:
    by: Officer = request.getfixturevalue(who)
    lying = paper.put_in(paper.filed(station, clerk), volume, clerk)
    box = actions.make_box(station_id=station.pk, by=clerk)
    found = actions.record_difference(case_id=case.pk, kind="damaged", found="binding", note="破损", by=clerk)
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: paper.volume(case, by),
        "put_in": lambda: paper.put_in(case, volume, by),
        "move": lambda: actions.move_volume(volume_id=volume.pk, box_id=box.pk, reason="", by=by),
        "record": lambda: actions.record_difference(
            case_id=case.pk, kind="no_paper", found="inspection", note="缺一页", by=by
        ),
        "settle": lambda: actions.settle_difference(difference_id=found.pk, how="explained", note="已补", by=by),
        "take_out": lambda: actions.take_out(item_id=lying.pk, reason="放错", by=by),
        "bind": lambda: actions.bind(volume_id=volume.pk, last_page=Volume.objects.get(pk=volume.pk).pages, by=by),
    }
    if who == "leader":
        paper.put_in(case, volume, clerk)
    allowed = set()
    for name, act in acts.items():
        try:
            act()
            allowed.add(name)
        except NotPermitted:
            pass
    assert allowed == {name for name, roles in MAY.items() if who in roles}


def test_boxes_and_volumes_are_numbered_without_gaps_and_their_moves_are_history(
    station: Office, other_station: Office, other_clerk: Officer, clerk: Officer, case: Case
) -> None:
    cabinet = actions.make_cabinet(station_id=station.pk, room="档案室", name="1 号柜", shelves=3, by=clerk)
    with pytest.raises(errors.BadEntry):
        actions.make_cabinet(station_id=station.pk, room="档案室", name="1 号柜", by=clerk)
    first = actions.make_box(station_id=station.pk, cabinet_id=cabinet.pk, shelf=2, by=clerk)
    second = actions.make_box(station_id=station.pk, by=clerk)
    assert [box.sequence for box in (first, second)] == [1, 2]
    assert [paper.volume(case, clerk).sequence for _time in range(2)] == [1, 2]
    with pytest.raises(errors.BadEntry):
        actions.move_box(box_id=second.pk, cabinet_id=cabinet.pk, shelf=4, reason="", by=clerk)
    actions.move_box(box_id=second.pk, cabinet_id=cabinet.pk, shelf=3, reason="", by=clerk)
    with pytest.raises(errors.ReasonNeeded):
        actions.move_box(box_id=second.pk, cabinet_id=cabinet.pk, shelf=1, reason=" ", by=clerk)
    actions.move_box(box_id=second.pk, cabinet_id=cabinet.pk, shelf=1, reason="第 3 层漏水", by=clerk)
    assert list(second.moves.values_list("from_shelf", "to_shelf")) == [(None, 3), (3, 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        second.moves.update(reason="别的")
    foreign = actions.make_box(station_id=other_station.pk, by=other_clerk)
    with pytest.raises(errors.NotBoxed):
        actions.move_volume(volume_id=paper.volume(case, clerk).pk, box_id=foreign.pk, reason="", by=clerk)
    for bad in ({"year": 1900}, {"retention": "1y"}, {"category": "99"}):
        fit = {"year": 2026, "retention": "permanent", "category": "11"}
        with pytest.raises(errors.BadEntry):
            actions.open_volume(station_id=station.pk, by=clerk, **(fit | bad))  # type: ignore[arg-type]
    assert tracks.rule_of("1107") is None
