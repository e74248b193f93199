"""Seals whose key the province's service holds: what it answers is checked, and its faults decide nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hukou.kernel import clock
from tests.support import province
from tests.support.province import ACCESS, PIN, Province
from workflows.seals import actions, enrolment, errors, register, suites, tasks, verify
from workflows.seals.authority import certificates
from workflows.seals.keys.province import ProvinceSealer
from workflows.seals.models import Seal, SealApplication
from workflows.seals.types import Outcome

from .conftest import Bureau, Signing

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def running() -> Iterator[Province]:
    with province.standing_in() as service:
        yield service


@pytest.fixture
def service(running: Province, settings: Any, tmp_path: Path) -> Province:
    access = tmp_path / "access"
    access.write_text(f"{ACCESS}\n")
    settings.HUKOU_PROVINCE_SEALS, settings.HUKOU_PROVINCE_ACCESS_FILE = running.address, str(access)
    settings.HUKOU_PROVINCE_SECONDS = 5
    running.mood, running.signed = "well", 0
    running.asked.clear()
    running.answers.clear()
    return running


@pytest.fixture
def officer_seal(service: Province, bureau: Bureau) -> Iterator[Seal]:
    key = suites.named("sm2").generate()
    service.keys["330000-010201"] = key
    officer = bureau.officers[0]
    certificate = enrolment.certified(key.public_info(), officer)
    with suites.prefer("sm2"):
        yield enrolment.enrol_officer(
            officer=officer, keeping="province", key_name="330000-010201", certificate=certificate
        )


@pytest.fixture
def unit_seal(service: Province, bureau: Bureau) -> Seal:
    key = suites.named("p256").generate()
    service.keys["330000-unit"] = key
    certificate = enrolment.certified(key.public_info(), (bureau.branch, "approval"))
    return enrolment.enrol_unit(
        office=bureau.branch, kind="approval", keeping="province", key_name="330000-unit", certificate=certificate
    )


def sealer_of(seal: Seal, pin: str | None = None) -> ProvinceSealer:
    return ProvinceSealer(register.certificate_of(seal), [], suites.named(seal.suite), seal.key_name, pin)


def test_a_level_signed_by_the_province_passes(officer_seal: Seal, signing: Signing, service: Province) -> None:
    application = actions.apply_seal(signing.sign(1, pin=PIN).pk)
    assert (application.seal, service.signed) == (officer_seal, 1)
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED


def test_a_wrong_pin_is_asked_once_and_decides_nothing(officer_seal: Seal, signing: Signing, service: Province) -> None:
    with pytest.raises(errors.WrongPin):
        signing.sign(1, pin="000000")
    assert len(service.asked) == 1
    assert not SealApplication.objects.exists()


FAULTS = {
    "locked": (errors.PinLocked, {}),
    "down": (errors.ProvinceUnavailable, {"why": "http_500"}),
    "hangs_up": (errors.ProvinceUnavailable, {"why": "hung_up"}),
    "gibberish": (errors.ProvinceUnavailable, {"why": "no_json"}),
    "wrong_signature": (errors.ProvinceAnswerWrong, {}),
    "other_key": (errors.ProvinceAnswerWrong, {}),
}


@pytest.mark.parametrize("mood", FAULTS)
def test_a_fault_of_the_service_leaves_nothing_decided(
    officer_seal: Seal, signing: Signing, service: Province, mood: str
) -> None:
    service.mood = mood
    kind, data = FAULTS[mood]
    with pytest.raises(kind) as caught:
        signing.sign(1, pin=PIN)
    assert caught.value.data == data
    assert len(service.asked) == 1  # with a PIN in it, nothing is asked twice
    assert not SealApplication.objects.exists()


@pytest.mark.parametrize("mood", ["slow", "drips"])
def test_a_slow_service_is_not_waited_for(unit_seal: Seal, service: Province, settings: Any, mood: str) -> None:
    service.mood, settings.HUKOU_PROVINCE_SECONDS = mood, 0.2
    with pytest.raises(errors.ProvinceUnavailable) as caught:
        sealer_of(unit_seal).sign(b"attributes")
    assert caught.value.data == {"why": "timeout"}


def test_a_service_that_is_not_there_is_said(unit_seal: Seal, settings: Any) -> None:
    for address, why in (("http://127.0.0.1:9", "down"), ("http://seals.example", "no_address"), ("", "no_address")):
        settings.HUKOU_PROVINCE_SEALS = address
        with pytest.raises(errors.ProvinceUnavailable) as caught:
            sealer_of(unit_seal).sign(b"attributes")
        assert caught.value.data == {"why": why}


def test_an_answer_lost_on_the_way_is_asked_for_again_and_signed_once(unit_seal: Seal, service: Province) -> None:
    service.mood = "hangs_up_once"
    assert sealer_of(unit_seal).sign(b"attributes")
    assert (len(service.asked), service.signed) == (2, 1)


def test_a_request_delivered_twice_is_signed_once(unit_seal: Seal, service: Province) -> None:
    service.mood = "twice"
    assert sealer_of(unit_seal).sign(b"attributes")
    assert (len(service.asked), service.signed) == (2, 1)


def test_a_server_without_access_is_told(unit_seal: Seal, settings: Any) -> None:
    settings.HUKOU_PROVINCE_ACCESS_FILE = ""
    with pytest.raises(errors.ProvinceUnavailable) as caught:
        sealer_of(unit_seal).sign(b"attributes")
    assert caught.value.data == {"why": "http_401"}


def a_certificate(folder: Path) -> Path:
    """Certificate and key of a web server, in one file; signed by itself."""
    key, path = ec.generate_private_key(ec.SECP256R1()), folder / "server.pem"
    name = cx509.Name([cx509.NameAttribute(NameOID.COMMON_NAME, "seals.example")])
    built = cx509.CertificateBuilder(name, name, key.public_key(), 7, clock.now() - DAY, clock.now() + DAY)
    here = cx509.SubjectAlternativeName([cx509.IPAddress(ip_address("127.0.0.1"))])
    built = built.add_extension(here, critical=False).add_extension(cx509.BasicConstraints(True, None), critical=True)
    keyless = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, keyless)
        + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_the_service_is_known_by_its_certificate(
    unit_seal: Seal, service: Province, settings: Any, tmp_path: Path
) -> None:
    own = a_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own)
    with province.standing_in(tls) as secure:
        secure.keys = service.keys
        settings.HUKOU_PROVINCE_SEALS = secure.address
        with pytest.raises(errors.ProvinceUnavailable) as caught:
            sealer_of(unit_seal).sign(b"attributes")
        assert caught.value.data == {"why": "certificate"}
        settings.HUKOU_PROVINCE_CA = str(own)
        assert sealer_of(unit_seal).sign(b"attributes")
        assert len(secure.asked) == 1


def test_a_seal_the_province_certified_itself_passes(
    service: Province, bureau: Bureau, signing: Signing, data_dir: Path
) -> None:
    suite, (begun, ends) = suites.named("sm2"), (clock.now() - DAY, clock.now() + 900 * DAY)
    keys = [suite.generate() for _ in range(3)]
    root, issuer, holder = (certificates.name(said, "省公安厅") for said in ("根CA", "签发CA", "周明 010201"))
    made = [
        certificates.certificate(
            subject=subject, public_info=key.public_info(), issuer=above, issuer_key=by, valid=(begun, ends), path=path
        )
        for subject, key, above, by, path in (
            (root, keys[0], root, keys[0], 1),
            (issuer, keys[1], root, keys[0], 0),
            (holder, keys[2], issuer, keys[1], None),
        )
    ]
    trusted = data_dir / "trust"
    trusted.mkdir()
    for place, (certificate, key) in enumerate(zip(made[:2], keys[:2], strict=True)):
        (trusted / f"{place}.pem").write_bytes(pem.armor("CERTIFICATE", certificate.dump()))
        nothing = certificates.revocation_list(issuer=certificate, issuer_key=key, number=1, valid=(begun, ends))
        (trusted / f"{place}.crl").write_bytes(pem.armor("X509 CRL", nothing.dump()))
    service.keys["330000-010201"] = keys[2]
    with suites.prefer("sm2"):
        enrolment.enrol_officer(
            officer=bureau.officers[0], keeping="province", key_name="330000-010201", certificate=made[2]
        )
        actions.apply_seal(signing.sign(1, pin=PIN).pk)
    report = verify.report(signing.bytes(), signing.expected())
    assert report.outcome == Outcome.PASSED
    assert "省公安厅" in report.seals[0].signer


def test_a_unit_seal_the_province_does_not_give_is_visibly_pending(
    unit_seal: Seal, signing: Signing, service: Province
) -> None:
    signing.seal(1)
    signing.seal(2)
    application = signing.sign(3)
    service.mood = "wrong_signature"
    before = signing.bytes()
    with pytest.raises(errors.ProvinceAnswerWrong):
        tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.failure) == ("failed", "province_answer_wrong")
    assert signing.bytes() == before
    service.mood = "well"
    tasks.put_on(application_id=application.pk)
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED
