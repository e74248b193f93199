"""The local certificate authority of the embedded default: plainly marked as not evidential.

Root and issuing CA, officers' and units' certificates, and the revocation lists a strict verifier asks for.
A bureau replaces it with its own certificates; nothing above this module knows the difference.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from asn1crypto import keys, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from hukou.kernel import clock

from .errors import KeystoreUnavailable, WrongPin

MARK = "演示·非证据"
ROOT_YEARS, ISSUER_YEARS, SIGNER_YEARS = 20, 10, 3
CRL_DAYS = 3650
COST = 2**15
"""Rounds of scrypt over a PIN (RFC 7914: N)."""
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Authority:
    """The CA's public side, and where its secrets lie."""

    root: x509.Certificate
    issuer: x509.Certificate
    lists: tuple[x509.CertificateRevocationList, ...]


@dataclass(frozen=True)
class Issued:
    """A certificate just made; its key lies encrypted in `key_name`."""

    certificate: x509.Certificate
    key_name: str


def folder() -> Path:
    """The key folder, mode 0700."""
    place: Path = settings.HUKOU_DATA_DIR / "keys"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def authority() -> Authority:
    """The CA, made at first use; several processes at once make one."""
    place = folder()
    if not (place / "ca.complete").exists():
        with _alone(place):
            if not (place / "ca.complete").exists():
                _found(place)
                (place / "ca.complete").touch()
    return Authority(
        root=_certificate(place / "root.pem"),
        issuer=_certificate(place / "issuer.pem"),
        lists=tuple(x509.load_pem_x509_crl((place / name).read_bytes()) for name in ("root.crl", "issuer.crl")),
    )


def issue(*, common_name: str, organisation: str, pin: str | None) -> Issued:
    """Make a P-256 key, lock it with the PIN (None: with the server's passphrase), and certify it."""
    authority()
    place = folder()
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = _certificate(place / "issuer.pem")
    issuer_key = _own_key(place / "issuer.key")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )
    certificate = _certify(name, key.public_key(), issuer.subject, issuer_key, years=SIGNER_YEARS, path=None)
    key_name = f"signer-{certificate.serial_number:x}.key"
    _write_key(place / key_name, key, server_passphrase() if pin is None else stretched(pin, key_name))
    return Issued(certificate, key_name)


def open_key(key_name: str, secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Decrypt a signer's key. Raises WrongPin, KeystoreUnavailable."""
    return _load_key(folder() / Path(key_name).name, secret)


def open_unit_key(key_name: str) -> ec.EllipticCurvePrivateKey:
    """Decrypt a unit's key with the server's passphrase. Raises KeystoreUnavailable: no PIN is at fault here."""
    return _own_key(folder() / Path(key_name).name)


def stretched(pin: str, key_name: str) -> bytes:
    """The secret that locks an officer's key: the PIN through scrypt, with the server's passphrase mixed in.

    Six digits alone would fall to guessing in minutes; so a stolen key file needs the passphrase file too,
    and even with both every guess costs about 60 ms and 32 MB (`COST`).
    """
    salt = hmac.new(server_passphrase(), key_name.encode(), hashlib.sha256).digest()
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=8, p=1, maxmem=64 * 1024 * 1024).hex().encode()


def server_passphrase() -> bytes:
    """The passphrase of unit keys, kept in a file of its own beside them; made once."""
    path = folder() / "server.passphrase"
    if not path.exists():
        # Written whole before it gets its name: another process must never read half a passphrase.
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_bytes()


def _found(place: Path) -> None:
    secret = server_passphrase()
    root_key, issuer_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    root_name = _ca_name(f"户政电子档案根CA({MARK})")
    issuer_name = _ca_name(f"户政电子档案签发CA({MARK})")
    root = _certify(root_name, root_key.public_key(), root_name, root_key, years=ROOT_YEARS, path=1)
    issuer = _certify(issuer_name, issuer_key.public_key(), root_name, root_key, years=ISSUER_YEARS, path=0)
    for name, key, certificate in (("root", root_key, root), ("issuer", issuer_key, issuer)):
        _write_key(place / f"{name}.key", key, secret)
        (place / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        revoked = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(certificate.subject)
            .last_update(certificate.not_valid_before_utc)
            .next_update(clock.now() + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        (place / f"{name}.crl").write_bytes(revoked.public_bytes(serialization.Encoding.PEM))


def _ca_name(common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def _certify(
    name: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    years: int,
    path: int | None,
) -> x509.Certificate:
    """A certificate by `issuer_key`; `path` is the CA path length, None for a signer."""
    now = clock.now()
    is_ca = path is not None
    usage = x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + years * YEAR)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=path), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey, secret: bytes) -> None:
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(encrypted)
        file.flush()
        os.fsync(file.fileno())


def _own_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        return _load_key(path, server_passphrase())
    except WrongPin as wrong:
        raise KeystoreUnavailable from wrong


def _load_key(path: Path, secret: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        encrypted = path.read_bytes()
        # A damaged file must not look like a wrong PIN: the officer would try again until locked out.
        keys.EncryptedPrivateKeyInfo.load(pem.unarmor(encrypted)[2], strict=True).native  # noqa: B018 - parses it
    except (OSError, ValueError, TypeError) as damaged:
        raise KeystoreUnavailable from damaged
    try:
        key = serialization.load_pem_private_key(encrypted, secret)
    except (ValueError, TypeError) as wrong:
        raise WrongPin from wrong
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "ca.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
