"""Seals with SM2 and SM3: our verifier judges them like any other, and programs that are not ours agree."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from tests.support import casefiles
from tests.support.tools import needs
from workflows.cases.models import Case
from workflows.papers import notice
from workflows.seals import actions, suites, verify
from workflows.seals.authority import local
from workflows.seals.authority.certificates import Revoked
from workflows.seals.errors import SealRejected, SuiteNotOffered
from workflows.seals.models import Seal
from workflows.seals.suites import libcrypto
from workflows.seals.suites.sm2 import SM2Key
from workflows.seals.types import Field, Outcome

from .conftest import PIN, Bureau, Signing

JARS = Path("/usr/share/java")
CLASSES = ":".join(str(JARS / f"{name}.jar") for name in ("bcprov", "bcpkix", "bcutil"))
VERIFIER = Path(__file__).parents[3] / "support" / "java" / "VerifyCms.java"


@pytest.fixture
def national(signing: Signing, bureau: Bureau) -> Signing:
    """All levels, and the unit, sealed with SM2."""
    with suites.prefer("sm2"):
        for officer in bureau.officers:
            actions.issue_personal_seal(officer=officer, pin=PIN)
        actions.issue_unit_seal(office=bureau.branch, kind="approval")
        for level in (1, 2, 3):
            signing.seal(level)
    return signing


def signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)


def covered(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    a, b, c, d = signature.byte_range
    return pdf[a : a + b] + pdf[c : c + d]


def test_a_file_sealed_with_sm2_at_every_level_passes(national: Signing) -> None:
    report = verify.report(national.bytes(), national.expected())
    assert (report.outcome, report.reasons) == (Outcome.PASSED, ())
    assert [seal.kind for seal in report.seals] == ["personal", "personal", "personal", "unit"]
    for signature in signatures(national.bytes()):
        signer = signature.signer_info
        assert signer["digest_algorithm"]["algorithm"].native == "sm3"
        assert signer["signature_algorithm"]["algorithm"].dotted == "1.2.156.10197.1.501"
        assert suites.of(signature.signer_cert).name == "sm2"


def test_a_file_may_carry_seals_of_several_suites(signing: Signing, bureau: Bureau) -> None:
    for level, suite in enumerate(("sm2", "p256", "rsa"), 1):
        with suites.prefer(suite):
            actions.issue_personal_seal(officer=bureau.officers[level - 1], pin=PIN)
            signing.seal(level)
    report = verify.report(signing.bytes(), signing.expected())
    assert report.outcome == Outcome.PASSED
    used = [suites.of(signature.signer_cert).name for signature in signatures(signing.bytes())]
    assert used == ["sm2", "p256", "rsa", "rsa"]


def test_every_flipped_byte_is_found_in_a_national_file_too(national: Signing) -> None:
    pdf, expected = national.bytes(), national.expected()
    for place in (200, len(pdf) // 3, len(pdf) // 2):
        damaged = bytearray(pdf)
        damaged[place] ^= 1
        assert verify.report(bytes(damaged), expected).outcome == Outcome.FAILED


def test_a_signature_of_another_national_key_is_never_put_on(
    signing: Signing, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = libcrypto.generate()
    with suites.prefer("sm2"):
        actions.issue_personal_seal(officer=bureau.officers[0], pin=PIN)
        monkeypatch.setattr(SM2Key, "sign", lambda _key, data: forger.sign(data))
        application = signing.sign(1)
    with pytest.raises(SealRejected, match="signature_invalid"):
        actions.apply_seal(application.pk)


def test_a_revoked_national_seal_fails(national: Signing) -> None:
    serial = signatures(national.bytes())[0].signer_cert.serial_number
    local.publish_list([Revoked(serial, casefiles.MORNING, "key_compromise")], "sm2")
    report = verify.report(national.bytes(), national.expected())
    assert report.outcome == Outcome.FAILED
    assert report.seals[0].reasons == ("revoked",)


def test_a_machine_without_sm2_says_nothing_against_the_seal(
    national: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking() -> None:
        raise SuiteNotOffered(suite="sm2", why="not there")

    pdf, expected = national.bytes(), national.expected()
    monkeypatch.setattr("workflows.seals.suites.libcrypto.library", lacking)
    report = verify.report(pdf, expected)
    assert report.outcome == Outcome.INDETERMINATE
    assert {seal.reasons for seal in report.seals} == {("suite_not_offered",)}


def test_the_notice_is_of_the_suite_of_the_case_file(national: Signing, case: Case, bureau: Bureau) -> None:
    composed = notice.compose(casefiles.notice())
    field = Field("unit_seal", 0, "notice", "unit", composed.seal.page, composed.seal.corners)
    document = actions.seal_notice(
        case_id=case.pk, pdf=composed.pdf, field=field, office=bureau.branch, kind="approval"
    )
    assert document.applications.get().seal.suite == "sm2"


def test_an_officer_has_one_live_seal_of_each_suite(national: Signing, bureau: Bureau) -> None:
    officer = bureau.officers[0]
    assert sorted(Seal.objects.filter(officer=officer).values_list("suite", flat=True)) == ["p256", "sm2"]
    again = actions.issue_personal_seal(officer=officer, pin=PIN, suite="sm2")
    assert again.suite == "sm2"
    assert Seal.objects.filter(officer=officer).count() == 2


@needs("openssl")
def test_openssl_verifies_attributes_and_certificates(national: Signing, tmp_path: Path) -> None:
    pdf, identity = national.bytes(), "distid:1234567812345678"
    authority = local.authority("sm2")
    for name, one in (("root", authority.root), ("issuer", authority.issuer)):
        (tmp_path / f"{name}.pem").write_bytes(pem.armor("CERTIFICATE", one.dump()))
    for signature in signatures(pdf):
        signer = signature.signer_info
        attributes = signer["signed_attrs"].untag()
        said = {one["type"].native: one["values"].native for one in attributes}
        for name, data in (
            ("attributes", attributes.dump()),
            ("signature", signer["signature"].native),
            ("key.pem", pem.armor("PUBLIC KEY", signature.signer_cert.public_key.dump())),
            ("signer.pem", pem.armor("CERTIFICATE", signature.signer_cert.dump())),
            ("content", covered(pdf, signature)),
        ):
            (tmp_path / name).write_bytes(data)
        for command, answer in (
            (["dgst", "-sm3", "-verify", "key.pem", "-sigopt", identity, "-signature", "signature", "attributes"], "Verified OK"),
            (["dgst", "-sm3", "-r", "content"], said["message_digest"][0].hex()),
            (["verify", "-CAfile", "root.pem", "-vfyopt", identity, "issuer.pem"], "issuer.pem: OK"),
            (["verify", "-partial_chain", "-trusted", "issuer.pem", "-vfyopt", identity, "signer.pem"], "signer.pem: OK"),
        ):  # fmt: skip
            done = subprocess.run(["openssl", *command], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert answer in done.stdout, done.stderr


@needs("java")
@pytest.mark.skipif(not (JARS / "bcpkix.jar").exists(), reason="libbcpkix-java is not installed")
@pytest.mark.slow
def test_bouncy_castle_verifies_the_container(national: Signing, tmp_path: Path) -> None:
    pdf = national.bytes()
    signature = signatures(pdf)[-1]
    names = [tmp_path / name for name in ("container", "content", "root.pem")]
    root = pem.armor("CERTIFICATE", local.authority("sm2").root.dump())
    for path, data in zip(names, (signature.pkcs7_content, covered(pdf, signature), root), strict=True):
        path.write_bytes(data)
    java = ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", CLASSES, str(VERIFIER), *map(str, names)]
    assert subprocess.run(java, capture_output=True, text=True, check=True).stdout == (
        "1.2.156.10197.1.401 1.2.156.10197.1.501 valid\n"
    )
    names[1].write_bytes(covered(pdf, signature) + b"!")
    assert subprocess.run(java, capture_output=True, text=True, check=True).stdout.endswith(" invalid\n")
