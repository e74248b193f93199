"""Making seals: key, certificate, picture and number; renewing the certificate of one; handing one to its keeper."""

from __future__ import annotations

import re

from asn1crypto import pem, x509
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import canonical, clock
from workflows.seals import drawing, suites
from workflows.seals.authority import local
from workflows.seals.errors import KeeperUnfit, NoPost, NoSealForAuxiliary, PinUnfit
from workflows.seals.models import SEALING, CustodyEntry, Seal

from . import custody, revocations, standing, stopping
from .certificates import certificate_of

PIN = re.compile(r"[0-9]{6,32}")
UNIT_TITLES = {Seal.Kind.HUKOU: "户口专用章", Seal.Kind.APPROVAL: "户政审批专用章"}
PERSONAL_SHAPES = (Seal.Shape.SQUARE, Seal.Shape.OVAL, Seal.Shape.OBLONG)
Act = CustodyEntry.Act


@trail.records_refusal("seal.issue", subject="accounts.officer", key="officer", label=_("Issuing a seal was refused"))
@transaction.atomic
def issue_personal_seal(
    *,
    officer: Officer,
    pin: str,
    suite: str = "",
    shape: str = Seal.Shape.SQUARE,
    by: Officer | None = None,
) -> Seal:
    """Make an officer's seal for the post they hold, its key locked by the PIN. Who has a live one of the suite keeps it.

    One left behind at a former post, or run out, is stopped and a new one made: title and unit may have changed.
    `suite`: empty for the preferred one; `by`: None when the system itself issues it. Raises NotPermitted,
    NoSealForAuxiliary, NoPost, PinUnfit, SuiteNotOffered.
    """
    suite = suites.require(suite or suites.preferred()).name
    if officer.kind != Officer.Kind.OFFICER:
        raise NoSealForAuxiliary
    if not PIN.fullmatch(pin) or shape not in PERSONAL_SHAPES:
        raise PinUnfit
    Officer.objects.select_for_update().get(pk=officer.pk)
    post = post_of(officer)
    if by is not None:
        policies.require(by, "seal.manage", Seal(kind=Seal.Kind.PERSONAL, officer=officer, post=post))
    live = Seal.objects.live().with_post(clock.today()).filter(officer=officer, suite=suite).first()
    if live is not None and not _outlived(live):
        return live
    issued = local.issue(
        common_name=f"{officer.name} {officer.number}", organisation="户籍民警签章", pin=pin, suite=suite
    )
    return enter(
        Seal(
            kind=Seal.Kind.PERSONAL,
            shape=shape,
            officer=officer,
            post=post,
            title=officer.name,
            suite=suite,
            key_name=issued.key_name,
            drawing=drawing.to_json(drawing.personal_seal(name=officer.name, shape=shape, number=officer.number)),
        ),
        issued.certificate,
        by,
    )


@trail.records_refusal("seal.issue", subject="accounts.office", key="office")
@transaction.atomic
def issue_unit_seal(*, office: Office, kind: str, suite: str = "", by: Officer | None = None) -> Seal:
    """Make a unit's round seal, its key locked by the server's passphrase. A unit that has one keeps it.

    `suite`: empty for the preferred one; `by`: None when the system itself issues it. Raises NotPermitted,
    SuiteNotOffered.
    """
    suite = suites.require(suite or suites.preferred()).name
    if by is not None:
        policies.require(by, "seal.manage", Seal(kind=kind, office=office))
    Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    live = Seal.objects.live().filter(office=office, kind=kind, suite=suite).first()
    if live is not None and not _outlived(live):
        return live
    words, number = UNIT_TITLES[Seal.Kind(kind)], next_number(office)
    issued = local.issue(common_name=words, organisation=office.name, pin=None, suite=suite)
    return enter(
        Seal(
            kind=kind,
            shape=Seal.Shape.ROUND,
            office=office,
            title=f"{office.name}{words}",
            number=number,
            suite=suite,
            key_name=issued.key_name,
            drawing=drawing.to_json(drawing.round_seal(unit=office.name, kind=words, number=number)),
        ),
        issued.certificate,
        by,
    )


@trail.records_refusal("seal.renew", subject="seals.seal", key="seal_id", label=_("Renewing a seal was refused"))
@transaction.atomic
def renew(*, seal_id: int, by: Officer | None, reason: str) -> Seal:
    """A new certificate for the same key and picture, before the old one runs out (RFC 3647 clause 4.6: renewal).

    No PIN is needed, so nobody learns one. The old certificate is used no more; it is not revoked, for nothing is
    wrong with what it sealed. Raises NotFound, NotPermitted, ReasonMissing, and as `standing.require_usable`.
    """
    old = stopping.locked(seal_id)
    if by is not None:
        policies.require(by, "seal.manage", old)
    reason = stopping.given(reason)
    if standing.state_of(old) != standing.State.LOCKED:
        standing.require_usable(old)
    names = certificate_of(old).subject.native
    certificate = local.certify(
        certificate_of(old).public_key.dump(),
        common_name=names["common_name"],
        organisation=names.get("organization_name", ""),
        suite=old.suite,
    )
    stopping.stop(old, Seal.StopReason.RENEWED, by=by, reason=reason)
    new = Seal.objects.get(pk=old.pk)
    new.pk, new.replaces = None, old
    new._state.adding = True
    new.suspended_at = new.suspended_until = new.stopped_at = None
    new.stop_reason = ""
    return enter(new, certificate, by)


@trail.records_refusal(
    "seal.hand_over", subject="seals.seal", key="seal_id", label=_("Handing over a seal was refused")
)
@transaction.atomic
def hand_over(*, seal_id: int, to: Officer, by: Officer, reason: str) -> Seal:
    """Put a unit's seal into the keeping of a sworn officer of that unit. Raises NotFound, NotPermitted, KeeperUnfit."""
    seal = stopping.locked(seal_id)
    policies.require(by, "seal.manage", seal)
    stopping.require_live(seal)
    reason = stopping.given(reason)
    serves = to.is_active and to.duties_on().filter(office=seal.office).exists()
    if seal.kind == Seal.Kind.PERSONAL or to.kind != Officer.Kind.OFFICER or not serves:
        raise KeeperUnfit
    seal.keeper = to
    seal.save(update_fields=["keeper"])
    custody.note(seal, Act.HANDED_OVER, by=by, reason=reason, keeper=to.number)
    return seal


def post_of(officer: Officer) -> Office:
    """The office of the newest duty that seals. Raises NoPost."""
    duty: Duty | None = officer.duties_on().filter(role__in=SEALING).order_by("starts_on", "pk").last()
    if duty is None:
        raise NoPost
    return duty.office


def _outlived(seal: Seal) -> bool:
    """Stop a seal that was left behind or has run out, so that another can take its place."""
    state = standing.state_of(seal)
    if state not in (standing.State.LEFT, standing.State.EXPIRED):
        return False
    left = state == standing.State.LEFT
    why = Seal.StopReason.AFFILIATION_CHANGED if left else Seal.StopReason.RENEWED
    stopping.stop(seal, why, by=None, reason="由新印章接替")
    revocations.publish(seal.suite)
    return True


def next_number(office: Office) -> str:
    """Thirteen digits: the area of the unit (GB/T 2260), then a running number within it (GA 241)."""
    area = office.code[:6]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('seals.number'), %s)", [int(area)])
    last = Seal.objects.filter(number__startswith=area).aggregate(Max("number"))["number__max"]
    return f"{area}{int(last[6:]) + 1 if last else 1:07d}"


def enter(seal: Seal, certificate: x509.Certificate, by: Officer | None) -> Seal:
    """Enter a seal into the register, as it was certified. The caller has filled in the rest."""
    seal.certificate = pem.armor("CERTIFICATE", certificate.dump()).decode()
    seal.fingerprint = canonical.sha256(certificate.dump())
    seal.valid_from, seal.valid_until = certificate.not_valid_before, certificate.not_valid_after
    seal.save()
    custody.note(seal, Act.ISSUED, by=by, keeping=seal.keeping)
    return seal
