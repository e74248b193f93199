"""What a scanner or a hand types: the code of a volume or a box, the code on a form, an archive number, a case number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hukou.accounts.models import Office
from workflows.archive.models import ArchiveRecord
from workflows.cases.models import Case
from workflows.papers.forms import read_slot

from .errors import NothingFound
from .models import Box, Volume

VOLUME, BOX = "HKV", "HKB"
"""Marks of the codes on labels. They carry a key of ours and nothing else."""
_DOTS = re.compile(r"[·•・．.。‧∙]")
LONGEST = 80


@dataclass(frozen=True)
class Found:
    """What a code or number leads to; exactly one is there."""

    case: Case | None = None
    volume: Volume | None = None
    box: Box | None = None


def code_of(thing: Volume | Box) -> str:
    """What the QR code of a label says."""
    return f"{VOLUME if isinstance(thing, Volume) else BOX} {thing.pk}"


def find(said: str, *, stations: list[Office]) -> Found:
    """What was scanned or typed, within these stations. Raises NothingFound."""
    text = clean(said)
    places = [station.pk for station in stations]
    if text:
        mark, _, key = text.partition(" ")
        if mark in (VOLUME, BOX) and key.isdecimal() and len(key) < 16:
            kind = Volume.objects.with_context() if mark == VOLUME else Box.objects.select_related("cabinet")
            thing = kind.filter(pk=int(key), station__in=places).first()
            if isinstance(thing, Volume):
                return Found(volume=thing)
            if isinstance(thing, Box):
                return Found(box=thing)
        for found in (_case(text, places), _volume(text, places), _box(text, places)):
            if found is not None:
                return found
    raise NothingFound(said=said.strip()[:40])


def clean(said: str) -> str:
    """Full-width signs of an input method made plain, one form of the middle dot, single spaces."""
    text = " ".join(unicodedata.normalize("NFKC", said).split())[:LONGEST].upper()
    return _DOTS.sub("·", text)


def _case(text: str, places: list[int]) -> Found | None:
    slot = read_slot(text)
    cases = Case.objects.with_context().filter(station__in=places).exclude(number=None)
    if slot is not None:
        case = cases.filter(pk=slot[0]).first()
    elif text.isdecimal():
        case = cases.filter(number=text).first()
    else:
        record = ArchiveRecord.objects.filter(number=text).values_list("case", flat=True).first()
        case = cases.filter(pk=record).first() if record else None
    return None if case is None else Found(case=case)


def _volume(text: str, places: list[int]) -> Found | None:
    volume = Volume.objects.with_context().filter(number=text, station__in=places).first()
    return None if volume is None else Found(volume=volume)


def _box(text: str, places: list[int]) -> Found | None:
    box = Box.objects.select_related("cabinet").filter(number=text, station__in=places).first()
    return None if box is None else Found(box=box)
