"""Checkpoints are signed notes that others can read, and the log's key is made once."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from audit.trail import notes

# The key pair and note of the Go package golang.org/x/mod/sumdb/note (its documentation and tests).
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_is_byte_for_byte_what_go_makes_of_it() -> None:
    signer = notes.Signer.parse(GO_SIGNER)
    assert str(signer) == GO_SIGNER
    assert str(signer.verifier) == GO_VERIFIER
    assert signer.sign(GO_TEXT) == GO_NOTE


def test_a_note_opens_only_unchanged_and_only_for_its_key() -> None:
    verifier = notes.Signer.parse(GO_SIGNER).verifier
    assert verifier.open(GO_NOTE) == GO_TEXT
    for broken in (GO_NOTE.replace("answer", "Answer"), GO_TEXT, "", GO_NOTE.replace("x08go", "x08gp"), GO_NOTE[:-9]):
        with pytest.raises(notes.BadNote):
            verifier.open(broken)
    with pytest.raises(notes.BadNote):
        notes.Signer("PeterNeumann", bytes(32)).verifier.open(GO_NOTE)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    verifier = notes.Signer.parse(GO_SIGNER).verifier
    cosigned = GO_NOTE + "— witness.example AAAAAAAA\n"
    assert verifier.open(cosigned) == GO_TEXT


def test_a_checkpoint_has_origin_size_and_root() -> None:
    assert notes.checkpoint_text("log.example", 3, bytes(32)) == (
        "log.example\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    )


def test_the_key_is_made_once_and_kept_secret_even_when_many_ask_at_once(tmp_path: Path) -> None:
    made: list[str] = []
    askers = [threading.Thread(target=lambda: made.append(str(notes.log_signer(tmp_path)))) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["trail.skey"]
    assert stat.S_IMODE(notes.key_path(tmp_path).stat().st_mode) == 0o600
