"""The facts of cases as the trail alone tells them: the second reckoning, against which the first is checked.

Only what must agree by its nature is shared with `reading`: how a figure follows from what happened. What happened is taken
from the events, never from the tables of the business. The capture deadline follows from the moment of acceptance, from the
hours the event says were allowed then, and from those of the catalogue version it names, whichever are fewer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from audit.alerts import telling
from audit.alerts.models import Alert
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.catalogue.models import SubType
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import numbers
from workflows.cases import deadlines, lacking
from workflows.cases.models import Case
from workflows.cases.running_time import Pause

from . import reading
from .models import CaseFact
from .reading import Laid, Told

CLOSED = {
    "case.approved": Case.Status.APPROVED,
    "case.refused": Case.Status.REFUSED,
    "case.withdrawn": Case.Status.WITHDRAWN,
    "case.turned_away": Case.Status.NOT_ACCEPTED,
}
STOPS = ("case.level_return", "case.recalled", "case.asked")
"""From these on the clock stands still."""
ONE_ACT = timedelta(seconds=1)
"""A better take is two events of one act: what was missing between them was not missing."""
GOES_ON = ("case.supplemented", "case.answered")
ACTIONS = (
    *("case.opened", "case.updated", "case.accepted", "case.handed_up", "case.page_placed", "case.page_superseded"),
    *(*CLOSED, *STOPS, *GOES_ON, "case.filed", "case.late_capture_concluded", "alert.raised"),
)


@dataclass(frozen=True)
class Step:
    """Something after which other acceptance papers are missing than before."""

    at: datetime
    slot: str = ""
    more: int = 0
    """Pages in that slot: one more, or one less."""
    facts: tuple[str, ...] | None = None
    judged: tuple[str, ...] = ()
    accepted: bool = False
    handed_up: bool = False


@dataclass
class Story:
    """What the events of one case say."""

    office: int | None = None
    """Where it was opened."""
    subtype: str = ""
    number: str = ""
    catalogue: str = ""
    chain: list[str] = field(default_factory=list)
    deferred: bool = False
    capture_hours: int | None = None
    """Allowed when it was accepted; None: its event is of the time before events said so."""
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    filed_at: datetime | None = None
    status: str = ""
    told: Told = field(default_factory=Told)
    shas: list[str] = field(default_factory=list)
    """Of the pages in `told`, in the same order."""
    pauses: list[Pause] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    """What may have made its papers complete, or incomplete again."""

    def hear(self, event: Event) -> None:
        """One event more, in order."""
        details, at = event.details, event.at
        match event.action:
            case "case.opened":
                self.office, self.subtype = event.office_id, details["subtype"]
                self.steps.append(Step(at, facts=tuple(details["facts"])))
            case "case.updated":
                after = details["after"]
                self.steps.append(Step(at, facts=tuple(after["facts"]), judged=tuple(after["judged"])))
            case "case.accepted":
                self.accepted_at, self.deferred = at, bool(details["deferred"])
                self.number, self.catalogue = details["number"], details["catalogue"]
                self.chain, self.capture_hours = list(details["chain"]), details.get("capture_hours")
                self.steps.append(Step(at, accepted=True))
            case "case.handed_up":
                self.steps.append(Step(at, handed_up=True))
            case "case.page_placed":
                kept, plain = str(details.get("kept", "")), bool(details.get("file"))
                self.told.pages.append(Laid(details["material"], at, None, plain, kept))
                self.shas.append(details["sha256"])
                self.steps.append(Step(at, details["material"], 1))
            case "case.page_superseded":
                self._take_out(details["material"], details["sha256"], at)
            case "case.filed":
                self.filed_at = at
            case "case.late_capture_concluded":
                self.told.versions += 1
            case "alert.raised":
                self.told.alerts += 1
            case _:
                self._turn(event.action, at, details)

    def _turn(self, action: str, at: datetime, details: dict[str, Any]) -> None:
        if action in CLOSED:
            self.closed_at, self.status = at, CLOSED[action]
            self.told.refused = action == "case.refused"
        self.told.returns += action == "case.level_return"
        self.told.recalls += action == "case.recalled"
        if action == "case.asked":
            self.told.enquiries[details["kind"]] += 1
        if action in (*STOPS, *GOES_ON, *CLOSED) and self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], at)
        if action in STOPS:
            self.pauses.append((at, None))

    def _take_out(self, material: str, sha256: str, at: datetime) -> None:
        for place in range(len(self.shas) - 1, -1, -1):
            page = self.told.pages[place]
            if self.shas[place] == sha256 and page.slot == material and page.superseded_at is None:
                self.told.pages[place] = replace(page, superseded_at=at)
                self.steps.append(Step(at, material, -1))
                return

    def capture_due(self, spec: SubTypeSpec) -> datetime | None:
        """Until when its acceptance papers had to be there."""
        if self.accepted_at is None or self.capture_hours is None:
            return None if self.accepted_at is None else deadlines.capture_due(spec, self.accepted_at)
        return self.accepted_at + timedelta(hours=min(self.capture_hours, spec.capture_due_hours))

    def captured_at(self, spec: SubTypeSpec) -> datetime | None:
        """Since when its acceptance papers are all there: the rule of `workflows.cases.lacking`, step by step."""
        pages = Counter[str]()
        facts: tuple[str, ...] = ()
        judged: tuple[str, ...] = ()
        found: datetime | None = None
        accepted = handed_up = False
        for place, step in enumerate(self.steps):
            if step.slot:
                pages[step.slot] += step.more
            facts, judged = (facts, judged) if step.facts is None else (step.facts, step.judged)
            accepted, handed_up = accepted or step.accepted, handed_up or step.handed_up
            following = self.steps[place + 1].at if place + 1 < len(self.steps) else None
            if not accepted or (following is not None and following - step.at <= ONE_ACT):
                continue
            if not lacking.of(spec, list(facts), list(judged), pages):
                found = found or step.at
            elif not handed_up:
                found = None
        return found


def stories(keys: Collection[int]) -> dict[int, Story]:
    """What the events of these cases say; one question."""
    found: dict[int, Story] = defaultdict(Story)
    events = Event.objects.filter(case_id__in=keys, action__in=ACTIONS).order_by("pk").defer("leaf")
    for event in events.iterator(chunk_size=5_000):
        assert event.case_id is not None
        found[event.case_id].hear(event)
    for key, alerts in _raised_together(keys):
        found[key].told.alerts += alerts
    return found


def _raised_together(keys: Collection[int]) -> Iterator[tuple[int, int]]:
    """How many alerts about each case stand in events that list many; the alerts say only in which."""
    members = Alert.objects.filter(case_id__in=keys, batch__isnull=False).order_by()
    rows = list(members.values_list("case_id", "pk", "batch_id"))
    subjects = {f"alerts.alertbatch:{batch}" for _case, _alert, batch in rows}
    events = Event.objects.filter(subject__in=subjects, action="alert.raised_together").defer("leaf")
    listed = {key for event in events for key in telling.listed_in(event.details)}
    for case, alert, _batch in rows:
        if alert in listed and case is not None:
            yield case, 1


class Retelling:
    """Makes facts of stories; keeps the offices and the catalogue it has asked for."""

    def __init__(self) -> None:
        self._stations = {
            office.code: office for office in Office.objects.filter(level=Office.Level.STATION).select_related("parent")
        }
        self._by_key = {office.pk: office for office in self._stations.values()}
        self._subtypes: dict[tuple[str, str], SubType | None] = {}
        self._working = calendar.working_time()

    def facts(self, stories: dict[int, Story], now: datetime) -> dict[int, CaseFact]:
        """The facts of those cases that were accepted or turned away."""
        made = ((key, self._fact(key, story, now)) for key, story in stories.items())
        return {key: fact for key, fact in made if fact is not None}

    def _fact(self, key: int, story: Story, now: datetime) -> CaseFact | None:
        number = numbers.read_case_number(story.number)
        code = number.subtype if number else story.subtype
        station = self._stations.get(number.unit) if number else self._by_key.get(story.office or 0)
        subtype = self._subtype(story.catalogue, code)
        if (number is None and story.status != Case.Status.NOT_ACCEPTED) or station is None or subtype is None:
            return None
        case = Case(
            pk=key,
            station=station,
            subtype=subtype,
            status=story.status,
            accepted_at=story.accepted_at,
            deferred_reason="told" if story.deferred else "",
            capture_due_at=story.capture_due(subtype.spec),
            chain=story.chain,
            captured_at=story.captured_at(subtype.spec),
            closed_at=story.closed_at,
            filed_at=story.filed_at,
        )
        fact = reading.fact_of(case, story.told, now)
        if case.accepted_at is not None and case.closed_at is not None:
            reading.take_time(fact, case, story.pauses, self._working)
        return fact

    def _subtype(self, catalogue: str, code: str) -> SubType | None:
        if (catalogue, code) not in self._subtypes:
            rows = SubType.objects.filter(code=code).select_related("catalogue").order_by("-catalogue")
            self._subtypes[catalogue, code] = (rows.filter(catalogue__version=catalogue) if catalogue else rows).first()
        return self._subtypes[catalogue, code]


SAME = timedelta(seconds=5)
"""A row and its event are written by one act, some milliseconds apart."""


def differences(fact: CaseFact, told: CaseFact) -> dict[str, tuple[int, int]]:
    """What a fact says otherwise than the trail: name → (fact, trail), as numbers that can be added up."""
    pairs = {name: (_number(getattr(fact, name)), _number(getattr(told, name))) for name in EXACT}
    pairs |= {name: (_same(fact, told, name), 0) for name in NAMED}
    pairs |= {name: (_apart(getattr(fact, name), getattr(told, name)), 0) for name in MOMENTS}
    pairs["first_page"] = (int(fact.first_page_at is not None), int(told.first_page_at is not None))
    pairs["complete"] = (int(fact.complete_at is not None), int(told.complete_at is not None))
    pairs["on_time"] = (_on_time(fact), _on_time(told))
    found = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    for name in TIMES:
        mine, theirs = getattr(fact, name), getattr(told, name)
        if (mine is None) != (theirs is None) or abs((mine or 0) - (theirs or 0)) > _slack(told):
            found[name] = (mine or 0, theirs or 0)
    return found


EXACT = (
    *("key_business", "secret", "on_the_spot", "chain_length", "deferred", "pages", "pages_late", "pages_doubtful"),
    *("pages_forced", "pages_plain", "returns", "recalls", "investigations", "cosigns", "public_notices", "late"),
    *("versions", "alerts"),
)
NAMED = ("station_id", "branch_id", "category", "subtype", "deciding_level", "outcome")
MOMENTS = ("accepted_at", "capture_due_at", "closed_at", "filed_at")
TIMES = ("turnaround", "suspended")


def _number(value: Any) -> int:
    return int(value or 0)


def _same(fact: CaseFact, told: CaseFact, name: str) -> int:
    return int(getattr(fact, name) != getattr(told, name))


def _apart(mine: datetime | None, theirs: datetime | None) -> int:
    if mine is None or theirs is None:
        return int(mine is not theirs)
    return int(abs(mine - theirs) > SAME)


def _on_time(fact: CaseFact) -> int:
    if fact.complete_at is None or fact.capture_due_at is None:
        return 0
    return int(fact.complete_at <= fact.capture_due_at)


def _slack(told: CaseFact) -> int:
    """Minutes by which times may differ: each begin and end of a pause may fall into another minute."""
    return 1 + told.returns + told.recalls + told.investigations + told.cosigns + told.public_notices
