"""What an office is to be told of is gathered for some minutes, so that a hundred alerts at once are one text.

A mention is written in the transaction of what it tells of. Whoever mentions says how several are put into words.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from hukou.accounts.models import Office
from hukou.kernel import clock

from .kinds import UnfitText
from .models import Mention, Message
from .putting import put

PACE = timedelta(minutes=15)
"""An office gets no second text of a kind sooner, unless something urgent is mentioned."""
MOST = 50_000
"""Mentions told in one go."""
MOST_ABOUT = 500
"""Things a text is remembered to be about."""


@dataclass(frozen=True)
class Wording:
    """How the mentions of one office become a text."""

    kind: str
    """Kind of the text (kinds.py)."""
    subject: str
    slots: Mapping[str, Any]


log = logging.getLogger(__name__)
Writer = Callable[[Office, Sequence[int]], Wording | None]
"""Items mentioned to an office → their text; None when nothing of it matters any more."""
_writers: dict[str, Writer] = {}


def register(kind: str, writer: Writer) -> None:
    """Say how mentions of that kind are put into words; call it in `AppConfig.ready()`."""
    if kind in _writers:
        raise ValueError(f"mentions of {kind!r} have a writer already")
    _writers[kind] = writer


def mention(kind: str, items: Iterable[tuple[int, int, bool]]) -> None:
    """Tell offices of things, in the caller's transaction: (key of the office, key of the thing, urgent)."""
    now = clock.now()
    Mention.objects.bulk_create(
        Mention(office_id=office, kind=kind, item=item, urgent=urgent, at=now) for office, item, urgent in items
    )


@transaction.atomic
def gather() -> int:
    """Put into words what was mentioned to every office that may be told now. Returns how many texts that made."""
    waiting = Mention.objects.select_for_update(skip_locked=True).order_by("pk")[:MOST]
    of_office: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    for one in waiting:
        of_office[one.office_id, one.kind].append(one)
    if not of_office:
        return 0
    made, now, told = 0, clock.now(), _told_last(of_office)
    offices = Office.objects.in_bulk({office for office, _kind in of_office})
    for (office_id, kind), mentions in of_office.items():
        last = told.get((office_id, kind))
        if last is not None and last + PACE > now and not any(one.urgent for one in mentions):
            continue
        items = [one.item for one in mentions]
        Mention.objects.filter(pk__in=[one.pk for one in mentions]).delete()
        made += _tell(kind, offices[office_id], items)
    return made


def _tell(kind: str, office: Office, items: Sequence[int]) -> bool:
    """Lay the text of these items into the outbox; whether there was anything to say.

    Where nobody can put it into words it stands on the screen only: one mistake does not silence everybody.
    """
    try:
        wording = _writers[kind](office, items)
        if wording is None:
            return False
        key, about = f"{kind}:{office.pk}:{items[-1]}", items[:MOST_ABOUT]
        put(wording.kind, key=key, office=office, subject=wording.subject, about=about, **wording.slots)
    except (UnfitText, LookupError):
        log.exception("mentions of %s could not be put into words", kind)
        return False
    return True


def _told_last(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Any]:
    """When each of these offices was last sent a text made of mentions of that kind."""
    found = {}
    for office, kind in wanted:
        lately = Message.objects.filter(office=office, key__startswith=f"{kind}:{office}:")
        found[office, kind] = lately.aggregate(at=Max("created_at"))["at"]
    return found
