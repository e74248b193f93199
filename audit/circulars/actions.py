"""Verbs of circulars: issue and correct, take note, speak, answer."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock, push
from hukou.kernel.errors import Conflict, NotFound

from . import drafting, errors, prints, queries, sections
from .models import Circular, Print, Receipt, Statement
from .months import Month

LONGEST_REASON, LONGEST_TEXT = 400, 1000


@trail.records_refusal(
    "circular.freeze", subject="accounts.office", key="office_id", label=_("Issuing a circular was refused")
)
def freeze(*, office_id: int, month: Month, by: Officer, reason: str = "") -> Circular:
    """Issue the circular of a month that is over; once it is issued, `reason` makes the next version.

    The figures of now, the comparison with last month and the prints are frozen together, and their digests stand in
    the trail. Raises NotFound, NotPermitted, MonthNotOver, ReasonMissing, NothingToCorrect, Conflict.
    """
    office = Office.objects.filter(pk=office_id, level=Office.Level.CITY).first()
    if office is None:
        raise NotFound
    policies.require(by, "circular.freeze", office)
    if not month.is_over:
        raise errors.MonthNotOver(month=str(month))
    sections.prepare()
    return _freeze(office, month, by, reason.strip()[:LONGEST_REASON])


@transaction.atomic
def _freeze(office: Office, month: Month, by: Officer, reason: str) -> Circular:
    drafting.one_moment()
    last = queries.newest(office, month)
    if last and not reason:
        raise errors.ReasonMissing
    data = drafting.draft(month, office)
    if last and drafting.figures(data) == drafting.figures(last.said):
        raise errors.NothingToCorrect(version=last.version)
    try:
        circular = _keep(office, month, data, by=by, last=last, reason=reason)
    except IntegrityError as cause:  # somebody issued it at the same moment
        raise Conflict from cause
    _circulate(circular, office)
    return circular


@transaction.atomic
def _keep(
    office: Office, month: Month, data: drafting.Data, *, by: Officer, last: Circular | None, reason: str
) -> Circular:
    before = queries.newest(office, month.before)
    version = last.version + 1 if last else 1
    data |= {
        "version": version,
        "reason": reason if last else "",
        "frozen_by": by.number,
        "compared_with": _named(before),
        "corrects": _named(last),
    }
    text = canonical.encode(data)
    circular = Circular.objects.create(
        office=office,
        month=month.first,
        version=version,
        data=text.decode(),
        digest=canonical.sha256(text),
        reason=reason if last else "",
        frozen_at=clock.now(),
        frozen_by=by,
    )
    digests = {}
    for kind in prints.kinds().values():
        content = kind.render(data, before.said if before else None, circular.digest)
        digests[kind.name] = canonical.sha256(content)
        Print.objects.create(circular=circular, kind=kind.name, content=content, sha256=digests[kind.name])
    details: dict[str, Any] = {"month": str(month), "version": version, "digest": circular.digest, "prints": digests}
    if last:
        # The reason is free text and may name people; the trail proves it by its digest.
        details |= {"corrects": last.digest, "reason_sha256": canonical.sha256(reason.encode())}
    trail.record("circular.frozen", subject=circular, by=by, office=office, details=details)
    return circular


@trail.records_refusal(
    "circular.read", subject="circulars.circular", key="circular_id", label=_("Taking note of a circular was refused")
)
@transaction.atomic
def read(*, circular_id: int, office_id: int, by: Officer) -> Receipt:
    """The office takes note; the first note is kept. Raises NotFound, NotPermitted."""
    circular, office = _found(circular_id, office_id)
    policies.require(by, "circular.read", office)
    receipt, made = Receipt.objects.get_or_create(
        circular=circular, office=office, defaults={"read_by": by, "read_at": clock.now()}
    )
    if made:
        trail.record("circular.read", subject=circular, by=by, office=office, details=_about(circular))
    return receipt


@trail.records_refusal(
    "circular.state", subject="circulars.circular", key="circular_id", label=_("A statement was refused")
)
@transaction.atomic
def state(*, circular_id: int, office_id: int, by: Officer, text: str, section: str = "") -> Statement:
    """The office says something to its figures. Raises NotFound, NotPermitted, TextMissing."""
    circular, office = _found(circular_id, office_id)
    policies.require(by, "circular.state", office)
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        raise errors.TextMissing
    if section and section not in {one["name"] for one in circular.said["sections"]}:
        raise NotFound
    statement = Statement.objects.create(
        circular=circular, office=office, section=section, text=text, made_by=by, made_at=clock.now()
    )
    # The text is free and may name people; the trail proves it by its digest.
    details = {**_about(circular), "section": section, "text_sha256": canonical.sha256(text.encode())}
    trail.record("circular.stated", subject=circular, by=by, office=office, details=details)
    push.announce(group=f"office-{circular.office_id}", kind="circular_stated", circular=circular.pk)
    return statement


@trail.records_refusal(
    "circular.answer", subject="circulars.statement", key="statement_id", label=_("An answer was refused")
)
@transaction.atomic
def answer(*, statement_id: int, by: Officer, text: str) -> Statement:
    """The city bureau answers a statement. Raises NotFound, NotPermitted, AnsweredAlready, TextMissing."""
    found = Statement.objects.select_for_update(of=("self",)).filter(pk=statement_id)
    statement = found.select_related("circular__office", "office").first()
    if statement is None:
        raise NotFound
    policies.require(by, "circular.answer", statement.circular.office)
    if statement.answered_at:
        raise errors.AnsweredAlready
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        raise errors.TextMissing
    statement.answer, statement.answered_by, statement.answered_at = text, by, clock.now()
    statement.save(update_fields=["answer", "answered_by", "answered_at"])
    details = {
        **_about(statement.circular),
        "to": statement.office.code,
        "text_sha256": canonical.sha256(text.encode()),
    }
    trail.record(
        "circular.answered", subject=statement.circular, by=by, office=statement.circular.office, details=details
    )
    push.announce(group=f"office-{statement.office_id}", kind="circular_answered", circular=statement.circular_id)
    return statement


def _found(circular_id: int, office_id: int) -> tuple[Circular, Office]:
    circular = Circular.objects.filter(pk=circular_id).first()
    office = Office.objects.select_related("parent__parent").filter(pk=office_id).first()
    if circular is None or office is None:
        raise NotFound
    return circular, office


def _circulate(circular: Circular, office: Office) -> None:
    push.announce_each(
        [
            push.message(group=f"office-{one.pk}", kind="circular_issued", circular=circular.pk, **_about(circular))
            for one in drafting.offices_of(office)
        ]
    )


def _about(circular: Circular) -> dict[str, Any]:
    return {"month": str(circular.period), "version": circular.version}


def _named(circular: Circular | None) -> dict[str, Any] | None:
    if circular is None:
        return None
    return {"month": str(circular.period), "version": circular.version, "digest": circular.digest}
