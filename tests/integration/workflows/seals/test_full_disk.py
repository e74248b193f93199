"""A full disk: nothing is decided that could not be stored, and what was decided waits for room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import disks
from workflows.seals import by_hand, errors, tasks
from workflows.seals.models import SealApplication

from .conftest import Signing


def drafts(data_dir: Path) -> list[Path]:
    return list((data_dir / "documents").rglob(".new-*"))


def test_a_decision_whose_file_cannot_be_stored_is_no_decision(signing: Signing, data_dir: Path) -> None:
    with disks.full(), pytest.raises(errors.StorageRefused):
        signing.sign(1)
    assert not SealApplication.objects.exists()
    assert not drafts(data_dir)
    assert signing.seal(1).state == "applied"


def test_a_seal_signed_before_waits_for_room_and_says_so(signing: Signing, data_dir: Path) -> None:
    signing.seal(1)
    application = signing.sign(2)
    with disks.full(), pytest.raises(errors.StorageRefused):
        tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.failure) == ("failed", "storage_refused")
    assert by_hand.words_of(application.failure) == str(errors.StorageRefused.message)
    assert not drafts(data_dir)
    tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert application.state == "applied"
