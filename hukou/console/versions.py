"""What screens show of deferred and late capture: what is still to come and until when, and the versions of a filed case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from workflows.archive import late_alerts, manifests
from workflows.archive.models import ArchiveRecord, ArchiveVersion, LateCapture
from workflows.cases import deferral, folders, late
from workflows.cases.models import Case, CaseQuerySet, MaterialPage
from workflows.cases.types import CaseFolder

SHOWN = 8


def deferral_reason(sent: QueryDict) -> str:
    """The reason for deferred capture from the form: one of the list, with the officer's own words.

    Empty when the form was sent without one. Raises ReasonNeeded.
    """
    if not sent.get("deferred_because") and not sent.get("deferred_reason"):
        return ""
    return deferral.written(sent.get("deferred_because", ""), sent.get("deferred_reason", ""))


def deferral_reasons(picked: str = "") -> list[dict[str, Any]]:
    """The list of the form: code, words, whether picked."""
    return [{"code": code, "label": label, "on": code == picked} for code, label in deferral.REASONS.items()]


def mode(case: Case, folder: CaseFolder) -> dict[str, Any]:
    """What the camera page says on top: that this is a late capture and why, or how much time is left."""
    return {
        "late": case.session if late.is_open(case) else None,
        "time_left": deferral.time_left(case, folder),
    }


def archive(case: Case) -> dict[str, Any] | None:
    """Versions of a filed case, newest first, and the late capture under way; None when it is not filed."""
    record = ArchiveRecord.objects.filter(case=case).first()
    if record is None:
        return None
    versions = list(record.versions.select_related("made_by", "late_capture__session__opened_by").order_by("number"))
    begun = record.late_captures.filter(ended_at=None).select_related("session__opened_by").first()
    return {
        "record": record,
        "versions": _with_changes(case, versions),
        "next_number": versions[-1].number + 1,
        "begun": None if begun is None else _under_way(case, begun),
        "abandoned": list(
            record.late_captures.exclude(abandoned_because="").select_related("session__opened_by", "ended_by")
        ),
    }


def _under_way(case: Case, begun: LateCapture) -> dict[str, Any]:
    placements = MaterialPage.objects.filter(material__case=case).select_related("material", "page")
    due = late_alerts.due_of(begun)
    return {
        "capture": begun,
        "added": _named(case, placements.filter(late.added(case))),
        "taken_out": _named(case, placements.filter(late.taken_out(case))),
        "due": due,
        "due_state": deferral.standing(due),
    }


def _with_changes(case: Case, versions: list[ArchiveVersion]) -> list[dict[str, Any]]:
    """Each version with the pages it added to the one before and those it took out, newest first."""
    rows: list[dict[str, Any]] = [{"version": version, "added": [], "taken_out": []} for version in versions]
    for before, row in zip(versions, rows[1:], strict=False):
        row["added"], row["taken_out"] = manifests.changes(row["version"], before)
    digests = {sha256 for row in rows for sha256 in (*row["added"], *row["taken_out"])}
    placements = MaterialPage.objects.filter(material__case=case, page__sha256__in=digests)
    known = {
        named["placement"].page.sha256: named for named in _named(case, placements.select_related("material", "page"))
    }
    for row in rows:
        for which in ("added", "taken_out"):
            row[which] = [known[sha256] for sha256 in row[which] if sha256 in known]
    return rows[::-1]


def _named(case: Case, placements: Iterable[MaterialPage]) -> list[dict[str, Any]]:
    return [{"placement": placed, "name": folders.line(case, placed.material.code)} for placed in placements]


def left_open(cases: CaseQuerySet) -> list[dict[str, Any]]:
    """Late captures under way among these cases, the longest open first, each with when it has to be over."""
    found = LateCapture.objects.filter(ended_at=None, record__case__in=cases.filter(status=Case.Status.FILED))
    rows = []
    for begun in found.select_related("session", "record__case__subtype").order_by("session__opened_at")[:SHOWN]:
        due = late_alerts.due_of(begun)
        rows.append({"case": begun.record.case, "capture": begun, "due": due, "state": deferral.standing(due)})
    return rows
