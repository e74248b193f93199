"""The log in files: whoever copies them can verify everything; what was changed anywhere is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

import audit.verify
from audit.trail import actions as trail
from audit.trail import notes, publication
from audit.trail.errors import NotInTheLogYet
from audit.trail.export import export
from audit.trail.models import Event
from audit.verify import CannotVerify, Key, verify_exported, verify_log
from hukou.accounts.models import Officer
from tests.support import append_only
from tests.support.tampering import attack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(data_dir: Path) -> Key:
    return Key.parse(str(notes.log_signer(data_dir).verifier))


def lay(clerk: Officer, times: int, case: int = 1) -> None:
    for _ in range(times):
        trail.record("paper.laid", subject=f"cases.case:{case}", by=clerk, details={"pages": 1})


def published(clerk: Officer, *steps: int) -> Path:
    """A log that grew in steps."""
    for number, times in enumerate(steps, 1):
        lay(clerk, times, case=number)
        trail.sequence(patience=30)
        publication.publish()
    return publication.folder()


def test_the_files_are_verified_without_the_system(clerk: Officer, key: Key) -> None:
    report = verify_log(published(clerk, 3, 300, 2), key, [])
    assert (report.held, report.size, report.entries, report.findings) == (True, 305, 305, [])


def test_publishing_again_changes_no_file(clerk: Officer, data_dir: Path) -> None:
    folder = published(clerk, 5)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert publication.publish() == 5
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_an_empty_log_is_not_published(data_dir: Path) -> None:
    assert publication.publish() == 0
    assert publication.published() == 0


def test_lost_files_are_written_again(clerk: Officer, key: Key) -> None:
    folder = published(clerk, 300)
    (folder / "checkpoint").unlink()
    (folder / "tile/0/000").unlink()
    publication.publish()
    assert verify_log(folder, key, []).held


@attack("changes any byte of a copied log", found_by="audit.verify")
def test_every_changed_byte_of_a_copied_log_is_found(clerk: Officer, key: Key) -> None:
    folder = published(clerk, 270)
    for path in sorted(path for path in (folder / "tile").rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert not verify_log(folder, key, []).held, (path, place)
        path.write_bytes(whole)
    assert verify_log(folder, key, []).held


def test_a_missing_tile_and_another_key_are_found(clerk: Officer, key: Key) -> None:
    folder = published(clerk, 10)
    other = Key.parse(str(notes.Signer(key.name, bytes(32)).verifier))
    assert "not signed by" in verify_log(folder, other, []).findings[0]
    (folder / "tile/entries/000.p/10").unlink()
    assert any("missing" in finding for finding in verify_log(folder, key, []).findings)


def test_an_event_that_was_changed_or_removed_is_never_published(clerk: Officer, data_dir: Path) -> None:
    lay(clerk, 4)
    trail.sequence(patience=30)
    with append_only.as_superuser() as cursor:
        cursor.execute("delete from trail_event where subject_seq = 2")
    with pytest.raises(publication.LogDiffers):
        publication.publish()
    assert publication.published() == 0


def test_a_gap_in_the_numbering_is_found_by_the_files_alone(clerk: Officer, key: Key) -> None:
    """Removed before it was sequenced: the tree is sound, the numbering is not."""
    lay(clerk, 4)
    with append_only.as_superuser() as cursor:
        cursor.execute("delete from trail_event where subject_seq = 2")
    trail.sequence(patience=30)
    publication.publish()
    report = verify_log(publication.folder(), key, [])
    assert len(report.findings) == 1
    assert "cases.case:1 goes from 1 to 3" in report.findings[0]


def test_a_case_is_exported_with_proofs_and_verified_elsewhere(clerk: Officer, tmp_path: Path, key: Key) -> None:
    published(clerk, 3, 4)
    out = tmp_path / "out"
    assert export(2, out).events == 4
    done = subprocess.run(
        [sys.executable, "-I", str(out / "verify.py"), str(out), "--key", (out / "log.vkey").read_text().strip(), "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["held"], told["entries"], told["size"]) == (True, 4, 7)


@pytest.mark.parametrize("change", ["entry", "path", "left out", "checkpoint"])
def test_what_was_changed_in_an_export_is_found(clerk: Officer, tmp_path: Path, key: Key, change: str) -> None:
    published(clerk, 3, 4)
    out = tmp_path / "out"
    export(2, out)
    entry, proof = out / "000002.json", out / "000002.tlog-proof"
    if change == "entry":
        entry.write_bytes(entry.read_bytes().replace(b"paper.laid", b"paper.lost"))
    elif change == "path":
        lines = proof.read_text().split("\n")
        lines[2] = lines[3]
        proof.write_text("\n".join(lines))
    elif change == "left out":
        entry.unlink()
        proof.unlink()
    else:
        proof.write_text(proof.read_text().replace("\n7\n", "\n8\n"))
    assert not verify_exported(out, key, []).held


def test_nothing_is_exported_half(clerk: Officer, tmp_path: Path, data_dir: Path) -> None:
    published(clerk, 2)
    lay(clerk, 1)
    with pytest.raises(NotInTheLogYet):
        export(1, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(FileExistsError):
        export(1, tmp_path / "full")


def test_a_folder_with_neither_log_nor_proofs_is_refused(tmp_path: Path, key: Key) -> None:
    with pytest.raises(CannotVerify):
        verify_exported(tmp_path, key, [])
    assert audit.verify.main([str(tmp_path)]) == audit.verify.COULD_NOT_RUN


def test_the_verifier_needs_nothing_of_the_system() -> None:
    said = "import sys, audit.verify, audit.witness; print(any(m.startswith(('django', 'audit.trail')) for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_several_processes_verify_what_one_does(clerk: Officer, key: Key) -> None:
    folder = published(clerk, 600)
    assert verify_log(folder, key, [], jobs=2) == verify_log(folder, key, [])
    assert Event.objects.count() == 600
    assert connection.vendor == "postgresql"
