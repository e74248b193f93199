"""What a case lacks stands on its row, whatever verb changed its pages, and since when it is whole."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases
from tests.support.stages import Bureau, fresh
from workflows.cases import folders, lacking, pages
from workflows.cases.models import Case, MaterialPage

pytestmark = pytest.mark.django_db


def require_true(case: Case) -> Case:
    """The row says what the slots say."""
    case = fresh(case)
    counts = folders.live_counts(case)
    assert case.lacking == [slot.spec.code for slot in folders.of(case).missing_of("acceptance")]
    assert case.page_count == sum(counts.values())
    return case


def test_the_row_follows_every_verb_that_changes_pages_or_ticks(bureau: Bureau) -> None:
    case = require_true(bureau.draft())
    assert case.lacking
    assert case.page_count == 0
    placed = bureau.capture(case, "M_HUKOU_BOOK")
    assert require_true(case).page_count == 1
    pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="拍错了", by=bureau.clerk)
    assert require_true(case).page_count == 0
    case = bureau.accept(bureau.fill(case, "acceptance"))
    assert (require_true(case).lacking, case.captured_at) == ([], case.accepted_at)
    case = require_true(bureau.late_of(bureau.file(bureau.refused())))
    with_late = case.page_count
    bureau.abandon_late_capture(case)
    assert require_true(case).page_count == with_late - 1


def test_a_fact_that_holds_makes_something_missing_and_the_case_is_whole_no_longer(bureau: Bureau) -> None:
    case = bureau.accepted()
    proxy = {"proxy_name": "周某", "proxy_id_number": "11010519491231002X"}
    with_proxy = cases.actions.update_case(
        case_id=case.pk, form=cases.demo.application() | proxy, facts={"proxy"}, judged=set(), by=bureau.clerk
    )
    assert "M_PROXY_LETTER" in require_true(with_proxy).lacking
    assert with_proxy.captured_at is None


def test_whole_is_the_first_moment_after_acceptance_and_a_supplement_does_not_change_it(
    station: Office, clerk: Officer, leader: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    case = cases.actions.accept_case(case_id=cases.drafted(station, clerk, "0103").pk, by=clerk, deferred_reason="停电")
    assert case.captured_at is None
    with clock.frozen(clock.now() + timedelta(hours=3)):
        cases.fill(case, clerk)
        whole = clock.now()
    case = cases.again(case)
    assert case.captured_at == whole
    placed = MaterialPage.objects.filter(material__case=case).select_related("material").first()
    assert placed is not None
    pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="拍错了", by=clerk)
    assert cases.again(case).captured_at is None
    cases.place(case, placed.material.code, clerk)
    again = cases.again(case).captured_at
    assert again is not None
    case = cases.decided(cases.sent_up(cases.again(case), clerk), leader, "return")
    placed = MaterialPage.objects.filter(material__case=case, superseded_at=None).first()
    assert placed is not None
    pages.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="换页", by=clerk)
    assert require_true(case).lacking
    assert cases.again(case).captured_at == again


def test_old_cases_are_filled_by_the_migration(station: Office, clerk: Officer) -> None:
    cases.load_catalogue()
    case, draft = cases.accepted(station, clerk, "0101"), cases.drafted(station, clerk, "0101")
    was = [(row.lacking, row.page_count) for row in Case.objects.order_by("pk")]
    Case.objects.update(lacking=[], page_count=0, captured_at=None)
    importlib.import_module("workflows.cases.migrations.0002_what_a_case_lacks").fill(apps, None)
    assert [(row.lacking, row.page_count) for row in Case.objects.order_by("pk")] == was
    assert cases.again(case).captured_at == case.accepted_at
    assert cases.again(draft).captured_at is None


def test_of_what_is_lacking_only_what_acceptance_needs_counts(station: Office, clerk: Officer) -> None:
    spec = cases.load_catalogue().subtypes.get(code="0401").spec
    found = lacking.of(spec, [], [], {})
    assert found
    assert {spec.material(code).stage for code in found} == {"acceptance"}
