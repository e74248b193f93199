"""Keys made elsewhere enter the register by one command."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from asn1crypto import pem
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.support import bridge as bridges
from workflows.seals import enrolment, suites
from workflows.seals.models import Seal

from .conftest import Bureau


def enrol(*words: str) -> str:
    out = io.StringIO()
    call_command("enrol_seal", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_ukey_enters_by_its_request_and_the_seal_before_stops(bureau: Bureau, tmp_path: Path) -> None:
    bridge, path = bridges.with_key("p256"), tmp_path / "request.pem"
    path.write_bytes(pem.armor("CERTIFICATE REQUEST", bridge.request().dump()))
    before = Seal.objects.get(officer=bureau.officers[0])
    said = enrol("--officer", "010201", "--keeping", "own", "--request", str(path))
    seal = Seal.objects.get(officer=bureau.officers[0], stopped_at=None)
    assert (seal.keeping, seal.suite) == ("own", "p256")
    assert seal.fingerprint in said
    before.refresh_from_db()
    assert before.stopped_at is not None


def test_a_units_key_at_the_province_enters_by_its_certificate(bureau: Bureau, tmp_path: Path) -> None:
    key, path = suites.named("sm2").generate(), tmp_path / "unit.pem"
    certificate = enrolment.certified(key.public_info(), (bureau.branch, "approval"))
    path.write_bytes(pem.armor("CERTIFICATE", certificate.dump()))
    enrol(
        "--office", bureau.branch.code, "--kind", "approval",
        "--keeping", "province", "--key", "330000-unit", "--certificate", str(path),
    )  # fmt: skip
    seal = Seal.objects.get(office=bureau.branch, suite="sm2")
    assert (seal.keeping, seal.key_name, seal.kind) == ("province", "330000-unit", "approval")


@pytest.mark.parametrize(
    "words",
    [
        ["--officer", "999999", "--keeping", "own"],
        ["--officer", "010201", "--keeping", "own"],
        ["--office", "990102000000", "--keeping", "token", "--key", "a/b"],
        ["--office", "990102000000", "--kind", "hukou", "--keeping", "own"],
        ["--officer", "010201", "--keeping", "own", "--request", "/nowhere.pem"],
    ],
)
def test_what_cannot_be_entered_ends_with_2(bureau: Bureau, words: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        enrol(*words)
    assert refused.value.returncode == 2


def test_a_token_that_is_not_there_is_refused(bureau: Bureau) -> None:
    with pytest.raises(SystemExit) as ended:
        enrol("--officer", "010201", "--keeping", "token", "--key", "officer/key")
    assert ended.value.code == 1
