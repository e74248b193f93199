"""The verbs on a case before it is handed up: open, type, accept. Those on its pages are in `pages`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from audit.trail import actions as trail
from audit.trail import persons
from capture.sessions import actions as sessions
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock, push
from hukou.registry import actions as registry

from . import budgets, deadlines, folders, forms, lacking, parties, risks, searching, tasks, transitions
from .errors import BasisNeeded, ReasonNeeded
from .models import Case, Material
from .numbers import next_case_number
from .transitions import Verb

SUBJECT = "cases.case"


@trail.records_refusal("case.open", subject="accounts.office", key="station")
@transaction.atomic
def open_case(*, station: Office, subtype_code: str, form: Mapping[str, str], facts: set[str], by: Officer) -> Case:
    """Open a draft at the window: its slots come from the current catalogue.

    Raises NotPermitted, NotFound (no such sub-type), BadForm.
    """
    policies.require(by, "case.open", station)
    subtype = catalogue.current_subtype(subtype_code)
    held = forms.known_facts(subtype, facts)
    application = forms.read(form, held)
    case = Case(
        station=station,
        subtype=subtype,
        facts=sorted(held),
        session=sessions.open_session(office=station, by=by),
        opened_by=by,
        opened_at=clock.now(),
    )
    _fill(case, application)
    lacking.put(case, {})
    case.save()
    parties.keep(case, application.others)
    searching.index(case)
    spec = catalogue.spec_of(subtype)
    Material.objects.bulk_create(
        Material(case=case, code=line.code, position=position) for position, line in enumerate(spec.materials, 1)
    )
    about = persons.said_of(*parties.id_numbers_of(case))
    trail.record(
        "case.opened",
        subject=case,
        by=by,
        details={"subtype": subtype.code, "form": forms.digest(case), "facts": case.facts, **about},
    )
    return case


@trail.records_refusal("case.update", subject=SUBJECT, key="case_id")
@transaction.atomic
def update_case(*, case_id: int, form: Mapping[str, str], facts: set[str], judged: set[str], by: Officer) -> Case:
    """Correct what was typed: the form, the facts that hold, the materials the officer judged to apply.

    Raises NotPermitted, WrongState, BadForm.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.update", case)
    transitions.require(case, Verb.UPDATE)
    before, was = forms.digest(case), {"facts": case.facts, "judged": case.judged}
    held = forms.known_facts(case.subtype, facts)
    whose, application = parties.id_numbers_of(case), forms.read(form, held)
    _fill(case, application)
    case.facts = sorted(held)
    case.judged = sorted(forms.judgeable(case.subtype, judged))
    lacking.put(case, folders.live_counts(case))
    case.save()
    parties.keep(case, application.others)
    searching.index(case)
    after = forms.digest(case)
    if before != after:
        trail.record(
            "case.updated",
            subject=case,
            by=by,
            details={
                "form_before": before,
                "form_after": after,
                "before": was,
                "after": {"facts": case.facts, "judged": case.judged},
                **persons.said_of(*whose, *parties.id_numbers_of(case)),
            },
        )
        risks.screen(case)
    return case


@trail.records_refusal("case.accept", subject=SUBJECT, key="case_id")
@transaction.atomic
def accept_case(*, case_id: int, by: Officer, deferred_reason: str = "") -> Case:
    """Accept the case: it gets its number, its chain and its capture deadline.

    Complete acceptance materials are asked for, or a reason to capture them later (延迟采录, domain.md §1).
    Raises NotPermitted, WrongState, ProxyUnnamed, MaterialsMissing.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.accept", case)
    transitions.require(case, Verb.ACCEPT)
    forms.require_proxy_named(case)
    folder = folders.of(case)
    missing = folder.missing_of("acceptance")
    deferred_reason = deferred_reason.strip()[:200] if missing else ""
    if missing and not deferred_reason:
        raise folders.missing_error(missing)
    if deferred_reason:
        case.session = sessions.open_session(office=case.station, by=by, mode="deferred", reason=deferred_reason)
    spec = catalogue.spec_of(case.subtype)
    case.accepted_by, case.accepted_at = by, clock.now()
    case.number = next_case_number(station=case.station, subtype_code=spec.code, day=clock.today())
    case.catalogue_version = case.subtype.catalogue.version
    case.chain = list(spec.chain)
    case.deferred_reason = deferred_reason
    case.capture_due_at = deadlines.capture_due(spec, case.accepted_at)
    case.status = Case.Status.ACCEPTED
    lacking.put(case, folder.counts, at=case.accepted_at)
    case.save()
    budgets.begin(case)
    searching.index(case)
    trail.record(
        "case.accepted",
        subject=case,
        by=by,
        details={
            "number": case.number,
            "catalogue": case.catalogue_version,
            "chain": case.chain,
            "content": folders.content_digest(case),
            "deferred": bool(deferred_reason),
            "capture_hours": deadlines.capture_hours(spec),
            **persons.said_of(*parties.id_numbers_of(case)),
        },
    )
    risks.screen(case)
    tasks.write_window_letter.defer(case_id=case.pk, kind="receipt", officer_id=by.pk)
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return case


@trail.records_refusal("case.turn_away", subject=SUBJECT, key="case_id")
@transaction.atomic
def turn_away(*, case_id: int, by: Officer, reason: str, legal_basis: str) -> Case:
    """Refuse to accept a request (不予受理): the applicant gets the reason and its legal basis in writing.

    Raises NotPermitted, WrongState, ReasonNeeded, BasisNeeded.
    """
    case = Case.objects.lock(case_id)
    policies.require(by, "case.turn_away", case)
    transitions.require(case, Verb.TURN_AWAY)
    case.closing_reason, case.closing_basis = reason.strip()[:200], legal_basis.strip()[:200]
    if not case.closing_reason:
        raise ReasonNeeded
    if not case.closing_basis:
        raise BasisNeeded
    case.status, case.closed_at = Case.Status.NOT_ACCEPTED, clock.now()
    case.save(update_fields=["status", "closed_at", "closing_reason", "closing_basis"])
    trail.record("case.turned_away", subject=case, by=by, details={"content": folders.content_digest(case)})
    tasks.write_window_letter.defer(case_id=case.pk, kind="not_accepted", officer_id=by.pk)
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
    return case


def _fill(case: Case, application: forms.Application) -> None:
    case.applicant = registry.meet(
        name=application.applicant_name,
        id_number=application.applicant_id_number,
        sex=application.sex,
        born_on=application.born_on,
    )
    case.applicant_name = application.applicant_name
    case.applicant_phone = application.phone
    case.form = application.fields
