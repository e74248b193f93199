"""The local authority: made once, kept private, opened by the right secret only."""

from __future__ import annotations

import hashlib
import hmac
import multiprocessing
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHIPPED_COST
from workflows.seals import errors
from workflows.seals.authority import local
from workflows.seals.keys import files

PIN = "493817"


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.HUKOU_DATA_DIR = tmp_path
    local.authority()
    return tmp_path / "keys"


def _fingerprint(folder: str, answers: Any) -> None:
    from django.conf import settings

    settings.HUKOU_DATA_DIR = Path(folder)
    issued = local.issue(common_name=str(os.getpid()), organisation="x", pin=None)
    files.opened_by_server(issued.key_name)
    answers.put(local.authority().root.sha256_fingerprint)


def test_several_processes_at_once_make_one_authority(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    workers = [context.Process(target=_fingerprint, args=(str(tmp_path), answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    found = {answers.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(found) == 1


def test_only_the_owner_can_read_keys(keys: Path) -> None:
    issued = local.issue(common_name="周明 010201", organisation="户籍民警签章", pin=PIN)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    for path in [*keys.glob("*.key"), keys / "server.passphrase", keys / issued.key_name]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_certificates_say_that_they_are_no_evidence(keys: Path) -> None:
    authority = local.authority()
    assert local.MARK in authority.root.subject.human_friendly
    assert local.MARK in authority.issuer.subject.human_friendly


def test_the_right_pin_opens_and_another_does_not(keys: Path) -> None:
    issued = local.issue(common_name="周明 010201", organisation="户籍民警签章", pin=PIN)
    key = files.opened(issued.key_name, files.stretched(PIN, issued.key_name))
    assert key.public_info() == issued.certificate.public_key.dump()
    with pytest.raises(errors.WrongPin):
        files.opened(issued.key_name, files.stretched("493818", issued.key_name))


def test_a_guess_at_a_pin_is_as_dear_as_it_is_meant_to_be(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = files.stretched(PIN, "signer.key")
    monkeypatch.setattr(files, "COST", SHIPPED_COST)
    salt = hmac.new(files.server_passphrase(), b"signer.key", hashlib.sha256).digest()
    dear = hashlib.scrypt(PIN.encode(), salt=salt, n=32_768, r=8, p=1, maxmem=2**26)
    assert files.stretched(PIN, "signer.key") == dear.hex().encode() != cheap


def test_a_key_file_without_the_passphrase_file_is_not_opened_by_the_pin(keys: Path) -> None:
    issued = local.issue(common_name="周明 010201", organisation="户籍民警签章", pin=PIN)
    (keys / "server.passphrase").write_bytes(b"the thief has another one")
    with pytest.raises(errors.WrongPin):
        files.opened(issued.key_name, files.stretched(PIN, issued.key_name))


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "rubbish"])
def test_a_damaged_key_file_is_not_called_a_wrong_pin(keys: Path, damage: str) -> None:
    issued = local.issue(common_name="周明 010201", organisation="户籍民警签章", pin=PIN)
    path = keys / issued.key_name
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "rubbish": b"\xff" * 300}[damage])
    with pytest.raises(errors.KeystoreUnavailable):
        files.opened(issued.key_name, files.stretched(PIN, issued.key_name))


def test_a_key_name_cannot_lead_out_of_the_folder(keys: Path) -> None:
    (keys.parent / "outside.key").write_text("x")
    with pytest.raises(errors.KeystoreUnavailable):
        files.opened("../outside.key", b"x")
