"""Every suite signs, verifies, and keeps its keys locked."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

import pytest
from asn1crypto import keys, pem

from tests.support.tools import needs
from workflows.seals import suites
from workflows.seals.errors import SuiteNotOffered
from workflows.seals.suites import libcrypto
from workflows.seals.suites.sm2 import SM2

NAMES = sorted(suites.SUITES)
SAID = b"what is signed" * 20


@lru_cache(maxsize=8)
def key_of(name: str) -> suites.Key:
    return suites.named(name).generate()


@pytest.mark.parametrize("name", NAMES)
def test_a_signature_holds_for_its_own_key_and_words_only(name: str) -> None:
    key, suite = key_of(name), suites.named(name)
    signature, public = key.sign(SAID), key.public_info()
    assert suite.verifies(public, signature, SAID)
    assert not suite.verifies(public, signature, SAID + b"!")
    assert not suite.verifies(suite.generate().public_info(), signature, SAID)
    for place in (0, len(signature) // 2, len(signature) - 1):
        damaged = bytearray(signature)
        damaged[place] ^= 1
        assert not suite.verifies(public, bytes(damaged), SAID)
    assert not suite.verifies(public, b"", SAID)


@pytest.mark.parametrize("name", NAMES)
def test_a_locked_key_opens_with_its_own_secret_only(name: str) -> None:
    suite, locked = suites.named(name), key_of(name).locked(b"493817")
    assert pem.unarmor(locked)[0] == "ENCRYPTED PRIVATE KEY"
    assert suite.unlocked(locked, b"493817").public_info() == key_of(name).public_info()
    for wrong in (b"493818", b"", b"4938170"):
        with pytest.raises(ValueError):  # noqa: PT011 - each library has words of its own
            suite.unlocked(locked, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_a_suite_opens_no_key_of_another(name: str) -> None:
    for other in set(NAMES) - {name}:
        with pytest.raises(ValueError):  # noqa: PT011
            suites.named(name).unlocked(key_of(other).locked(b"493817"), b"493817")


@pytest.mark.parametrize("name", NAMES)
def test_a_key_belongs_to_one_suite(name: str) -> None:
    public = key_of(name).public_info()
    assert [suite.name for suite in suites.SUITES.values() if suite.knows(public)] == [name]
    assert suites.of_key(public).name == name


def test_an_unlocked_key_file_is_not_taken() -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        SM2().unlocked(b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", b"493817")
    with pytest.raises(libcrypto.Refused):
        SM2().unlocked(key_of("sm2").locked(b"493817"), b"493817\0more")


def test_an_unknown_suite_is_named_as_such() -> None:
    with pytest.raises(suites.UnknownSuite):
        suites.named("sm9")


def test_the_preferred_suite_is_set_for_a_while_only(settings: object) -> None:
    before = suites.preferred()
    with suites.prefer("sm2"):
        assert suites.preferred() == "sm2"
    assert suites.preferred() == before


@pytest.mark.parametrize(
    ("lacking", "said"),
    [({"NAMES": ("libcrypto.so.0",)}, "no libcrypto.so.0"), ({"ALGORITHM": b"SM1"}, "built without SM2")],
)
def test_a_machine_without_sm2_does_not_offer_it_and_says_why(
    monkeypatch: pytest.MonkeyPatch, lacking: dict[str, object], said: str
) -> None:
    for name, value in lacking.items():
        monkeypatch.setattr(libcrypto, name, value)
    libcrypto.library.cache_clear()
    try:
        assert said in suites.offered()["sm2"]
        assert suites.offered()["p256"] == ""
        with pytest.raises(SuiteNotOffered, match=said), suites.prefer("sm2"):
            pass
    finally:
        libcrypto.library.cache_clear()


@needs("openssl")
def test_openssl_agrees_about_sm2(tmp_path: Path) -> None:
    key = key_of("sm2")
    files = {"key.pem": pem.armor("PUBLIC KEY", key.public_info()), "said": SAID, "signature": key.sign(SAID)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    identity = "distid:1234567812345678"
    said = subprocess.run(
        ["openssl", "dgst", "-sm3", "-verify", "key.pem", "-sigopt", identity, "-signature", "signature", "said"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.stdout.strip() == "Verified OK", said.stderr


@needs("openssl")
def test_a_signature_of_openssl_is_taken(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(key_of("sm2").locked(b"493817"))
    (tmp_path / "said").write_bytes(SAID)
    signed = subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", "key.pem", "-passin", "pass:493817", "-pkeyopt", "distid:1234567812345678", "-in", "said"],
        cwd=tmp_path, capture_output=True, check=True,
    ).stdout  # fmt: skip
    public = key_of("sm2").public_info()
    assert keys.PublicKeyInfo.load(public).curve == ("named", "sm2")
    assert SM2().verifies(public, signed, SAID)
