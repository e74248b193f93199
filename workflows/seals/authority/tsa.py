"""The local authority's own time-stamping service (RFC 3161): no evidence, but the same work as a real one.

Used inside the process when no service is configured, and behind an address of the site so that other servers of
the bureau can ask over HTTP. Its clock is this machine's.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import cms, tsp, x509

from hukou.kernel import clock
from workflows.seals import signeddata, suites
from workflows.seals.errors import KeystoreUnavailable
from workflows.seals.keys import files
from workflows.seals.suites import Key

from . import local

POLICY = "2.25.304583713860571915093498571239057390614"
"""Identifier of the policy, of the arc free for all (ITU-T X.667): stamps of a demonstration, no evidence."""
YEARS = 8
SPARE = timedelta(days=365)
"""A new key and certificate are made when the old one has no longer than this; what it stamped stays valid."""
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64, "sm3": 32}
"""Digests it stamps, and their length in bytes."""


@dataclass(frozen=True)
class Service:
    """The key that stamps, and the certificates a token carries."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    key: Key


def service(suite: str = suites.DEFAULT) -> Service:
    """The service of a suite, made at first use. Raises KeystoreUnavailable."""
    name = _newest(suite)
    if name is None or _opened(files.folder(), suite, name).certificate.not_valid_after - clock.now() < SPARE:
        name = _establish(suite)
    return _opened(files.folder(), suite, name)


def token(digest: bytes, algorithm: str, *, nonce: int | None, suite: str = suites.DEFAULT) -> bytes:
    """DER of a token that says: this digest was known now. `algorithm`: a name of DIGESTS."""
    return issued(service(suite), digest, algorithm, nonce=nonce, moment=clock.now())


def issued(by: Service, digest: bytes, algorithm: str, *, nonce: int | None, moment: datetime) -> bytes:
    """A token of that service for that moment (whole seconds)."""
    said = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
            "serial_number": secrets.randbits(63) | 1 << 62,
            "gen_time": moment.replace(microsecond=0),
            "accuracy": {"seconds": 1},
            "nonce": nonce,
        }
    ).dump()
    suite = by.key.suite
    attributes = signeddata.attributes(
        hashlib.new(suite.digest, said).digest(), by.certificate, suite, kind=signeddata.TIME_STAMP
    )
    return signeddata.assemble(attributes, by.key.sign(attributes), by.certificate, [by.issuer], suite, stamp_info=said)


def reply(request: bytes, suite: str = suites.DEFAULT) -> bytes:
    """Answer a TimeStampReq with a TimeStampResp, both DER (RFC 3161 clause 2.4); a refusal is an answer too."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        nonce, policy = asked["nonce"].native, asked["req_policy"].native
    except (ValueError, TypeError):
        return _refused("bad_data_format")
    if DIGESTS.get(algorithm) != len(digest):
        return _refused("bad_alg")
    if policy not in (None, POLICY):
        return _refused("unaccepted_policy")
    made = cms.ContentInfo.load(token(digest, algorithm, nonce=nonce, suite=suite))
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": made}).dump())


def _refused(why: str) -> bytes:
    """A refusal has no token; the classes of the parser insist on one, so only the status is written by them."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {why}}).dump()
    return signeddata.sequence(status)


def _newest(suite: str) -> str | None:
    made = sorted(_place(suite).glob("tsa-*.pem"))
    return made[-1].stem if made else None


def _establish(suite: str) -> str:
    """Make the next key and certificate; several processes at once make one."""
    local.authority(suite)
    with local.alone(suite):
        name = _newest(suite)
        if name is not None and _opened(files.folder(), suite, name).certificate.not_valid_after - clock.now() >= SPARE:
            return name
        issuer = local.authority(suite).issuer
        number = 1 if name is None else 1 + int(name.removeprefix("tsa-"))
        left = (issuer.not_valid_after - clock.now()) // local.YEAR
        key = suites.named(suite).generate()
        certificate = local.certify(
            key.public_info(),
            common_name=f"户政电子档案时间戳({local.MARK})",
            organisation="户政电子档案",
            suite=suite,
            purposes=["time_stamping"],
            years=max(1, min(YEARS, left)),
        )
        name = f"tsa-{number:03d}"
        files.keep(key, _key_name(suite, name), files.server_passphrase())
        local.publish_certificate(certificate, name, suite)
    return name


def _place(suite: str) -> Path:
    return files.folder() / f"ca-{suites.named(suite).name}"


def _key_name(suite: str, name: str) -> str:
    return f"ca-{suite}-{name}.key"


@lru_cache(maxsize=16)
def _opened(folder: Path, suite: str, name: str) -> Service:
    """Opened once per process: opening costs many times a stamp. `folder` tells one data folder from another."""
    try:
        certificate = local.certificate_at(folder / f"ca-{suite}" / f"{name}.pem")
    except OSError as unreadable:
        raise KeystoreUnavailable from unreadable
    key = files.opened_by_server(_key_name(suite, name), suites.named(suite))
    return Service(certificate, local.authority(suite).issuer, key)
