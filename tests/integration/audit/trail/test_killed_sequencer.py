"""A sequencer that is killed (SIGKILL) at any moment leaves the log that one which never died would have made."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from audit import verify
from audit.trail import actions as trail
from audit.trail import merkle, notes, publication, verifier
from audit.trail.models import Event
from hukou.accounts.models import Officer
from tests.support.deaths import KILLED, Mortal
from tests.support.site import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def mortal(data_dir: Path) -> Iterator[Mortal]:
    processes = Mortal({"DATABASE_URL": database_url(), "HUKOU_DATA_DIR": str(settings.HUKOU_DATA_DIR)})
    yield processes
    processes.end()


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=[pytest.mark.nightly, pytest.mark.timeout(3600)])])
def test_the_root_is_that_of_a_log_made_anew(mortal: Mortal, data_dir: Path, clerk: Officer, times: int) -> None:
    notes.log_signer(data_dir)
    seed = int(os.environ.get("KILL_SEED", "1"))
    chance = random.Random(seed)
    for round_ in range(times):
        for case in range(chance.randrange(1, 12)):
            with transaction.atomic():
                for _ in range(chance.randrange(1, 40)):
                    trail.record("paper.laid", subject=f"cases.case:{case}", by=clerk, details={"round": round_})
        moment = chance.uniform(0.005, 0.25)
        assert mortal.do("sequence", die_after=moment, batch=chance.randrange(1, 60)) == KILLED
        if round_ % 10 == 0:
            report = verifier.verify()
            assert report.held, (seed, round_, report.findings)
    trail.sequence(patience=60)
    publication.publish()

    anew = Event.objects.order_by("txid", "pk").values_list("leaf", flat=True)
    root = merkle.root(merkle.leaf_hash(bytes(leaf)) for leaf in anew)
    report = verifier.verify()
    assert report.held, (seed, report.findings)
    assert (report.tree_size, report.waiting, report.root) == (len(anew), 0, root.hex()), seed
    key = verify.Key.parse((publication.folder() / "log.vkey").read_text().strip())
    assert verify.verify_log(publication.folder(), key, []).held, seed
