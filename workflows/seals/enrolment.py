"""Seals whose key is not made here: on a token, on the officer's own UKey, at the province's service."""

from __future__ import annotations

from asn1crypto import csr, x509
from django.db import transaction
from django.db.models import QuerySet

from hukou.accounts.models import Office, Officer

from . import drawing, register, suites
from .authority import local
from .errors import KeyUnfit, NoSealForAuxiliary
from .keys import token
from .models import Seal
from .register import issuing, stopping

Keeping = Seal.Keeping


@transaction.atomic
def enrol_officer(*, officer: Officer, keeping: str, key_name: str, certificate: x509.Certificate) -> Seal:
    """Take an officer's key into the register; their seal of the same suite, if they have one, stops.

    Raises NoSealForAuxiliary, NoPost, UnknownSuite.
    """
    if officer.kind != Officer.Kind.OFFICER:
        raise NoSealForAuxiliary
    Officer.objects.select_for_update().get(pk=officer.pk)
    suite = suites.of(certificate).name
    _replace(Seal.objects.live().filter(officer=officer, suite=suite))
    seal = Seal(
        kind=Seal.Kind.PERSONAL,
        shape=Seal.Shape.SQUARE,
        officer=officer,
        post=issuing.post_of(officer),
        title=officer.name,
        suite=suite,
        keeping=keeping,
        key_name=key_name,
        drawing=drawing.to_json(drawing.square_seal(name=officer.name)),
    )
    return issuing.enter(seal, certificate, None)


@transaction.atomic
def enrol_unit(*, office: Office, kind: str, keeping: str, key_name: str, certificate: x509.Certificate) -> Seal:
    """Take a unit's key into the register; its seal of the same kind and suite, if it has one, stops. Raises UnknownSuite."""
    Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    suite, words = suites.of(certificate).name, register.UNIT_TITLES[Seal.Kind(kind)]
    _replace(Seal.objects.live().filter(office=office, kind=kind, suite=suite))
    number = issuing.next_number(office)
    seal = Seal(
        kind=kind,
        office=office,
        title=f"{office.name}{words}",
        number=number,
        suite=suite,
        keeping=keeping,
        key_name=key_name,
        drawing=drawing.to_json(drawing.round_seal(unit=office.name, kind=words, number=number)),
    )
    return issuing.enter(seal, certificate, None)


def _replace(seals: QuerySet[Seal]) -> None:
    """Stop the seal whose key is taken out of use by another; what it sealed stays good."""
    for old in seals.select_for_update():
        stopping.stop(old, Seal.StopReason.RENEWED, by=None, reason="密钥更换存放处")


def certified(public_info: bytes, holder: Officer | tuple[Office, str]) -> x509.Certificate:
    """A certificate of the local authority for a key that lies elsewhere. Raises KeyUnfit: no suite knows the key."""
    try:
        suite = suites.of_key(public_info).name
    except suites.UnknownSuite as unknown:
        raise KeyUnfit from unknown
    if isinstance(holder, Officer):
        name, organisation = f"{holder.name} {holder.number}", "户籍民警签章"
    else:
        name, organisation = register.UNIT_TITLES[Seal.Kind(holder[1])], holder[0].name
    return local.certify(public_info, common_name=name, organisation=organisation, suite=suite)


def on_token(place: token.Place, holder: Officer | tuple[Office, str]) -> x509.Certificate:
    """A certificate for the key in a token. Raises TokenRemoved, KeyUnfit, KeystoreUnavailable."""
    return certified(token.public_info(place), holder)


def requested(request: csr.CertificationRequest, holder: Officer) -> x509.Certificate:
    """A certificate for the key of an officer's UKey, by the request (PKCS #10) it made; the request proves that
    the officer has the key. Its names are not taken over. Raises KeyUnfit."""
    said = request["certification_request_info"]
    info = said["subject_pk_info"].dump()
    certificate = certified(info, holder)
    if not suites.of_key(info).verifies(info, request["signature"].native, said.dump()):
        raise KeyUnfit
    return certificate
