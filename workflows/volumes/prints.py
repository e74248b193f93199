"""What the paper room prints, put together from its rows: labels, contents, the binding list. Always Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, Min, Sum
from django.utils import translation

from hukou.accounts.models import Office
from hukou.catalogue.models import SubType
from hukou.kernel import clock
from workflows.cases.models import Case
from workflows.cases.searching import is_secret
from workflows.papers import volumes as papers

from . import paper_alerts, queries
from .lending import Difference
from .models import Box, Paper, Track, Volume, VolumeItem
from .scanning import code_of

RETENTION = {"permanent": "永久", "30y": "30 年", "10y": "10 年"}


def labels(things: Iterable[Box | Volume]) -> bytes:
    """Spine labels of boxes and volumes."""
    names = _categories()
    strips = [_of_box(one) if isinstance(one, Box) else _of_volume(one, names) for one in things]
    return papers.labels(strips, made_at=clock.now())


def contents(volume: Volume) -> bytes:
    """Contents and sheet of remarks of a volume."""
    items = live_items(volume)
    differing = list(
        Difference.objects.filter(volume=volume)
        .select_related("case__subtype__catalogue", "found_by", "settled_by")
        .order_by("pk")
    )
    listed = papers.Contents(
        bureau=volume.station.at_level(Office.Level.CITY).name,
        station=volume.station.name,
        number=volume.number,
        year=volume.year,
        retention=RETENTION[volume.retention],
        category=f"{volume.category} {_categories().get(volume.category, '')}",
        place=place_of(volume) or "未上架",
        code=code_of(volume),
        state="已装订" if volume.state == Volume.State.BOUND else "装卷中，未装订",
        entries=tuple(_entry(item) for item in items),
        pages=volume.pages,
        remarks=tuple(_remark(one, items) for one in differing),
        bound_by=volume.bound_by.name if volume.bound_by else "",
        bound_on=_day(volume.bound_at),
        printed_at=clock.now(),
    )
    return papers.contents(listed)


def binding_list(station: Office, year: int) -> bytes:
    """Every volume of a station and year, and what is not bound."""
    names = _categories()
    counted = queries.counts([station], year)
    volumes = Volume.objects.filter(station=station, year=year).with_context()
    cases = dict(
        VolumeItem.objects.filter(volume__station=station, volume__year=year, taken_out_at=None)
        .order_by()
        .values_list("volume")
        .annotate(n=Count("pk"))
    )
    waiting = Paper.objects.filter(station=station, year=year, track=Track.DUAL, bound_at=None)
    rows = waiting.order_by("category", "retention").values_list("category", "retention").annotate(n=Count("pk"))
    listed = papers.BindingList(
        bureau=station.at_level(Office.Level.CITY).name,
        station=station.name,
        year=year,
        due_on=f"{paper_alerts.last_day(year):%Y-%m-%d}",
        volumes=tuple(
            papers.Bound(
                number=volume.number,
                category=names.get(volume.category, volume.category),
                retention=RETENTION[volume.retention],
                cases=cases.get(volume.pk, 0),
                pages=volume.pages,
                place=place_of(volume),
                bound_on=_day(volume.bound_at),
                bound_by=volume.bound_by.name if volume.bound_by else "",
            )
            for volume in volumes
        ),
        waiting=tuple((f"{code} {names.get(code, '')}", RETENTION[retention], n) for code, retention, n in rows),
        filed=counted.filed,
        single=counted.single,
        bound=counted.bound,
        printed_at=clock.now(),
    )
    return papers.binding_list(listed)


def live_items(volume: Volume) -> list[VolumeItem]:
    """What lies in a volume now, in order, with its cases."""
    return list(
        volume.items.filter(taken_out_at=None)
        .select_related("case__subtype__catalogue", "case__archive_record", "put_in_by")
        .order_by("position")
    )


def place_of(volume: Volume) -> str:
    """Cabinet, shelf and box of a volume in Chinese; empty before it has any."""
    if volume.box is None:
        return ""
    box = f"盒 {volume.box.sequence:05d}"
    cabinet = volume.box.cabinet
    return box if cabinet is None else f"{cabinet.room} {cabinet.name} 第 {volume.box.shelf} 层 {box}"


def _of_volume(volume: Volume, names: dict[str, str]) -> papers.Label:
    items = live_items(volume)
    last = [item.case.archive_record.number.rpartition("-")[2] for item in items]
    numbers = f"{min(last)}–{max(last)}" if last else "—"
    return papers.Label(
        kind="volume",
        station=volume.station.name,
        heading=f"第 {volume.sequence:04d} 卷",
        title=names.get(volume.category, volume.category),
        rows=(
            ("年度", str(volume.year)),
            ("期限", RETENTION[volume.retention]),
            ("件号", numbers),
            ("件数", str(len(items))),
            ("页数", str(volume.pages)),
        ),
        number=volume.number,
        code=code_of(volume),
    )


def _of_box(box: Box) -> papers.Label:
    inside = box.volumes.order_by()
    told = inside.aggregate(n=Count("pk"), first=Min("year"), last=Max("year"), pages=Sum("pages"))
    kept = Counter(inside.values_list("retention", flat=True))
    years = "—" if not told["n"] else str(told["first"])
    if told["n"] and told["first"] != told["last"]:
        years = f"{told['first']}–{told['last']}"
    return papers.Label(
        kind="box",
        station=box.station.name,
        heading=f"盒 {box.sequence:05d}",
        title="户政档案",
        rows=(
            ("年度", years),
            ("期限", "、".join(RETENTION[one] for one in RETENTION if kept[one]) or "—"),
            ("卷数", str(told["n"])),
            ("页数", str(told["pages"] or 0)),
        ),
        number=box.number,
        code=code_of(box),
    )


def _entry(item: VolumeItem) -> papers.Entry:
    remarks = [f"含打印件 {item.printed} 页"] if item.printed else []
    if item.differs:
        remarks.append(f"纸质 {item.pages - item.printed} 页，电子 {item.captured} 页")
    return papers.Entry(
        position=item.position,
        archive_number=item.case.archive_record.number,
        case_number=item.case.number or "",
        subject=papers.CONFIDENTIAL if is_secret(item.case.subtype) else _subject(item.case),
        page_from=item.page_from,
        page_to=item.page_to,
        pages=item.pages,
        remark="，".join(remarks),
    )


def _subject(case: Case) -> str:
    """题名: whom and what it was about."""
    name = str(case.form.get("subject_name", "")) or case.applicant_name
    return f"{name}　{case.subtype.name_zh}"


def _remark(found: Difference, items: list[VolumeItem]) -> str:
    at = next((item.position for item in items if item.case_id == found.case_id), None)
    what = f"第 {at} 件：" if at else "整卷："
    with translation.override("zh-hans"):
        what += f"{found.get_found_display()}发现{found.get_kind_display()}"
        if found.counted is not None and found.expected is not None:
            what += f"，纸质 {found.counted} 页，应为 {found.expected} 页"
        # What an officer wrote may name a person; of a confidential case it is not printed.
        secret = found.case is not None and is_secret(found.case.subtype)
        what += "。" if secret else f"（{found.note}）。"
        if found.settled_at is None or found.settled_by is None:
            return f"{what}尚未处理。"
        said = "" if secret else f"：{found.settled_note}"
        return f"{what}{_day(found.settled_at)} {found.settled_by.name} {found.get_settled_display()}{said}。"


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.CITY_TIME):%Y-%m-%d}" if moment else ""


def _categories() -> dict[str, str]:
    rows = SubType.objects.filter(catalogue__is_current=True).order_by("category_code")
    return dict(rows.values_list("category_code", "category_zh").distinct())
