"""The rules of the house that a machine can keep."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hukou", "audit", "capture", "workflows")
LOCKS = ("requirements.lock", "requirements-dev.lock")
LONGEST_FILE = 400
# A registry, a search path for packages, or somebody's home; each spelled so that this file does not name it either.
FOREIGN_PLACE = re.compile(r"index-ur[l]|pyp[i]\.org|pythonhoste[d]|(?<![\w./])/(roo[t]|hom[e]/\w+)/")


def ours(*endings: str) -> Iterator[Path]:
    """Files of the repository with one of these endings, generated ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in endings and "migrations" not in path.parts and path.is_file():
            yield path


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_run_in_one_straight_line() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_a_person_reads_in_one_go() -> None:
    long = {
        short(path): lines
        for path in ours(".py", ".js", ".css", ".html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_templates_hold_no_inline_script_and_no_inline_style() -> None:
    inline = re.compile(
        r"<script(?![^>]*(\bsrc=|type=\"application/json\"))|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
        re.I,
    )
    guilty = [
        f"{short(path)}:{number}"
        for path in ours(".html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if inline.search(line)
    ]

    assert guilty == []


def test_exactly_one_build_of_opencv_is_installed() -> None:
    builds = {item.name.lower() for item in distributions() if item.name.lower().startswith("opencv-")}

    assert builds == {"opencv-python-headless"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())

    assert "://" not in text
    assert len(entries) > 30
    assert [entry.split()[0] for entry in entries if not re.match(r"[\w.\[\],-]+==\S+ ", entry)] == []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    guilty = [
        f"{short(path)}:{number}"
        for path in ours(".py", ".js", ".css", ".html", ".md", ".toml", ".lock", ".json", ".po", ".yml", "")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN_PLACE.search(line)
    ]

    assert guilty == []


def test_the_manual_of_settings_is_what_the_code_declares() -> None:
    call_command("settings_manual", "--check")


def test_only_the_settings_read_environment_variables() -> None:
    reads = re.compile(r"os\.(environ\b(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|getenv)")
    allowed = {"hukou/settings/env.py", "hukou/running/site.py"}  # the latter hands its own on to its children
    guilty = {
        short(path)
        for path in ours(".py")
        if short(path).startswith(PACKAGES) and reads.search(path.read_text("utf-8"))
    }

    assert guilty - allowed == set()


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}

    assert [short(path) for path in ours(".py") if drawers & {path.stem, *path.relative_to(ROOT).parts[:-1]}] == []


def test_nothing_is_left_half_done() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|Not" + r"Implemented(Error)?)\b")
    guilty = [
        f"{short(path)}:{number}"
        for path in ours(".py", ".js", ".html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line) and "return NotImplemented" not in line
    ]

    assert guilty == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
