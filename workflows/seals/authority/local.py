"""The authority itself: a root, an issuing CA below it, and their revocation lists, one of each per suite.

Root and issuing CA, officers' and units' certificates, and the lists a strict verifier asks for. A bureau replaces it
with its own certificates; nothing above this module knows the difference.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from asn1crypto import crl, pem, x509

from hukou.kernel import clock
from workflows.seals import suites
from workflows.seals.keys import files

from . import certificates
from .certificates import Revoked

MARK = "演示·非证据"
ROOT_YEARS, ISSUER_YEARS, SIGNER_YEARS = 20, 10, 3
LIST_DAYS = 3650
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Authority:
    """The CA's public side."""

    root: x509.Certificate
    issuer: x509.Certificate
    lists: tuple[crl.CertificateList, ...]
    """Of the root, then of the issuer."""


@dataclass(frozen=True)
class Issued:
    """A certificate just made; its key lies encrypted in `key_name`."""

    certificate: x509.Certificate
    key_name: str


def authority(suite: str = suites.DEFAULT) -> Authority:
    """The CA of a suite, made at first use; several processes at once make one."""
    place = _place(suite)
    if not (place / "complete").exists():
        with _alone(place):
            if not (place / "complete").exists():
                _found(place, suite)
                (place / "complete").touch()
    return Authority(
        root=certificate_at(place / "root.pem"),
        issuer=certificate_at(place / "issuer.pem"),
        lists=tuple(
            crl.CertificateList.load(_unarmored((place / each).read_bytes())) for each in ("root.crl", "issuer.crl")
        ),
    )


def authorities() -> list[Authority]:
    """The CA of every suite that has issued anything here, the default's first."""
    begun = [suite for suite in suites.SUITES if (_place(suite) / "complete").exists()]
    return [authority(suite) for suite in dict.fromkeys((suites.DEFAULT, *begun))]


def issue(
    *,
    common_name: str,
    organisation: str,
    pin: str | None,
    suite: str = suites.DEFAULT,
    purposes: Iterable[str] = (),
    years: int = SIGNER_YEARS,
) -> Issued:
    """Make a key, lock it with the PIN (None: with the server's passphrase), and certify it."""
    key = suites.named(suite).generate()
    made = certify(
        key.public_info(),
        common_name=common_name,
        organisation=organisation,
        suite=suite,
        purposes=purposes,
        years=years,
    )
    key_name = f"signer-{made.serial_number:x}.key"
    files.keep(key, key_name, files.server_passphrase() if pin is None else files.stretched(pin, key_name))
    return Issued(made, key_name)


def certify(
    public_info: bytes,
    *,
    common_name: str,
    organisation: str,
    suite: str = suites.DEFAULT,
    purposes: Iterable[str] = (),
    years: int = SIGNER_YEARS,
) -> x509.Certificate:
    """Certify a key that lies elsewhere (a token's, an officer's own). `public_info`: DER of SubjectPublicKeyInfo."""
    issuer, now = authority(suite).issuer, clock.now()
    return certificates.certificate(
        subject=certificates.name(common_name, organisation),
        public_info=public_info,
        issuer=issuer.subject,
        issuer_key=files.opened_by_server(_key_name(suite, "issuer"), suites.named(suite)),
        valid=(now - timedelta(hours=1), now + years * YEAR),
        purposes=purposes,
    )


def publish_list(revoked: Iterable[Revoked], suite: str = suites.DEFAULT, *, days: int = LIST_DAYS) -> None:
    """Put out the issuing CA's revocation list anew; the number of the list goes up by one."""
    authority(suite)
    with _alone(_place(suite)):
        before = authority(suite)
        number = 1 + int(before.lists[1].crl_number_value.native)
        key = files.opened_by_server(_key_name(suite, "issuer"), suites.named(suite))
        now = clock.now()
        _write(
            _place(suite) / "issuer.crl",
            "X509 CRL",
            certificates.revocation_list(
                issuer=before.issuer,
                issuer_key=key,
                number=number,
                valid=(now, now + timedelta(days=days)),
                revoked=revoked,
            ).dump(),
        )


def publish_certificate(certificate: x509.Certificate, name: str, suite: str = suites.DEFAULT) -> None:
    """Lay a certificate of the authority's own services beside its own."""
    _write(_place(suite) / f"{name}.pem", "CERTIFICATE", certificate.dump())


def certificate_at(path: Path) -> x509.Certificate:
    """A certificate in PEM. Raises OSError, ValueError."""
    return x509.Certificate.load(_unarmored(path.read_bytes()))


@contextmanager
def alone(suite: str = suites.DEFAULT) -> Iterator[None]:
    """One process at a time changes a suite's authority. Not to be entered twice by the same one."""
    with _alone(_place(suite)):
        yield


def _found(place: Path, suite: str) -> None:
    kind, now = suites.named(suite), clock.now()
    root_key, issuer_key = kind.generate(), kind.generate()
    root_name = certificates.name(f"户政电子档案根CA {suite.upper()}({MARK})")
    begun = now - timedelta(hours=1)
    root = certificates.certificate(
        subject=root_name,
        public_info=root_key.public_info(),
        issuer=root_name,
        issuer_key=root_key,
        valid=(begun, now + ROOT_YEARS * YEAR),
        path=1,
    )
    issuer = certificates.certificate(
        subject=certificates.name(f"户政电子档案签发CA {suite.upper()}({MARK})"),
        public_info=issuer_key.public_info(),
        issuer=root_name,
        issuer_key=root_key,
        valid=(begun, now + ISSUER_YEARS * YEAR),
        path=0,
    )
    for name, key, certificate in (("root", root_key, root), ("issuer", issuer_key, issuer)):
        files.keep(key, _key_name(suite, name), files.server_passphrase())
        _write(place / f"{name}.pem", "CERTIFICATE", certificate.dump())
        nothing = certificates.revocation_list(
            issuer=certificate, issuer_key=key, number=1, valid=(begun, now + timedelta(days=LIST_DAYS))
        )
        _write(place / f"{name}.crl", "X509 CRL", nothing.dump())


def _key_name(suite: str, name: str) -> str:
    return f"ca-{suite}-{name}.key"


def _place(suite: str) -> Path:
    """The public side of a suite's CA: certificates and lists."""
    place = files.folder() / f"ca-{suites.named(suite).name}"
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def _unarmored(text: bytes) -> bytes:
    return bytes(pem.unarmor(text)[2])


def _write(path: Path, kind: str, der: bytes) -> None:
    """Whole or not at all: others read while it is written."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem.armor(kind, der))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
