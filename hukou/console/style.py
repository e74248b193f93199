"""The living page of every part screens are made of, with samples that are nobody's data."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hukou.kernel import clock
from workflows.approvals.models import Decision


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """`/style/`: all components together, for signed-in officers; for everybody while developing."""
    if not (settings.DEBUG or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    return render(request, "components/gallery.html", samples())


def samples() -> dict[str, Any]:
    """One sample of every state of every component."""
    now = clock.now()
    decision = SimpleNamespace(
        outcome="approve",
        get_outcome_display=_("approved"),
        opinion=_("The papers are complete and the facts are clear. Approved."),
        legal_basis="",
        office_name=_("the station"),
        officer_name=_("an officer"),
        decided_at=now - timedelta(hours=5),
        voided_at=None,
        voided_reason="",
        application=SimpleNamespace(applied_at=now),
        step_label=_("Reviewed"),
    )
    voided = SimpleNamespace(
        **{**vars(decision), "voided_at": now, "get_voided_reason_display": Decision.VoidReason.CONTENT_CHANGED.label}
    )
    station, branch = SimpleNamespace(short_name=_("the station")), SimpleNamespace(short_name=_("the branch"))
    city = SimpleNamespace(short_name=_("the city bureau"))
    words = [_("Accepted"), _("Reviewed"), _("Reviewed by the branch"), _("Decided by the city")]
    offices, states = [station, station, branch, city], ["done", "done", "current", "next"]
    return {
        "case_states": _labels("draft accepted in_review returned approved refused withdrawn filed"),
        "slot_states": _labels("missing partial complete not_needed"),
        "page_states": _labels("pass warn refuse"),
        "verdict_states": _labels("PASSED INDETERMINATE FAILED"),
        "due_states": _labels("soon late unread read"),
        "chain": [
            {"level": n, "label": word, "office": office, "state": state, "decision": decision if n < 3 else None}
            for n, (word, office, state) in enumerate(zip(words, offices, states, strict=True), 1)
        ],
        "decisions": [decision, voided],
        "slots": [_slot(state) for state in ("complete", "missing", "partial", "not_needed")],
        "now": now,
        "late": now - timedelta(hours=30),
        "id_sample": "11010519491231002X",
        "number_sample": "42070101000020261121110200001",
    }


def _slot(state: str) -> SimpleNamespace:
    name = {"name_zh": "居民户口簿", "name_en": "hukou book"}
    return SimpleNamespace(
        material=SimpleNamespace(code=f"SAMPLE_{state}"),
        spec=SimpleNamespace(**name, notes=_("first page and the persons concerned"), required=True, min_pages=2),
        needed=state != "not_needed",
        state=state,
        why="",
        pages=(),
    )


def _labels(names: str) -> list[tuple[str, str]]:
    words = {
        "draft": _("draft"),
        "accepted": _("accepted"),
        "in_review": _("in review"),
        "returned": _("returned for supplement"),
        "approved": _("approved"),
        "refused": _("refused"),
        "withdrawn": _("withdrawn"),
        "filed": _("filed"),
        "missing": _("missing"),
        "partial": _("needs more pages"),
        "complete": _("complete"),
        "not_needed": _("not needed"),
        "pass": _("good"),
        "warn": _("readable, not good"),
        "refuse": _("not usable"),
        "PASSED": _("holds"),
        "INDETERMINATE": _("cannot be checked"),
        "FAILED": _("does not hold"),
        "soon": _("soon due"),
        "late": _("late"),
        "unread": _("unread"),
        "read": _("read"),
    }
    return [(name, words[name]) for name in names.split()]
