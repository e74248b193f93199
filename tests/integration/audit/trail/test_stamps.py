"""Checkpoints are stamped by somebody outside; a stamp that does not fit is found, with our program and with OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from audit.trail import actions as trail
from audit.trail import publication, stamping, verifier
from audit.trail.models import Checkpoint, Stamp
from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support import stampers
from tests.support.append_only import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(data_dir: Path, clerk: Officer) -> Checkpoint:
    """A stamped checkpoint, published."""
    for _ in range(3):
        trail.record("paper.laid", subject="cases.case:1", by=clerk, details={"pages": 1})
    trail.sequence(patience=30)
    stamping.stamp_newest()
    publication.publish()
    return Checkpoint.objects.get()


def test_a_checkpoint_is_stamped_once(log: Checkpoint) -> None:
    assert stamping.stamp_newest() is None
    stamp = Stamp.objects.get()
    assert (stamp.tree_size, stamp.authority) == (3, "own")
    assert abs(stamp.stamped_at - log.at) < timedelta(minutes=1)
    report = verifier.verify()
    assert (report.held, report.stamps) == (True, 1)


def test_an_empty_log_has_nothing_to_stamp(data_dir: Path, db: None) -> None:
    assert stamping.stamp_newest() is None


def test_a_service_that_is_down_is_said(log: Checkpoint, clerk: Officer, settings: object) -> None:
    trail.record("paper.turned", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    with stampers.down() as address:
        settings.HUKOU_TSA_URLS = [address]  # type: ignore[attr-defined]
        with pytest.raises(stamping.NotStamped):
            stamping.stamp_newest()
    assert Stamp.objects.count() == 1


@pytest.mark.parametrize("change", ["token", "time", "checkpoint"])
def test_a_stamp_that_does_not_fit_is_found(log: Checkpoint, change: str) -> None:
    with as_superuser() as sql:
        if change == "token":
            sql.execute("update trail_stamp set token = set_byte(token, length(token) - 5, 1)")
        elif change == "time":
            sql.execute("update trail_stamp set stamped_at = stamped_at - interval '1 day'")
        else:
            sql.execute("update trail_checkpoint set note = replace(note, '— ', '—  ')")
    assert "stamp_forged" in {finding.kind for finding in verifier.verify().findings}


def test_an_old_stamp_still_holds(log: Checkpoint) -> None:
    with clock.frozen(clock.now() + timedelta(days=700)):
        assert verifier.verify().held


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize("changed", [False, True])
def test_openssl_verifies_the_published_stamp(log: Checkpoint, data_dir: Path, changed: bool) -> None:
    """The command README.md gives."""
    folder = publication.folder() / "stamps"
    note = folder / "3"
    if changed:
        note.write_text(note.read_text().replace("\n3\n", "\n4\n"))
    root = next(data_dir.rglob("ca-p256/root.pem"))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "3", "-in", "3.tst", "-token_in", "-CAfile", str(root)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is not changed, done.stdout + done.stderr
