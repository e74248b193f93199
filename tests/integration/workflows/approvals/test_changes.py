"""What an officer is shown as changed since they last decided."""

from __future__ import annotations

import pytest
from django.test import Client

from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.approvals import actions, changes
from workflows.approvals.models import SeenContent
from workflows.cases import actions as case_actions
from workflows.cases import folders
from workflows.cases.models import Case, MaterialPage


@pytest.fixture
def returned(db: None, station: Office, clerk: Officer, leader: Officer) -> Case:
    """A case the leader sent back for supplement."""
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    case = cases.handed_up(station, clerk)
    actions.decide(case_id=case.pk, level=2, outcome="return", by=leader, seen=cases.seen(case), opinion="请补正")
    return cases.again(case)


def update(case: Case, clerk: Officer, **form: str) -> None:
    said = demo.application() | form
    facts, judged = set(case.facts), set(case.judged)
    case_actions.update_case(case_id=case.pk, form=said, facts=facts, judged=judged, by=clerk)


def handed_up_again(case: Case, clerk: Officer) -> Case:
    return cases.sent_up(cases.again(case), clerk)


def test_nothing_is_shown_to_who_never_decided_nor_where_nothing_changed(
    returned: Case, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    assert changes.since(returned, leader) is None
    update(returned, clerk, reason="另有理由")
    assert changes.since(cases.again(returned), branch_officer) is None


def test_a_field_reads_otherwise_before_and_now(returned: Case, clerk: Officer, leader: Officer) -> None:
    update(returned, clerk, reason="与同村人同名", address="云溪市桥头街 9 号")
    seen = changes.since(handed_up_again(returned, clerk), leader)
    assert seen is not None
    before = demo.application()
    assert {(field.name, field.before, field.now) for field in seen.fields} == {
        ("reason", before["reason"], "与同村人同名"),
        ("address", before.get("address", ""), "云溪市桥头街 9 号"),
    }
    assert (seen.added, seen.gone, seen.reordered) == ((), (), False)
    assert seen.count == 2


def test_a_page_taken_anew_is_shown_beside_the_one_it_replaced(returned: Case, clerk: Officer, leader: Officer) -> None:
    old = MaterialPage.objects.filter(material__case=returned, superseded_at=None).order_by("pk")[0]
    new = cases.place(returned, old.material.code, clerk)
    MaterialPage.objects.filter(pk=old.pk).update(
        superseded_at=new.placed_at, superseded_by=clerk, superseded_reason="太模糊"
    )
    MaterialPage.objects.filter(pk=new.pk).update(position=old.position)
    seen = changes.since(handed_up_again(returned, clerk), leader)
    assert seen is not None
    assert [page.placement.pk for page in seen.added] == [new.pk]
    assert [(page.placement.pk, page.successor and page.successor.pk) for page in seen.gone] == [(old.pk, new.pk)]


def test_an_added_and_a_taken_out_page_stand_alone(returned: Case, clerk: Officer, leader: Officer) -> None:
    slot = returned.materials.order_by("position")[0]
    extra = cases.place(returned, slot.code, clerk)
    seen = changes.since(cases.again(returned), leader)
    assert seen is not None
    assert [page.placement.pk for page in seen.added] == [extra.pk]
    assert (seen.gone, seen.fields) == ((), ())


def test_the_decision_page_shows_them(
    returned: Case, clerk: Officer, leader: Officer, client: Client, branch_officer: Officer
) -> None:
    update(returned, clerk, reason="与同村人同名")
    slot = returned.materials.order_by("position")[0]
    extra = cases.place(returned, slot.code, clerk)
    handed_up_again(returned, clerk)
    client.force_login(leader)
    page = client.get(f"/cases/{returned.pk}/decide/").content.decode()
    assert 'id="changed"' in page
    assert "<ins>与同村人同名</ins>" in page
    assert f'data-shows-page="{extra.pk}"' in page
    client.force_login(branch_officer)
    assert 'id="changed"' not in client.get(f"/cases/{returned.pk}/decide/").content.decode()


def test_the_content_of_a_decision_is_kept_once(returned: Case) -> None:
    kept = SeenContent.objects.filter(case=returned)
    assert [row.digest for row in kept] == [folders.content_digest(cases.again(returned))]
