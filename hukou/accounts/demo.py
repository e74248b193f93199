"""The demo city 云溪市公安局: three branches, nine stations, an officer for every duty. Nobody and no place in it exists."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.utils.translation import override

from hukou.kernel import id_numbers

from .errors import RealOffices
from .models import Duty, Office, Officer

AREA = "429901"
"""An area code nobody has."""
FOUNDED = date(2026, 1, 1)
CITY = ("429900000000", "云溪市公安局", "市局")
BRANCHES = (
    ("429901000000", "云溪市公安局云东分局", "云东分局", ("桥头", "东湖", "石桥里")),
    ("429902000000", "云溪市公安局溪南分局", "溪南分局", ("望江", "柳林", "南浦")),
    ("429903000000", "云溪市公安局云台分局", "云台分局", ("云台山", "古塔", "青石")),
)
R = Duty.Role
STATION_STAFF = (R.DESK_OFFICER, R.DESK_OFFICER, R.AUXILIARY, R.COMMUNITY_OFFICER, R.STATION_LEADER, R.STATION_LEADER)
BRANCH_STAFF = (R.BRANCH_OFFICER, R.BRANCH_OFFICER, R.BRANCH_OFFICER)
CITY_STAFF = (
    R.CITY_OFFICER,
    R.CITY_OFFICER,
    R.OVERSEER,
    R.OVERSEER,
    R.SYSTEM_ADMIN,
    R.SECURITY_ADMIN,
    R.AUDIT_ADMIN,
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = ("明远", "立新", "晓岚", "思源", "一鸣", "若溪", "建国", "静怡", "文博", "海涛", "雨桐", "志强", "婉清")


def seed() -> None:
    """Found the city if it is not there. Safe to repeat and to race. Raises RealOffices beside a real bureau."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('accounts.demo'))")
        if Office.objects.exclude(code__startswith=CITY[0][:4]).exists():
            raise RealOffices
        if not Office.objects.filter(code=CITY[0]).exists():
            _found()
        elif not check_password(password(), Officer.objects.order_by("number")[0].password):
            # The data folder (or the setting) is another one: what is printed must open the accounts.
            hashed = make_password(password())
            for officer in Officer.objects.all():
                officer.password = hashed
                officer.save(update_fields=["password"])
    _write_table()


def _found() -> None:
    hashed = make_password(password())
    people = _people()
    city = _office(CITY[0], CITY[1], CITY[2], Office.Level.CITY, None)
    _staff(city, "9", CITY_STAFF, people, hashed)
    for place, (code, name, short, stations) in enumerate(BRANCHES, 1):
        branch = _office(code, name, short, Office.Level.BRANCH, city)
        _staff(branch, f"{place}0", BRANCH_STAFF, people, hashed)
        for number, station in enumerate(stations, 1):
            office = _office(
                f"{code[:6]}{number:02d}0000",
                f"{name}{station}派出所",
                f"{station}派出所",
                Office.Level.STATION,
                branch,
            )
            _staff(office, f"{place}{number}", STATION_STAFF, people, hashed)
    _staff(city, "8", (R.SEAL_KEEPER,), people, hashed)


def password() -> str:
    """The one password of all demo accounts."""
    return settings.HUKOU_DEMO_PASSWORD or _secrets()["password"]


def pin() -> str:
    """The one seal PIN of all demo officers."""
    return settings.HUKOU_DEMO_PIN or _secrets()["pin"]


def accounts_table() -> str:
    """The main accounts for people to read, Chinese and English."""
    rows = [f"  口令 password: {password()}    签章 PIN: {pin()}", ""]
    shown = Duty.objects.filter(office__in=_shown_offices()).select_related("officer", "office")
    for duty in shown.order_by("-office__level", "office__code", "officer__number"):
        with override("zh-hans"):
            chinese = str(Duty.Role(duty.role).label)
        with override("en"):
            english = str(Duty.Role(duty.role).label)
        who = f"{duty.officer.number}  {duty.officer.name}"
        rows.append(f"  {who}  {duty.office.short_name}  {chinese} / {english}")
    return "\n".join(rows)


def application() -> dict[str, str]:
    """An invented citizen's application form."""
    body = f"{AREA}19900307123"
    return {
        "applicant_name": "林知夏",
        "applicant_id_number": body + id_numbers.check_character(body),
        "phone": "13800000000",
        "subject_name": "林知夏",
        "address": "云溪市云东区桥头路18号",
        "before": "林知夏",
        "after": "林之夏",
        "reason": "与学籍、社会保险登记的姓名保持一致",
    }


def _shown_offices() -> list[Office]:
    station = Office.objects.filter(level=Office.Level.STATION).order_by("code")[:1]
    return [office for found in station for office in (found, found.at_level("branch"), found.at_level("city"))]


def _office(code: str, name: str, short: str, level: str, parent: Office | None) -> Office:
    return Office.objects.create(
        code=code, name=name, short_name=short, level=level, parent=parent, duty_phone=_phone(code)
    )


def _phone(code: str) -> str:
    """A number nobody has: the public network gives out none that begins with 1000."""
    return f"1000{code[4:8]}000"


def _staff(office: Office, prefix: str, roles: tuple[R, ...], people: Iterator[tuple[str, str]], hashed: str) -> None:
    for place, role in enumerate(roles, 1):
        name, id_number = next(people)
        officer = Officer.objects.create(
            number=f"{prefix:0<3}{place:03d}",
            name=name,
            id_number=id_number,
            kind=Officer.Kind.AUXILIARY if role == R.AUXILIARY else Officer.Kind.OFFICER,
            password=hashed,
        )
        Duty.objects.create(officer=officer, office=office, role=role, starts_on=FOUNDED)


def _people() -> Iterator[tuple[str, str]]:
    """Invented names with possible ID numbers, no two alike."""
    for place in range(len(SURNAMES) * len(GIVEN)):
        name = SURNAMES[place % len(SURNAMES)] + GIVEN[(place * 5 + place // len(SURNAMES)) % len(GIVEN)]
        body = f"{AREA}{1970 + place % 28}{place % 12 + 1:02d}{place % 27 + 1:02d}{place:03d}"
        yield name, body + id_numbers.check_character(body)


def _write_table() -> None:
    path = _folder() / "demo-accounts.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(accounts_table() + "\n")


@lru_cache(maxsize=1)
def _secrets() -> dict[str, str]:
    """Password and PIN, made once for a data folder."""
    path = _folder() / "keys" / "demo-accounts.json"
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with (path.parent / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            letters = "abcdefghjkmnpqrstuvwxyz23456789"
            word = "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
            made = {"password": word, "pin": f"{secrets.randbelow(10**6):06d}"}
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _folder() -> Path:
    folder: Path = settings.HUKOU_DATA_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
