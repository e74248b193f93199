"""What somebody types into the trail book, and the question it makes, within what they may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.http import QueryDict
from django.views.decorators.debug import sensitive_variables

from audit.trail import permissions, persons
from audit.trail.book import Question
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, id_numbers
from hukou.kernel.clock import CITY_TIME
from workflows.cases import searching

DAYS = 30
"""The period nobody asked for otherwise."""
LONGEST = 366
"""Days of one question; whoever needs more asks twice."""
EARLIEST = date(2000, 1, 1)
"""No trail is older; an earlier day is a slip of the pen."""
MOST_CASES = 200
MOST_OFFICERS = 50


@dataclass(frozen=True)
class Asked:
    """What was typed, as it is shown again, and the question."""

    question: Question
    first: date
    last: date
    """Days of the period, both included."""
    office: Office | None
    offices: list[Office]
    """To choose from."""
    officer: str
    workstation: str
    action: str
    person: str
    """A whole ID number; never leaves the body of a request."""
    person_unknown: bool
    """True when what was typed for the person is no whole ID number."""
    refusals: bool
    looks: bool

    def __repr__(self) -> str:
        """Without the person, so that no traceback shows one."""
        return f"Asked({self.first}–{self.last})"

    @property
    def told(self) -> dict[str, object]:
        """The question for the trail: keys and days, no person."""
        return {
            "since": self.first.isoformat(),
            "until": self.last.isoformat(),
            "office": self.office.code if self.office else "",
            "officers": list(self.question.officers or ()),
            "workstation": self.workstation,
            "action": self.action,
            "refusals": self.refusals,
            "by_person": bool(self.person),
            **persons.said_of(self.person if not self.person_unknown else None),
        }


@sensitive_variables("person", "said")
def asked(said: QueryDict, by: Officer) -> Asked:
    """Read the form. What cannot be read does not narrow. Raises NotPermitted for who reads no trail."""
    policies.require(by, "trail.read", None)
    first, last = period(said)
    mine = permissions.offices_read(by)
    offices = list(Office.objects.order_by("code")) if mine is None else sorted(mine, key=lambda office: office.code)
    office = next((each for each in offices if str(each.pk) == said.get("office")), None)
    allowed = None if mine is None else tuple(each.pk for each in mine)
    officer = " ".join(said.get("officer", "").split())[:40]
    person = said.get("person", "").strip().upper()[: searching.LONGEST]
    whole = _whole(person) if person else False
    since, until = moments(first, last)
    question = Question(
        since=since,
        until=until,
        offices=tuple(each.pk for each in offices if office.covers(each)) if office else allowed,
        officers=_officers(officer) if officer else None,
        cases=_cases_of(person, by, whole=whole) if person else None,
        persons=tuple(persons.digests_of(person)) if whole else (),
        workstation=said.get("workstation", "").strip()[:80],
        action=said.get("action", "")[:60],
        refusals=bool(said.get("refusals")),
        views=bool(said.get("looks")),
    )
    return Asked(
        question=question,
        first=first,
        last=last,
        office=office,
        offices=offices,
        officer=officer,
        workstation=question.workstation,
        action=question.action,
        person=person,
        person_unknown=bool(person) and not whole,
        refusals=question.refusals,
        looks=question.views,
    )


def period(said: QueryDict, *, days: int = DAYS, longest: int = LONGEST) -> tuple[date, date]:
    """First and last day asked for; the last `days` where nothing fits."""
    today = clock.today()
    last = min(_day(said.get("until", "")) or today, today)
    first = _day(said.get("since", "")) or last - timedelta(days=days - 1)
    return max(min(first, last), last - timedelta(days=longest - 1)), last


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """When the period begins, and the moment after its end, in the city."""
    begins = datetime.combine(first, datetime.min.time(), CITY_TIME)
    return begins, datetime.combine(last + timedelta(days=1), datetime.min.time(), CITY_TIME)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST else None


def _officers(text: str) -> tuple[int, ...]:
    """A police number, or a name as it is written."""
    found = Officer.objects.filter(Q(number=text) | Q(name=text)).order_by("pk")
    return tuple(found.values_list("pk", flat=True)[:MOST_OFFICERS])


@sensitive_variables("text")
def _whole(text: str) -> bool:
    try:
        id_numbers.parse(text)
    except id_numbers.BadIdNumber:
        return False
    return True


@sensitive_variables("text")
def _cases_of(text: str, by: Officer, *, whole: bool) -> tuple[int, ...]:
    return tuple(case.pk for case in searching.find(by, text, most=MOST_CASES)) if whole else ()
