"""In the morning of a working day every office is told once what is quietly broken; many alerts at once are one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from audit.outbox import actions, digests, kinds, mentions
from audit.outbox.models import Digest, Mention, Message
from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 0, 31, tzinfo=UTC)  # 08:31 in the city
Broken = Callable[..., None]


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_parts", {})
    monkeypatch.setattr(mentions, "_writers", {})


@pytest.fixture
def broken() -> Broken:
    """Something that counts so much at every office."""

    def broken(counts: Mapping[str, int], name: str = "things") -> None:
        digests.register(digests.Part(name, "Things", lambda office: counts, str))

    return broken


@pytest.fixture
def leader(station: Office, clerk: Officer) -> Officer:
    clerk.duties.update(role="station_leader")
    return clerk


@pytest.mark.parametrize(
    ("at", "made"),
    [
        (MONDAY - timedelta(minutes=2), 0),  # 08:29
        (MONDAY, 3),
        (MONDAY + timedelta(hours=9), 3),  # the worker was down in the morning
        (MONDAY - timedelta(days=1), 0),  # Sunday
    ],
)
def test_digests_are_made_once_from_half_past_eight_of_working_days(
    station: Office, broken: Broken, at: datetime, made: int
) -> None:
    broken({"jobs": 2})
    with clock.frozen(at):
        assert len(actions.make_digests()) == made
        assert actions.make_digests() == []


def test_what_was_told_to_whom_is_kept_on_record_and_sent_as_counts(
    station: Office, leader: Officer, broken: Broken
) -> None:
    broken({"jobs": 2, "well": 0})
    with clock.frozen(MONDAY):
        actions.make_digests()
    digest = Digest.objects.get(office=station)
    assert (digest.counts, digest.total, digest.told) == ({"things": {"jobs": 2}}, 2, [leader.number])
    assert trail.events_of(digest).get().details["counts"] == digest.counts
    assert "0" in Message.objects.get(office=station).text


def test_where_all_is_well_no_text_is_sent(station: Office, broken: Broken) -> None:
    broken({})
    with clock.frozen(MONDAY):
        actions.make_digests()
    assert Digest.objects.filter(total=0).count() == 3
    assert not Message.objects.exists()


def test_a_part_that_cannot_be_looked_at_is_told_and_stops_no_other(station: Office, broken: Broken) -> None:
    def fails(office: Office) -> Mapping[str, int]:
        return {"office": next(iter(Office.objects.raw("select 1 as id, 1/0"))).pk}

    digests.register(digests.Part("deaf", "Deaf", fails, str))
    broken({"jobs": 1})
    assert digests.look(station) == {"deaf": {digests.UNSEEN: 1}, "things": {"jobs": 1}}


@pytest.fixture
def written() -> Iterator[list[list[int]]]:
    """Mentions put into words, as they come."""
    kinds.register(kinds.Kind("many", "Many", "{n} 条", {"n": kinds.count}))
    told: list[list[int]] = []

    def write(office: Office, items: object) -> mentions.Wording | None:
        told.append(list(items))  # type: ignore[call-overload]
        return mentions.Wording("many", f"accounts.office:{office.pk}", {"n": len(told[-1])})

    mentions.register("thing", write)
    return told


def test_a_hundred_things_at_once_are_one_text_to_each_office(station: Office, written: list[list[int]]) -> None:
    assert station.parent is not None
    actions.mention("thing", [(station.pk, n, False) for n in range(100)])
    actions.mention("thing", [(station.parent.pk, 7, False)])
    assert actions.gather() == 2
    assert sorted(Message.objects.values_list("text", flat=True)) == ["1 条", "100 条"]
    assert not Mention.objects.exists()


def test_an_office_is_not_rung_every_minute_unless_it_is_urgent(station: Office, written: list[list[int]]) -> None:
    now = clock.now()
    for minutes, urgent, texts in ((0, False, 1), (5, False, 1), (6, True, 2), (10, False, 2), (22, False, 3)):
        with clock.frozen(now + timedelta(minutes=minutes)):
            actions.mention("thing", [(station.pk, minutes, urgent)])
            actions.gather()
        assert Message.objects.count() == texts, minutes
    assert written == [[0], [5, 6], [10, 22]]


def test_what_cannot_be_put_into_words_silences_nobody_else(station: Office, written: list[list[int]]) -> None:
    def stutter(office: Office, items: object) -> mentions.Wording:
        return mentions.Wording("many", "test.thing:1", {"n": "张三"})

    mentions.register("stutter", stutter)
    for kind in ("stutter", "forgotten", "thing"):
        actions.mention(kind, [(station.pk, 1, True)])
    assert actions.gather() == 1
    assert not Mention.objects.exists()
