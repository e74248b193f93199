"""Written answers to the applicant: acceptance receipt, one-time notice of what is missing, refusals.

What a letter looks like is not known here: `workflows.papers` registers each kind with its composer at start-up.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import override

from audit.trail import actions as trail
from capture.sessions import storage
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock, push
from hukou.kernel.errors import NotFound, WrongState

from .errors import LetterIncomplete
from .models import Case, Letter
from .numbers import next_sequence
from .transitions import state_label

Details = Mapping[str, Any]


@dataclass(frozen=True)
class Heading:
    """What every letter begins and ends with."""

    number: str
    check_code: str
    office: Office
    """The office that answers."""
    made_by: Officer
    made_at: datetime
    revision: int


@dataclass(frozen=True)
class Kind:
    """A kind of letter."""

    name: str
    """Stable, e.g. "receipt"."""
    label: str | Promise
    """In the current language."""
    mark: str
    """Two capitals in front of its numbers."""
    states: frozenset[str]
    """States of a case in which it may be made."""
    needs: tuple[str, ...]
    """Keys of `details` that must not be empty."""
    compose: Callable[[Case, Heading, Details], bytes]
    """The PDF. Called in Chinese."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. A second one of the same name or mark is a mistake."""
    if kind.name in _kinds or any(known.mark == kind.mark for known in _kinds.values()):
        raise ValueError(f"letter {kind.name!r} or its mark {kind.mark!r} is known already")
    _kinds[kind.name] = kind


def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    return dict(_kinds)


@trail.records_refusal("letter.issue", subject="cases.case", key="case_id")
@transaction.atomic
def issue(*, case_id: int, kind: str, by: Officer, details: Details) -> Letter:
    """Make, number and keep a letter. The same cause again answers the letter there is.

    The cause is `details["cause"]` (e.g. "decision 12") or else the digest of `details`, which must be plain JSON.
    The letter goes out in the name of `details["office"]` (primary key), else of the station. Raises NotFound (no such
    case or kind), NotPermitted, WrongState, LetterIncomplete.
    """
    case = Case.objects.lock(case_id)
    what = _kinds.get(kind)
    if what is None:
        raise NotFound
    policies.require(by, "letter.issue", case)
    there = _of_cause(case, what, details)
    if there is None and case.status not in what.states:
        raise WrongState(state=state_label(case), verb=f"letter.{kind}")
    return there or _make(case, what, by, details)


@transaction.atomic
def follow(*, case_id: int, kind: str, by: Officer, details: Details) -> Letter:
    """Make the letter an act of `by` gives rise to; the job after the act, which may run late and more than once.

    Whether the officer may and the case is in a state for it was asked when they acted. Raises NotFound, LetterIncomplete.
    """
    case = Case.objects.lock(case_id)
    what = _kinds.get(kind)
    if what is None:
        raise NotFound
    there = _of_cause(case, what, details)
    if there is None:
        there = _make(case, what, by, details)
        push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return there


def follow_window(*, case_id: int, kind: str, by: Officer) -> Letter:
    """The letter that accepting a request, or turning it away, gives rise to; everything it says stands on the case."""
    case = Case.objects.get(pk=case_id)
    said = {"reason": case.closing_reason, "legal_basis": case.closing_basis} if kind == "not_accepted" else {}
    return follow(case_id=case_id, kind=kind, by=by, details={"cause": "window", **said})


def _of_cause(case: Case, kind: Kind, details: Details) -> Letter | None:
    return Letter.objects.filter(case=case, kind=kind.name, cause=_cause(details)).first()


def _cause(details: Details) -> str:
    return str(details.get("cause") or canonical.digest(dict(details)))[:64]


def _make(case: Case, what: Kind, by: Officer, details: Details) -> Letter:
    if lacking := [name for name in what.needs if not details.get(name)]:
        raise LetterIncomplete(lacking="、".join(lacking))
    office = Office.objects.get(pk=details["office"]) if details.get("office") else case.station
    number = _next_number(office, what)
    heading = Heading(
        number=number,
        check_code=check_code(number),
        office=office,
        made_by=by,
        made_at=clock.now(),
        revision=Letter.objects.filter(case=case, kind=what.name).count() + 1,
    )
    with override("zh-hans"):  # it is the archive's document, whatever language the officer reads
        pdf = what.compose(case, heading, details)
    letter = Letter.objects.create(
        case=case,
        kind=what.name,
        cause=_cause(details),
        number=number,
        revision=heading.revision,
        check_code=heading.check_code,
        sha256=storage.put("letters", pdf),
        office=office,
        made_by=by,
        made_at=heading.made_at,
    )
    trail.record(
        "letter.issued",
        subject=case,
        by=by,
        details={"kind": what.name, "letter": number, "revision": letter.revision, "document": letter.sha256},
    )
    return letter


@trail.records_refusal("letter.hand_over", subject="cases.case", key="case_id")
@transaction.atomic
def hand_over(*, case_id: int, letter_id: int, by: Officer) -> Letter:
    """The applicant has the letter; the first time is kept. Raises NotFound, NotPermitted."""
    case = Case.objects.lock(case_id)
    policies.require(by, "letter.hand_over", case)
    letter = Letter.objects.filter(case=case, pk=letter_id).first()
    if letter is None:
        raise NotFound
    if letter.handed_over_at is None:
        letter.handed_over_at, letter.handed_over_by = clock.now(), by
        letter.save(update_fields=["handed_over_at", "handed_over_by"])
        trail.record("letter.handed_over", subject=case, by=by, details={"kind": letter.kind, "letter": letter.number})
    return letter


def of(case: Case) -> list[Letter]:
    """The letters of a case, oldest first."""
    return list(Letter.objects.filter(case=case).select_related("made_by", "handed_over_by"))


def pdf(letter: Letter) -> bytes:
    """The letter as it was made. Raises FileMissing, FileDamaged."""
    return storage.read("letters", letter.sha256)


def label(kind: str) -> str:
    """What letters of `kind` are called, in the current language."""
    return str(_kinds[kind].label) if kind in _kinds else kind


def said(details: Mapping[str, Any]) -> str:
    """An event about a letter in words: which, and its number."""
    return f"{label(details['kind'])} {details['letter']}"


def check_code(number: str) -> str:
    """Sixteen characters that only this site can make for this number; printed for checking the letter."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"letter:{number}".encode(), hashlib.sha256)
    return mac.hexdigest()[:16].upper()


def _next_number(office: Office, kind: Kind) -> str:
    """Mark, unit, year, running number; a letter that is rolled back leaves no gap."""
    prefix = f"{kind.mark}-{office.code}-{clock.today().year}-"
    return f"{prefix}{next_sequence(prefix):05d}"
