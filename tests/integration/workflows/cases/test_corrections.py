"""What was corrected in the form of a case can be read with before and after, also when nobody told the trail."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from hukou.accounts.models import Office, Officer
from hukou.kernel import id_numbers
from tests.support import cases
from workflows.cases import actions, corrections, forms
from workflows.cases.models import Case


@pytest.fixture
def draft(station: Office, clerk: Officer) -> Case:
    cases.load_catalogue()
    return cases.drafted(station, clerk)


def correct(case: Case, by: Officer, **fields: str) -> Case:
    typed = forms.values_of(case) | fields
    return actions.update_case(case_id=case.pk, form=typed, facts=set(case.facts), judged=set(case.judged), by=by)


def said(case: Case) -> list[list[tuple[str, str, str]]]:
    return [[(str(f.label), f.before, f.after) for f in one.fields] for one in corrections.of(case)]


def test_a_case_nobody_corrected_has_none_and_costs_one_question(draft: Case, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert corrections.of(draft) == []


def test_each_correction_says_what_stood_there_and_who_changed_it(draft: Case, clerk: Officer) -> None:
    was = draft.form["reason"]
    case = correct(correct(draft, clerk, reason="与学籍一致"), clerk, phone="13900000000")

    reason, phone = corrections.of(case)
    assert [(f.before, f.after) for f in reason.fields] == [(was, "与学籍一致")]
    assert [(f.before, f.after) for f in phone.fields] == [(draft.applicant_phone, "13900000000")]
    assert reason.by == phone.by == clerk


def test_another_applicant_is_seen_with_both_numbers(draft: Case, clerk: Officer) -> None:
    body = "42990119900307124"
    number = body + id_numbers.check_character(body)
    case = correct(draft, clerk, applicant_id_number=number)

    ((_label, before, after),) = [line for line in said(case)[0] if number in line]
    assert (before, after) == (draft.applicant.id_number, number)


def test_saving_what_stands_there_already_is_no_correction(draft: Case, clerk: Officer) -> None:
    assert corrections.of(correct(draft, clerk)) == []


def test_a_change_by_sql_is_seen_and_is_not_on_record(draft: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update cases_case set applicant_phone = '13700000000' where id = %s", [draft.pk])
    draft.refresh_from_db()

    (change,) = corrections.of(draft)
    assert not change.on_record
    assert [f.after for f in change.fields] == ["13700000000"]
