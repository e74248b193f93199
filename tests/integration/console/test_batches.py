"""Sealing in batches as the officer's browser does it: bring, look, PIN, progress."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hukou.accounts.models import Officer
from tests.integration.console.conftest import SignedIn
from tests.support import cases
from tests.support.certificates import certificate
from workflows.seals import verify
from workflows.seals.bulk import queries, signing
from workflows.seals.bulk.models import Batch
from workflows.seals.types import Outcome


@pytest.fixture
def desk(signed_in: SignedIn, clerk: Officer) -> Client:
    cases.give_seals(clerk)
    return signed_in(clerk)


@pytest.fixture
def batch(desk: Client) -> Batch:
    """Three papers, brought through the page."""
    desk.post(reverse("batches"), {"title": "十一月户籍证明"})
    batch = Batch.objects.get()
    files = [SimpleUploadedFile(f"{n}.pdf", certificate(n, pages=2), "application/pdf") for n in (1, 2, 3)]
    desk.post(reverse("batch_bring", args=[batch.pk]), {"papers": files})
    return batch


def look_at(desk: Client, batch: Batch, position: int) -> Any:
    item = queries.item_at(batch, position)
    for page in range(1, item.pages + 1):
        assert desk.get(reverse("batch_picture", args=[batch.pk, position, page]))["Content-Type"] == "image/png"
    return desk.post(reverse("batch_shown", args=[batch.pk, position]), {"document": item.sha256})


def test_brought_looked_at_and_sealed(
    desk: Client, batch: Batch, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert queries.tally(batch).waiting == 3
    assert look_at(desk, batch, 1)["Location"] == f"{reverse('batch_look', args=[batch.pk])}?after=1"
    look_at(desk, batch, 2)
    monkeypatch.setattr(signing, "start", signing.sign_all)  # here, not in a thread that does not see the test's rows
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(reverse("batch_begin", args=[batch.pk]), {"pin": cases.PIN})
    assert answer.status_code == 302
    assert queries.tally(batch) == queries.Tally(waiting=1, signed=2)
    pdf = desk.get(reverse("batch_paper", args=[batch.pk, 2])).content
    assert verify.report(pdf).outcome == Outcome.PASSED


def test_the_wrong_pin_seals_nothing_and_is_not_shown_again(desk: Client, batch: Batch) -> None:
    look_at(desk, batch, 1)
    answer = desk.post(reverse("batch_begin", args=[batch.pk]), {"pin": "918273"})
    assert answer.status_code == 422
    assert "918273" not in answer.content.decode()
    assert queries.tally(batch).signed == 0
    batch.refresh_from_db()
    assert not batch.run


def test_a_paper_is_not_believed_to_be_shown_before_its_pictures_were_fetched(desk: Client, batch: Batch) -> None:
    item = queries.item_at(batch, 1)
    desk.get(reverse("batch_picture", args=[batch.pk, 1, 1]))
    answer = desk.post(reverse("batch_shown", args=[batch.pk, 1]), {"document": item.sha256})
    assert answer.status_code == 422
    assert queries.tally(batch).shown == 0


def test_a_file_that_does_not_fit_is_named_and_the_rest_is_brought(desk: Client, batch: Batch) -> None:
    files = [SimpleUploadedFile("bad.pdf", b"%PDF-1.7 nothing"), SimpleUploadedFile("4.pdf", certificate(4))]
    answer = desk.post(
        reverse("batch_bring", args=[batch.pk]), {"papers": files}, headers={"X-Requested-With": "fetch"}
    ).json()
    assert answer["brought"] == 1
    assert [one["name"] for one in answer["refused"]] == ["bad.pdf"]


def test_the_page_of_a_batch_costs_the_same_however_many_papers_it_has(
    desk: Client, batch: Batch, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        desk.get(reverse("batch", args=[batch.pk]))


def test_after_the_last_paper_the_officer_is_back_at_the_batch(desk: Client, batch: Batch) -> None:
    for position in (1, 2, 3):
        look_at(desk, batch, position)
    answer = desk.get(reverse("batch_look", args=[batch.pk]))
    assert answer["Location"] == reverse("batch", args=[batch.pk])
