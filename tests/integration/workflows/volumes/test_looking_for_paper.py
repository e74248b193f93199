"""Where paper is, what is not bound in time, what a scanner finds, what is printed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases, paper, watching
from workflows.papers import forms
from workflows.volumes import actions, errors, paper_alerts, prints, queries, scanning
from workflows.volumes.types import Where

pytestmark = pytest.mark.django_db

LAST_YEAR = 2025
MARCH = datetime(2026, 3, 31, 23, 59, tzinfo=clock.CITY_TIME)


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


def test_paper_not_bound_by_the_day_is_a_duty_of_its_station(
    station: Office, clerk: Officer, other_station: Office, other_clerk: Officer
) -> None:
    case = paper.filed(station, clerk, year=LAST_YEAR)
    paper.bound(paper.filed(other_station, other_clerk, year=LAST_YEAR), other_clerk)
    assert watching.found(paper_alerts.NOT_BOUND, MARCH) == []
    after = MARCH + timedelta(minutes=2)
    (due,) = watching.found(paper_alerts.NOT_BOUND, after)
    assert (due.subject, due.office_id) == (f"volumes.binding:{station.pk}-{LAST_YEAR}", station.pk)
    assert (due.due_at, due.details) == (MARCH + timedelta(minutes=1), {"year": LAST_YEAR, "cases": 1})
    assert paper_alerts.last_day(LAST_YEAR) == MARCH.date()
    with clock.frozen(after):
        alerts.sweep()
        assert Alert.objects.filter(rule=paper_alerts.NOT_BOUND).count() == 1
        paper.bound(case, clerk)
        alerts.sweep()
    assert Alert.objects.get(rule=paper_alerts.NOT_BOUND).settled_at == after
    assert list(queries.unbound(station, LAST_YEAR)) == []


def test_what_is_counted_is_what_there_is(station: Office, clerk: Officer, city_officer: Officer) -> None:
    actions.set_track(
        subtype="0101", track="single", starts_on=clock.today(), legal_basis="试点批复", reason="试点", by=city_officer
    )
    lying, away = paper.filed(station, clerk), paper.filed(station, clerk)
    paper.filed(station, clerk, "0101")
    bound = paper.bound(paper.filed(station, clerk), clerk)
    paper.put_in(lying, paper.volume(lying, clerk), clerk)
    loan = actions.request_paper(case_id=away.pk, purpose="repair", by=clerk)
    actions.hand_over(loan_id=loan.pk, handed_to="技术科", pages=1, due_on=clock.today(), by=clerk)
    with clock.frozen(clock.now() + timedelta(days=2)):
        told = queries.counts([station])
    assert (told.filed, told.single, told.bound, told.unbound) == (4, 1, 1, 2)
    assert (told.volumes, told.open_volumes, told.asked, told.out, told.late, told.differences) == (2, 1, 0, 1, 1, 0)
    (kind,) = queries.in_tray(station)
    assert (kind.category, kind.cases) == ("11", 1)
    place = queries.place_of(bound.items.get().case)
    assert (place.where, place.volume, place.box) == (Where.VOLUME, bound, None)


def test_a_scanner_finds_by_every_code_and_number_and_only_at_home(
    station: Office, clerk: Officer, other_station: Office
) -> None:
    case = paper.filed(station, clerk)
    volume = paper.volume(case, clerk)
    box = actions.make_box(station_id=station.pk, by=clerk)
    number = case.archive_record.number
    for said, found in (
        (scanning.code_of(volume), volume),
        (volume.number.lower().replace("·", "."), volume),
        (f"  {scanning.code_of(box)}\r\n", box),
        (box.number, box),
        (case.number, case),
        (number, case),
        ("".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in number), case),
        (forms.slot_text(case.pk, "M_APPLY_FORM"), case),
    ):
        at_home = scanning.find(str(said), stations=[station])
        assert found in (at_home.case, at_home.volume, at_home.box)
        with pytest.raises(errors.NothingFound):
            scanning.find(str(said), stations=[other_station])
    for nothing in ("", " ", "HKV 0", "HKV x", "0" * 29, "HK1 1", "'; drop"):
        with pytest.raises(errors.NothingFound):
            scanning.find(nothing, stations=[station])


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="reads the PDF back with pdftotext")
def test_what_is_printed_says_where_what_is_and_keeps_adoptions_secret(
    station: Office, clerk: Officer, tmp_path: Path
) -> None:
    plain, secret = paper.filed(station, clerk), paper.filed(station, clerk, "0301")
    name = str(plain.form.get("subject_name") or plain.applicant_name)
    open_one, bound = paper.volume(plain, clerk), paper.bound(secret, clerk)
    paper.put_in(plain, open_one, clerk)
    actions.record_difference(case_id=secret.pk, kind="damaged", found="binding", note=f"{name}的页破损", by=clerk)
    cabinet = actions.make_cabinet(station_id=station.pk, room="档案室", name="1 号柜", by=clerk)
    box = actions.make_box(station_id=station.pk, cabinet_id=cabinet.pk, shelf=3, by=clerk)
    for one in (open_one, bound):
        actions.move_volume(volume_id=one.pk, box_id=box.pk, reason="", by=clerk)
    open_one, bound = (queries.volume_for(clerk, one.pk) for one in (open_one, bound))
    listed = text_of(prints.contents(open_one), tmp_path)
    assert name in listed
    assert plain.archive_record.number in listed.replace("\n", "")
    assert "档案室 1 号柜 第 3 层" in listed
    kept = text_of(prints.contents(bound), tmp_path)
    assert (name in kept, "内容保密" in kept, "破损" in kept) == (False, True, True)
    labels = text_of(prints.labels([box, open_one, bound]), tmp_path)
    assert (name in labels, "第 0001 卷" in labels, "盒 00001" in labels) == (False, True, True)
    year = clock.today().year
    binding = text_of(prints.binding_list(station, year), tmp_path)
    assert (f"{year + 1}-03-31" in binding, "未装订" in binding, name in binding) == (True, True, False)


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "print.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
