"""`manage.py verify_file`: a file from anywhere, judged by itself or against the register."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from workflows.seals import queries, renewal

from .conftest import Signing


def said_of(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and the object printed."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_file", str(path), "--json", *options, stdout=out, stderr=out)
    return int(left.value.code or 0), json.loads(out.getvalue())


@pytest.fixture
def saved(tmp_path: Path) -> Any:
    def save(pdf: bytes) -> Path:
        path = tmp_path / "file.pdf"
        path.write_bytes(pdf)
        return path

    return save


def test_a_file_of_ours_is_judged_by_the_register_and_a_renewed_or_cut_one_is_known(
    signing: Signing, saved: Any
) -> None:
    signing.seal(1)
    signing.seal(2)
    cut = signing.bytes()
    signing.seal(3)
    whole = signing.bytes()
    code, report = said_of(saved(whole))
    assert (code, report["outcome"], report["registered"]) == (0, "PASSED", True)
    assert len(report["seals"]) == 4
    assert [stamp["outcome"] for stamp in report["stamps"]] == ["PASSED"] * 3
    code, report = said_of(saved(cut))
    assert (code, report["outcome"], report["reasons"]) == (1, "FAILED", ["later_seals_exist"])
    renewal.renew_stamps(signing.document.pk)
    assert said_of(saved(whole))[0] == said_of(saved(signing.bytes()))[0] == 0


def test_a_stranger_is_judged_alone(signing: Signing, saved: Any) -> None:
    signing.seal(1)
    path = saved(signing.bytes())
    code, report = said_of(path, "--alone")
    assert (code, report["outcome"], report["registered"]) == (1, "INDETERMINATE", False)
    path.write_bytes(signing.bytes() + b"\n% more")
    code, report = said_of(path)
    assert (code, report["outcome"], report["registered"]) == (1, "FAILED", False)
    assert report["sub_indication"] == "FORMAT_FAILURE"


def test_what_cannot_be_read_or_asked_is_not_called_forged(
    signing: Signing, saved: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said_of(tmp_path / "nothing.pdf")[0] == 2

    def gone(sha256: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(queries, "expected_by_digest", gone)
    code, report = said_of(saved(signing.bytes()))
    assert (code, "gone" in report["error"]) == (2, True)


def test_a_person_reads_each_seal_on_a_line(signing: Signing, saved: Any) -> None:
    signing.seal(1)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_file", str(saved(signing.bytes())), stdout=out)
    assert "周明" in out.getvalue()
    assert "level1_officer" in out.getvalue()
