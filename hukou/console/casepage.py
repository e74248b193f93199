"""What the page of a case shows: folder, chain, decisions, documents, and what may be done next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from capture.sessions import actions as sessions
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.kernel import clock, once
from workflows.approvals import queries as approvals
from workflows.approvals import waiting
from workflows.approvals.models import Decision, NoticeIssue
from workflows.approvals.standing import Standing
from workflows.approvals.steps import STEPS, office_of
from workflows.approvals.under_way import look
from workflows.cases import corrections, deferral, doubts, folders, forms, transitions
from workflows.cases.models import Case, HeldPage
from workflows.cases.transitions import Verb
from workflows.seals import queries as seals

from . import chart as way
from . import letters, looking, stuck_seals, turns, versions
from .oversight.paper import onpage

VERBS = {
    Verb.UPDATE: "case.update",
    Verb.CAPTURE: "case.capture",
    Verb.ACCEPT: "case.accept",
    Verb.HAND_UP: "case.hand_up",
    Verb.WITHDRAW: "case.withdraw",
    Verb.COMPLETE: "case.complete",
    Verb.FILE: "case.file",
    Verb.BEGIN_LATE_CAPTURE: "case.begin_late_capture",
    Verb.CONCLUDE_LATE_CAPTURE: "case.conclude_late_capture",
    Verb.ABANDON_LATE_CAPTURE: "case.abandon_late_capture",
}


AFTER_APPROVAL = (Case.Status.APPROVED, Case.Status.COMPLETED)


def context(case: Case, officer: Officer) -> dict[str, Any]:
    """Template context of `cases/case.html`."""
    with once.remembered():
        return _context(case, officer)


def _context(case: Case, officer: Officer) -> dict[str, Any]:
    folder = folders.as_filed(case)
    may = {
        verb.value: transitions.possible(case, verb) and policies.allow(officer, action, case)
        for verb, action in VERBS.items()
    }
    blocking = folder.missing_of("completion") if case.status in AFTER_APPROVAL else ()
    if case.status in (Case.Status.DRAFT, Case.Status.ACCEPTED, Case.Status.RETURNED):
        blocking = folder.missing_of("acceptance", "investigation")
    in_review = case.status == Case.Status.IN_REVIEW and case.awaiting_office_id is not None
    decisions, asked = approvals.history(case), Standing(case).enquiries
    waiting_pages = held(case, officer)
    looking.at_case(case, officer, slots=folder.slots, held=[line["page"] for line in waiting_pages])
    return {
        "case": case,
        "folder": folder,
        "slots": folder.slots,
        "held": waiting_pages,
        "kept": [
            {"name": slot.spec, "held": p.held} for slot in folder.slots for p in slot.pages if p.held is not None
        ],
        "missing": blocking,
        "missing_for_acceptance": folder.missing_of("acceptance"),
        "may": may,
        "chain": chain(case, decisions),
        "chart": way.chart_of(case, decisions, asked),
        "printed": letters.context(case, officer),
        "decisions": decisions,
        "documents": seals.documents_of(case.pk),
        "stuck_seals": stuck_seals.of_case(case.pk, officer),
        "notice": NoticeIssue.objects.filter(case=case).first(),
        "archive": versions.archive(case),
        "time_left": deferral.time_left(case, folder),
        "deferral_reasons": versions.deferral_reasons(),
        "fields": fields(forms.values_of(case), held=case.facts),
        "corrections": corrections.of(case),
        "facts": [entry for entry in facts(case.subtype, set(case.facts)) if entry["on"]],
        "seen": look(case),
        "step_time": waiting.step_time(case, clock.now()) if in_review else None,
        "turns": turns.offered(case, officer),
        "paper": onpage.context(case, officer),
    }


def held(case: Case, officer: Officer) -> list[dict[str, Any]]:
    """Pages the quality check holds back: the page, what it found, and whether this officer may keep or drop it."""
    open_now = transitions.possible(case, Verb.CAPTURE)
    may = {
        HeldPage.Level.WARN: open_now and policies.allow(officer, "case.keep_doubtful", case),
        HeldPage.Level.REFUSE: open_now and policies.allow(officer, "case.keep_refused", case),
    }
    return [
        {
            "page": waiting,
            "name": folders.line(case, waiting.material.code),
            "findings": sessions.said_of(doubts.findings(waiting)),
            "may_keep": may[HeldPage.Level(waiting.level)],
            "may_drop": may[HeldPage.Level.WARN],
        }
        for waiting in folders.held_pages(case)
    ]


def chain(case: Case, decisions: Sequence[Decision] | None = None) -> list[dict[str, Any]]:
    """The steps of the case with where they are: done, current, waiting for its seal, or to come."""
    decisions = approvals.history(case) if decisions is None else decisions
    steps = case.chain or catalogue.spec_of(case.subtype).chain
    live = {decision.level: decision for decision in decisions if decision.voided_at is None}
    rows = []
    for level, name in enumerate(steps, 1):
        decision = live.get(level)
        sealed = decision is not None and decision.application is not None and decision.application.applied_at
        if decision is not None and decision.outcome in Decision.UNSEALED:
            state = "returned"
        elif sealed:
            state = "refused" if decision is not None and decision.outcome == "refuse" else "done"
        elif decision is not None:
            state = "sealing"
        elif case.status == Case.Status.IN_REVIEW and case.level == level:
            state = "current"
        else:
            state = "next"
        rows.append(
            {
                "level": level,
                "step": name,
                "label": STEPS[name].label,
                "office": office_of(name, case.station),
                "decision": decision,
                "state": state,
            }
        )
    return rows


def fields(
    values: Mapping[str, Any], problems: Mapping[str, Any] | None = None, *, held: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The fields of the application form while the facts `held` hold: name, label, value, whether required, what is wrong.

    `when`: the fact that makes it required; `other`: about somebody beside the applicant; `number`: an ID number; `whole`: it has a line for itself.
    """
    return [
        {
            "name": name,
            "label": label,
            "value": values.get(name, ""),
            "required": name in forms.REQUIRED or forms.REQUIRED_WHEN.get(name) in held,
            "when": forms.REQUIRED_WHEN.get(name, ""),
            "problem": (problems or {}).get(name, ""),
            "other": name in forms.OTHERS,
            "number": name.endswith("id_number"),
            "whole": name == "subject_id_number",
        }
        for name, label in forms.FIELDS.items()
    ]


def facts(subtype: SubType, on: set[str]) -> list[dict[str, Any]]:
    """The facts the sub-type asks about: code, label in the current language, whether it holds."""
    labels = subtype.catalogue.meta["facts"]
    english = (get_language() or "").startswith("en")
    asked: dict[str, None] = {}
    for line in catalogue.spec_of(subtype).materials:
        asked.update(dict.fromkeys(line.when))
    return [{"code": code, "label": labels[code]["en" if english else "zh"], "on": code in on} for code in asked]


def judgeable(subtype: SubType, ticked: set[str]) -> list[dict[str, Any]]:
    """Materials the officer decides about: code, label with its condition, whether ticked."""
    english = (get_language() or "").startswith("en")
    return [
        {
            "code": line.code,
            "label": line.name_en if english else line.name_zh,
            "condition": line.condition_en if english else line.condition_zh,
            "on": line.code in ticked,
        }
        for line in catalogue.spec_of(subtype).materials
        if line.condition_mode == "officer_judgement"
    ]
