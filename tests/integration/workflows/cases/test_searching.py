"""What finds a case, for whom, and what never does."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.cases import actions, searching
from workflows.cases.models import Case, SearchEntry


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    cases.load_catalogue()


def opened(station: Office, clerk: Officer, name: str, subtype: str = "1102", **form: str) -> Case:
    said = demo.application() | {"applicant_name": name} | form
    return actions.open_case(station=station, subtype_code=subtype, form=said, facts=set(), by=clerk)


def found(by: Officer, asked: str) -> set[int]:
    return {case.pk for case in searching.find(by, asked, most=50)}


@pytest.mark.parametrize(
    "asked", ["张", "晓明", "张晓明", "张 晓明", "zhang", "zhangx", "ZhangXiaoMing", "zxm", "zx", "张晓"]
)
def test_a_name_is_found_by_characters_pinyin_and_initials(station: Office, clerk: Officer, asked: str) -> None:
    case = opened(station, clerk, "张晓明")
    opened(station, clerk, "王海")
    assert found(clerk, asked) == {case.pk}


@pytest.mark.parametrize("asked", ["明晓", "张明", "晓张明", "xm", "zhangm", "hz", "", "  ", "·", "@1"])
def test_what_is_not_in_the_name_does_not_find_it(station: Office, clerk: Officer, asked: str) -> None:
    opened(station, clerk, "张晓明")
    assert found(clerk, asked) == set()


def test_a_surname_is_found_as_it_is_read(station: Office, clerk: Officer) -> None:
    case = opened(station, clerk, "单曾吕")
    assert found(clerk, "shan") == found(clerk, "szl") == found(clerk, "dan") == {case.pk}


@pytest.mark.parametrize("asked", ["买买提·艾力", "买买提艾力", "艾力", "mmt", "maimaiti"])
def test_a_name_in_two_parts_is_found_with_and_without_its_dot(station: Office, clerk: Officer, asked: str) -> None:
    case = opened(station, clerk, "买买提·艾力")
    assert found(clerk, asked) == {case.pk}


def test_the_person_concerned_is_found_as_well_as_the_applicant(station: Office, clerk: Officer) -> None:
    case = opened(station, clerk, "张晓明", subject_name="赵小军")
    assert found(clerk, "小军") == found(clerk, "zxj") == {case.pk}


def test_pairs_from_two_names_are_no_name(station: Office, clerk: Officer) -> None:
    opened(station, clerk, "张晓明", subject_name="明海")
    assert found(clerk, "晓明海") == set()


def test_a_corrected_name_is_found_and_the_old_one_is_not(station: Office, clerk: Officer) -> None:
    case = opened(station, clerk, "张晓明")
    said = demo.application() | {"applicant_name": "李冰"}
    actions.update_case(case_id=case.pk, form=said, facts=set(), judged=set(), by=clerk)
    assert (found(clerk, "张"), found(clerk, "libing")) == (set(), {case.pk})


def test_an_id_number_is_found_whole_only(station: Office, clerk: Officer) -> None:
    case = opened(station, clerk, "张晓明")
    number = case.applicant.id_number or ""
    assert (
        found(clerk, number) == found(clerk, number.lower()) == found(clerk, f"{number[:6]} {number[6:]}") == {case.pk}
    )
    assert found(clerk, number[:17]) == found(clerk, number[-6:]) == set()


def test_a_number_is_found_whole_by_its_end_and_by_its_beginning(station: Office, clerk: Officer) -> None:
    case = cases.accepted(station, clerk)
    number = case.number or ""
    for asked in (number, number[-4:], number[-5:], number[-7:], number[12:], number[:20], number[:25], number[:12]):
        assert found(clerk, asked) == {case.pk}, asked
    assert found(clerk, number[-3:]) == set()
    assert found(clerk, "9" + number[-8:]) == set()


def test_each_office_finds_its_own_scope(
    station: Office,
    other_station: Office,
    clerk: Officer,
    other_clerk: Officer,
    leader: Officer,
    branch_officer: Officer,
    city_officer: Officer,
    overseer: Officer,
    system_admin: Officer,
) -> None:
    mine, theirs = opened(station, clerk, "张晓明").pk, opened(other_station, other_clerk, "张晓明").pk
    for asked in ("张", "晓明", "zxm", demo.application()["applicant_id_number"]):
        assert found(clerk, asked) == found(leader, asked) == {mine}
        assert found(other_clerk, asked) == {theirs}
        assert found(branch_officer, asked) == found(city_officer, asked) == found(overseer, asked) == {mine, theirs}
        assert found(system_admin, asked) == set()


def test_another_branch_finds_nothing(station: Office, clerk: Officer, city: Office) -> None:
    from tests.support.people import make_office, make_officer

    stranger = make_officer("孙宇", "branch_officer", make_office("云西分局", level="branch", parent=city))
    case = cases.accepted(station, clerk)
    assert found(stranger, case.applicant_name) == found(stranger, case.number or "") == set()


def test_an_adoption_is_found_by_its_whole_number_only(station: Office, clerk: Officer, city_officer: Officer) -> None:
    case = opened(station, clerk, "张晓明", subtype="0301", subject_name="赵小军")
    number = "4" * 12 + "20261121" + "0301" + "00001"
    Case.objects.filter(pk=case.pk).update(
        number=number, status="accepted", accepted_by=clerk, accepted_at=case.opened_at
    )
    searching.index(cases.again(case))
    for by in (clerk, city_officer):
        assert found(by, number) == {case.pk}
        for asked in ("张晓明", "小军", "zxm", number[-5:], number[:20], case.applicant.id_number or ""):
            assert found(by, asked) == set(), asked


def test_only_so_many_are_answered_and_those_are_the_newest(station: Office, clerk: Officer) -> None:
    made = [opened(station, clerk, "张晓明").pk for _ in range(4)]
    assert [case.pk for case in searching.find(clerk, "张", most=2)] == [made[3], made[2]]


@pytest.mark.parametrize("asked", ["张", "晓明", "zxm"])
def test_short_names_ask_the_index(station: Office, clerk: Officer, asked: str) -> None:
    case = opened(station, clerk, "张晓明")
    model = SearchEntry.objects.get(pk=case.pk)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select case_id from cases_searchentry where words @> %s::varchar[]",
            [[asked, f"@{station.pk}"]],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_words" in plan
    assert asked in model.words


def test_the_index_can_be_made_anew(station: Office, clerk: Officer) -> None:
    case = opened(station, clerk, "张晓明")
    SearchEntry.objects.all().delete()
    assert found(clerk, "张") == set()
    call_command("index_cases", "--json")
    assert found(clerk, "张") == {case.pk}
