"""The seal register: issuing seals and finding the one that is valid now."""

from __future__ import annotations

import re

from asn1crypto import pem, x509
from django.db import transaction
from django.db.models import QuerySet

from audit.trail import actions as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock

from . import drawing, suites
from .authority import local
from .errors import NoSeal, NoSealForAuxiliary, PinUnfit
from .models import Seal

PIN = re.compile(r"[0-9]{6,32}")
UNIT_TITLES = {Seal.Kind.HUKOU: "户口专用章", Seal.Kind.APPROVAL: "户政审批专用章"}


@transaction.atomic
def issue_personal_seal(*, officer: Officer, pin: str, suite: str = "") -> Seal:
    """Make an officer's seal of `suite` (empty: the preferred one), its key locked by the PIN. An officer who has a live one of it keeps it.

    Raises NoSealForAuxiliary, PinUnfit, SuiteNotOffered.
    """
    suite = suites.require(suite or suites.preferred()).name
    if officer.kind != Officer.Kind.OFFICER:
        raise NoSealForAuxiliary
    if not PIN.fullmatch(pin):
        raise PinUnfit
    Officer.objects.select_for_update().get(pk=officer.pk)
    live = Seal.objects.filter(officer=officer, suite=suite, stopped_at=None).first()
    if live is not None:
        return live
    issued = local.issue(
        common_name=f"{officer.name} {officer.number}", organisation="户籍民警签章", pin=pin, suite=suite
    )
    return enter(
        issued,
        suite=suite,
        kind=Seal.Kind.PERSONAL,
        officer=officer,
        title=officer.name,
        picture=drawing.square_seal(name=officer.name),
    )


@transaction.atomic
def issue_unit_seal(*, office: Office, kind: str, suite: str = "") -> Seal:
    """Make a unit's round seal of `suite` (empty: the preferred one), its key locked by the server's passphrase.

    A unit that has one of it keeps it. Raises SuiteNotOffered.
    """
    suite = suites.require(suite or suites.preferred()).name
    Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    live = Seal.objects.filter(office=office, kind=kind, suite=suite, stopped_at=None).first()
    if live is not None:
        return live
    words = UNIT_TITLES[Seal.Kind(kind)]
    issued = local.issue(common_name=words, organisation=office.name, pin=None, suite=suite)
    return enter(
        issued,
        suite=suite,
        kind=kind,
        office=office,
        title=f"{office.name}{words}",
        picture=drawing.round_seal(unit=office.name, kind=words),
    )


def personal_seal_of(officer: Officer) -> Seal:
    """The officer's seal that is valid now; of several, the one of the preferred suite. Raises NoSeal."""
    return _valid(Seal.objects.filter(officer=officer), str(officer), suites.preferred())


def unit_seal_of(office: Office, kind: str, *, beside: Seal | None = None) -> Seal:
    """The unit's seal of that kind, of the suite of the seal it stands `beside` where the unit has one.

    The embedded default issues it at first use.
    """
    seals = Seal.objects.filter(office=office, kind=kind)
    try:
        return _valid(seals, office.name, beside.suite if beside else suites.preferred())
    except NoSeal:
        if seals.exists():
            raise
    return issue_unit_seal(office=office, kind=kind)


def certificate_of(seal: Seal) -> x509.Certificate:
    """The seal's certificate."""
    return x509.Certificate.load(pem.unarmor(seal.certificate.encode())[2])


def subject_of(seal: Seal) -> dict[str, str]:
    """What a field kept for this seal asks of the signer's certificate; the next certificate of the seal says the same."""
    said = certificate_of(seal).subject.native
    return {part: said[part] for part in ("organization_name", "common_name") if part in said}


def _valid(seals: QuerySet[Seal], holder: str, suite: str) -> Seal:
    now = clock.now()
    found = list(seals.filter(stopped_at=None, valid_from__lte=now, valid_until__gt=now).order_by("pk"))
    if not found:
        raise NoSeal(holder=holder)
    return next((seal for seal in found if seal.suite == suite), found[0])


def enter(
    issued: local.Issued,
    *,
    suite: str,
    kind: str,
    title: str,
    picture: drawing.Drawing,
    officer: Officer | None = None,
    office: Office | None = None,
    keeping: str = Seal.Keeping.FILE,
) -> Seal:
    """Enter a seal into the register, as it was certified."""
    certificate = issued.certificate
    seal = Seal.objects.create(
        kind=kind,
        officer=officer,
        office=office,
        title=title,
        suite=suite,
        keeping=keeping,
        certificate=pem.armor("CERTIFICATE", certificate.dump()).decode(),
        fingerprint=canonical.sha256(certificate.dump()),
        key_name=issued.key_name,
        drawing=drawing.to_json(picture),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
    )
    trail.record(
        "seal.issued",
        subject=seal,
        by=None,
        details={"kind": kind, "keeping": keeping, "certificate": seal.fingerprint},
    )
    return seal
