"""Whoever acts for the applicant is named with a valid ID number: in the form, before acceptance, before handing up."""

from __future__ import annotations

import pytest

from hukou.accounts import demo
from hukou.kernel import id_numbers
from tests.support.stages import Bureau, fresh
from workflows.cases import actions, errors
from workflows.cases.models import Case, CaseParty

pytestmark = pytest.mark.django_db
BODY = f"{demo.AREA}19700601007"
NUMBER = BODY + id_numbers.check_character(BODY)
PROXY = {"proxy_name": "周某", "proxy_id_number": NUMBER}
OF_THE_APPLICANT = {"proxy_name": "周某", "proxy_id_number": demo.application()["applicant_id_number"]}
WRONG_CHECK = {"proxy_name": "周某", "proxy_id_number": BODY + ("1" if NUMBER[-1] != "1" else "2")}


def corrected(bureau: Bureau, case: Case, **form: str) -> Case:
    return actions.update_case(
        case_id=case.pk, form=demo.application() | form, facts={"proxy"}, judged=set(), by=bureau.clerk
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"proxy_name", "proxy_id_number"}),
        ({"proxy_name": "周某"}, {"proxy_id_number"}),
        ({"proxy_id_number": NUMBER}, {"proxy_name"}),
        (WRONG_CHECK, {"proxy_id_number"}),
        (OF_THE_APPLICANT, {"proxy_id_number"}),
    ],
)
def test_a_proxy_is_named_when_somebody_acts(bureau: Bureau, said: dict[str, str], wrong: set[str]) -> None:
    case = bureau.draft()
    with pytest.raises(errors.BadForm) as bad:
        corrected(bureau, case, **said)
    assert set(bad.value.data["problems"]) == wrong
    with pytest.raises(errors.BadForm):
        actions.open_case(
            station=bureau.station,
            subtype_code="1102",
            form=demo.application() | said,
            facts={"proxy"},
            by=bureau.clerk,
        )
    assert (fresh(case).facts, Case.objects.count()) == ([], 1)


def test_the_risk_screen_knows_a_proxy_who_was_named(bureau: Bureau) -> None:
    case = corrected(bureau, bureau.draft(), **PROXY)
    assert CaseParty.objects.get(case=case).person.id_number == NUMBER


def test_a_case_older_than_the_rule_is_neither_accepted_nor_handed_up_before_the_proxy_is_named(
    bureau: Bureau,
) -> None:
    case = bureau.complete()
    before_the_rule(case)
    with pytest.raises(errors.ProxyUnnamed):
        bureau.accept(case)
    corrected(bureau, case, **PROXY)
    case = bureau.accept(fresh(case), deferred_reason="委托书待补")
    before_the_rule(case)
    with pytest.raises(errors.ProxyUnnamed):
        bureau.hand_up(case)
    corrected(bureau, case, **PROXY)
    bureau.fill(case, "acceptance", "investigation")
    assert bureau.hand_up(case).status == Case.Status.IN_REVIEW


def before_the_rule(case: Case) -> None:
    row = fresh(case)
    said = {name: text for name, text in row.form.items() if not name.startswith("proxy")}
    Case.objects.filter(pk=case.pk).update(facts=["proxy"], form=said)
