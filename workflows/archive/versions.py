"""Do the versions of a filed case hold? Each manifest, the chain of manifests, the shelf of each, and what the trail was told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.trail.types import TimelineEntry
from hukou.kernel import canonical
from workflows.cases import folders
from workflows.cases.models import Case

from . import shelf
from .findings import Finding
from .models import ArchiveRecord, ArchiveVersion

TOLD = {"case.filed": 1, "case.late_capture_concluded": None}
"""Acts that made a version → its number; None: the act says it."""


@dataclass(frozen=True)
class Verdict:
    """What the versions of a filed case say."""

    count: int = 0
    findings: tuple[Finding, ...] = ()
    pictures: frozenset[tuple[str, str]] = frozenset()
    """Page and original, by digest, of every page of every version."""


def verify(case: Case, record: ArchiveRecord, told: list[TimelineEntry]) -> Verdict:
    """Check every version of `record` against its manifest, the version before, the trail and the files on the shelf."""
    findings: list[Finding] = []
    pictures: set[tuple[str, str]] = set()
    known = {_number(entry): entry.details.get("manifest") for entry in told if entry.action in TOLD}
    every = list(record.versions.order_by("number"))
    findings += [Finding("version_gone", f"v{number}") for number in sorted(set(known) - {v.number for v in every})]
    before: ArchiveVersion | None = None
    for version in every:
        if known.get(version.number) != version.manifest_sha256:
            findings.append(Finding("not_in_trail", _name(version)))
        elif not _is_as_made(version):
            findings.append(Finding("manifest_altered", _name(version)))
        else:  # otherwise nothing it names can be relied upon
            pictures |= {(e["sha256"], e["original"]) for e in version.manifest["files"] if e["kind"] == "page"}
            findings += _shelf(version)
            if not _follows(version, before):
                findings.append(Finding("chain_broken", _name(version)))
            if version is every[-1] and version.manifest["content"] != folders.content_digest(case):
                findings.append(Finding("content_altered", _name(version)))
        before = version
    # A file that two versions share is read for each, and named once.
    return Verdict(len(every), tuple(dict.fromkeys(findings)), frozenset(pictures))


def _number(entry: TimelineEntry) -> int:
    number = TOLD[entry.action] or entry.details.get("version")
    return number if isinstance(number, int) else 0


def _name(version: ArchiveVersion) -> str:
    return f"{version.record.number} v{version.number}"


def _is_as_made(version: ArchiveVersion) -> bool:
    try:
        return canonical.digest(version.manifest) == version.manifest_sha256
    except TypeError:  # a value no manifest of ours ever holds
        return False


def _follows(version: ArchiveVersion, before: ArchiveVersion | None) -> bool:
    """Version 1 stands on nothing; every other names the manifest before it."""
    number, previous = (1, None) if before is None else (before.number + 1, before.manifest_sha256)
    said = version.manifest
    return version.number == number and (said["version"], said.get("previous")) == (number, previous)


def _shelf(version: ArchiveVersion) -> Iterator[Finding]:
    folder = shelf.folder_of(version.record)
    for entry in version.manifest["files"]:
        path = folder / entry["name"]
        if not path.exists():
            yield Finding("shelf_missing", entry["name"])
        elif canonical.sha256(path.read_bytes()) != entry["sha256"]:
            yield Finding("shelf_altered", entry["name"])
    manifest = folder / shelf.manifest_name(version)
    if not manifest.exists():
        yield Finding("shelf_missing", manifest.name)
    elif _read(manifest) != version.manifest:
        yield Finding("shelf_altered", manifest.name)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
