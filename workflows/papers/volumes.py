"""What is printed for the paper room: spine labels of boxes and volumes, the contents of a volume, the binding list of a year.

Labels carry numbers and a code, nothing of any citizen. Contents name the subject of a case unless it is confidential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from .codes import qr
from .typesetting import city_minute, template

CONFIDENTIAL = "（内容保密）"


@dataclass(frozen=True)
class Label:
    """A strip for the spine of a box or a volume."""

    kind: str
    """box | volume"""
    station: str
    heading: str
    """What stands largest on it: 第 0001 卷, 盒 00012."""
    title: str
    """Written downwards: the category of a volume."""
    rows: tuple[tuple[str, str], ...]
    number: str
    """In full, as it is typed."""
    code: str
    """What its QR code says."""


@dataclass(frozen=True)
class Entry:
    """The paper of one case in the list of contents."""

    position: int
    archive_number: str
    case_number: str
    subject: str
    page_from: int
    page_to: int
    pages: int
    remark: str


@dataclass(frozen=True)
class Contents:
    """The list of contents of a volume (卷内目录) with its sheet of remarks (卷内备考表)."""

    bureau: str
    station: str
    number: str
    year: int
    retention: str
    category: str
    place: str
    code: str
    state: str
    entries: tuple[Entry, ...]
    pages: int
    remarks: tuple[str, ...]
    """What differed and how it was settled."""
    bound_by: str
    bound_on: str
    printed_at: datetime


@dataclass(frozen=True)
class Bound:
    """A volume in the binding list of a year."""

    number: str
    category: str
    retention: str
    cases: int
    pages: int
    place: str
    bound_on: str
    bound_by: str


@dataclass(frozen=True)
class BindingList:
    """The volumes of a station and year (年度装订清单), and what is not bound yet."""

    bureau: str
    station: str
    year: int
    due_on: str
    volumes: tuple[Bound, ...]
    waiting: tuple[tuple[str, str, int], ...]
    """Category, retention, cases whose paper is in no bound volume."""
    filed: int
    single: int
    bound: int
    printed_at: datetime


def labels(strips: Sequence[Label], *, made_at: datetime) -> bytes:
    """Spine labels as PDF, A4, four strips a sheet, to be cut along the marks."""
    data = {"labels": [{**asdict(strip), "qr": qr(strip.code)} for strip in strips]}
    return template("volume_labels").pdf(data, made_at=made_at).pdf


def contents(listed: Contents) -> bytes:
    """The list of contents as PDF, A4 across, and the sheet of remarks behind it."""
    data = {**asdict(listed), "qr": qr(listed.code), "printed_at": city_minute(listed.printed_at)}
    return template("volume_contents").pdf(data, made_at=listed.printed_at).pdf


def binding_list(listed: BindingList) -> bytes:
    """The binding list as PDF, A4."""
    data = {**asdict(listed), "printed_at": city_minute(listed.printed_at)}
    return template("binding_list").pdf(data, made_at=listed.printed_at).pdf
