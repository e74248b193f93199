"""Random histories: what the engine raised is what a plain reading of the history gives, once per rung, whoever swept."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from audit.alerts import actions, again, firing, rules, telling, terms
from audit.alerts.models import Alert, AlertBatch, AlertNote, Mute, RuleTerms, Timer
from audit.trail import facts
from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar.errors import NothingChanges
from hukou.calendar.signals import edited
from hukou.kernel import clock
from tests.support.alertbook import Book, Place, Silence
from tests.support.people import make_office, make_officer

pytestmark = pytest.mark.django_db(transaction=True)
ARMED, SHORT, TOLD, SEEN = "paper.late", "paper.soon", "paper.found", "paper.seen"
LADDERS = {
    ARMED: [(0, "office"), (1, "leader"), (3, "branch"), (5, "city")],
    SHORT: [(0, "office")],
    TOLD: [(0, "office"), (2, "branch")],
    SEEN: [(1, "leader"), (2, "city")],
}
OTHERS = [[(0, "office"), (2, "city")], [(0, "branch")], [(1, "office"), (1, "leader"), (4, "city")], LADDERS[ARMED]]
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday, 09:00 in the city


@dataclass
class World:
    """The engine and the book side by side."""

    chance: random.Random
    offices: list[tuple[Office, Place]]
    city_officer: Officer
    seen: dict[str, tuple[datetime, Place]] = field(default_factory=dict)
    now: datetime = START
    floor: datetime = START
    off_days: set[date] = field(default_factory=set)
    pending: list[tuple[str, datetime | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = Book({rule: list(steps) for rule, steps in LADDERS.items()}, self.off_days)
        self.number = {place.number: office for office, place in self.offices}

    def step(self) -> None:
        """One thing happens."""
        acts = (self.arm, self.arm, self.move, self.pass_time, self.pass_time, self.sweep, self.sweep)
        rare = (self.tell, self.close, self.look, self.edit, self.mute, self.unmute, self.set_terms, self.restart)
        with clock.frozen(self.now):
            self.chance.choice(self.chance.choice((acts, acts, rare)))()

    def subject(self) -> str:
        return f"cases.case:{self.chance.randrange(1, 5)}"

    def due(self) -> datetime:
        return self.now + timedelta(hours=self.chance.choice((-60, -24, -1, 0, 1, 5, 24, 72)))

    def arm(self) -> None:
        """Capture, suspension, return: a fact begins, ends, or is due at another time."""
        rule, subject = self.chance.choice((ARMED, SHORT)), self.subject()
        office, place = self.chance.choice(self.offices)
        due = self.chance.choice((self.due(), self.due(), None))
        self.book.arm(rule, subject, due, place)
        actions.arm(rule, subject, office_id=office.pk, due_at=due)

    def move(self) -> None:
        """Another office has to act; the due moment stays."""
        matter = self.chance.choice(self.book.standing(ARMED) or [None])
        if matter is not None:
            office, place = self.chance.choice(self.offices)
            self.book.arm(ARMED, matter.subject, matter.due, place)
            actions.arm(ARMED, matter.subject, office_id=office.pk, due_at=matter.due)

    def look(self) -> None:
        """What the watched rule would find changes."""
        self.seen.pop(self.subject(), None)
        self.seen[self.subject()] = (self.due(), self.chance.choice(self.offices)[1])

    def tell(self) -> None:
        office, place = self.chance.choice(self.offices)
        subject = self.subject()
        self.book.tell(TOLD, subject, self.now, place)
        actions.tell(TOLD, subject, office_id=office.pk)

    def close(self) -> None:
        open_ = sorted(key for key, alert in self.book.alerts.items() if not alert.closed)
        if open_:
            rule, subject, due, rung = key = self.chance.choice(open_)
            alert = Alert.objects.get(rule=rule, subject=subject, due_at=due, rung=rung)
            self.book.close(key)
            actions.close_alert(alert_id=alert.pk, by=self.city_officer, record="已处理")

    def edit(self) -> None:
        """A day is declared free, or is worked after all."""
        day = self.now.date() + timedelta(days=self.chance.randrange(-3, 6))
        kind = self.chance.choice(("off", "off", "plain"))
        try:
            calendar.mark_days(first=day, last=day, kind=kind, reason="大雪", by=self.city_officer)
        except NothingChanges:
            return
        self.off_days.add(day) if kind == "off" else self.off_days.discard(day)
        self.pending.append(("", None))

    def mute(self) -> None:
        office, place = self.chance.choice(self.offices)
        rule, subject = self.chance.choice((ARMED, TOLD, SEEN)), self.chance.choice(("", self.subject()))
        until = self.now + timedelta(hours=self.chance.randrange(1, 100))
        self.book.silences.append(Silence(rule, place, subject, until))
        actions.mute(rule=rule, office=office, subject=subject, until=until, reason="停电", by=self.city_officer)
        self.floor = self.now

    def unmute(self) -> None:
        for mute in Mute.objects.filter(ended_at=None, until__gt=self.now):
            actions.unmute(mute_id=mute.pk, by=self.city_officer)
            self.pending.append((mute.rule, None))
        self.book.silences.clear()
        self.floor = self.now

    def set_terms(self) -> None:
        rule = self.chance.choice((ARMED, TOLD, SEEN))
        if self.chance.random() < 0.3:
            on = rule in self.book.switched_off
            (self.book.switched_off.discard if on else self.book.switched_off.add)(rule)
            actions.set_terms(rule=rule, on=on, reason="通知", by=self.city_officer)
        else:
            ladder = self.chance.choice(OTHERS)
            self.book.ladders[rule] = list(ladder)
            actions.set_terms(rule=rule, ladder=ladder, reason="通知", by=self.city_officer)
        self.pending.append((rule, self.now))
        self.floor = self.now

    def restart(self) -> None:
        """Nothing is remembered by a process that begins."""
        terms._kept = terms._Kept()

    def pass_time(self) -> None:
        """Time goes by; now and then the clock jumps, also back."""
        hours = self.chance.choice((0.02, 1, 8, 24, 24, 80, 400, -1, -30))
        self.now = max(self.floor, self.now + timedelta(hours=hours))

    def sweep(self) -> None:
        """One to four sweepers at once; what an edit called for has been done by then, perhaps twice."""
        for rule, since in self.pending * self.chance.choice((1, 1, 2)):
            after = 0
            while (last := again.go_on(rule=rule, since=since, after=after)) is not None:
                after = last
        self.pending.clear()
        found = {subject: said for subject, said in self.seen.items() if said[0] <= self.now}
        self.book.watch(SEEN, found)
        self.book.sweep(self.now)
        at_once(self.chance.choice((1, 1, 2, 4)), self.now)

    def compare(self) -> None:
        """The engine raised what the book says, and everything is on record."""
        raised = {
            (a.rule, a.subject, a.due_at, a.rung): (a.office_id, a.role, a.settled_at is not None, bool(a.closed_at))
            for a in Alert.objects.all()
        }
        assert len(raised) == Alert.objects.count()
        assert raised == {
            key: (self.number[alert.office].pk, alert.role, alert.settled, alert.closed)
            for key, alert in self.book.alerts.items()
        }
        assert list(facts.without_event()) == []


def at_once(sweepers: int, now: datetime) -> None:
    """So many sweeps begin at the same moment."""
    if sweepers == 1:
        actions.sweep()
        return
    ready, wrong = threading.Barrier(sweepers), list[BaseException]()

    def run() -> None:
        try:
            with clock.frozen(now):
                ready.wait()
                assert not actions.sweep().failed
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(sweepers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong


@pytest.fixture
def offices(db: None) -> list[tuple[Office, Place]]:
    """A city, two branches, a station with a leader and one without."""
    city = make_office("市局", level="city")
    branches = [make_office(name, level="branch", parent=city) for name in ("东", "西")]
    stations = [make_office(f"{branch.name}所", parent=branch) for branch in branches]
    make_officer("所长", "station_leader", stations[0])
    top = Place(0, "city", None)
    middle = [Place(1, "branch", top), Place(2, "branch", top)]
    low = [Place(3, "station", middle[0], led=True), Place(4, "station", middle[1])]
    return list(zip([city, *branches, *stations], [top, *middle, *low], strict=True))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four rules of our own; batches so small that sweepers share the work; no other layer hears of an edit."""
    monkeypatch.setattr(rules, "_rules", {})
    monkeypatch.setattr(firing, "BATCH", 3)
    monkeypatch.setattr(telling, "SINGLY", 2)
    monkeypatch.setattr(again, "BATCH", 2)
    receivers = edited.receivers
    edited.receivers = []
    edited.sender_receivers_cache.clear()
    yield
    edited.receivers = receivers
    edited.sender_receivers_cache.clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    "histories", [15, pytest.param(3000, marks=[pytest.mark.nightly, pytest.mark.timeout(3 * 3600)])]
)
def test_the_engine_agrees_with_a_plain_reading(offices: list[tuple[Office, Place]], histories: int) -> None:
    city_officer = make_officer("市局民警", "city_officer", offices[0][0])
    off_days: set[date] = set()
    first = int(os.environ.get("HISTORY_SEED", "1"))
    for seed in range(first, first + histories):
        world = World(random.Random(seed), offices, city_officer, off_days=off_days)
        _register(world)
        for _ in range(world.chance.randrange(10, 60)):
            world.step()
        with clock.frozen(world.now):
            world.sweep()
            world.sweep()
        try:
            world.compare()
        except AssertionError as differs:
            raise AssertionError(f"history {seed}: {differs}") from differs
        for model in (AlertNote, Alert, AlertBatch, Timer, Mute, RuleTerms):
            model.objects.all().delete()


def _register(world: World) -> None:
    def find(now: datetime) -> list[rules.Due]:
        return [
            rules.Due(subject, world.number[place.number].pk, due)
            for subject, (due, place) in world.seen.items()
            if due <= now
        ]

    rules._rules.clear()
    for name, steps in LADDERS.items():
        ladder = tuple(rules.Rung(number, days, level) for number, (days, level) in enumerate(steps, 1))
        seen = find if name == SEEN else None
        rules.register(rules.AlertRule(name, name, seen, kind=rules.Kind.LATE, ladder=ladder))
