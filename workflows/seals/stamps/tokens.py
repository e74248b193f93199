"""Time-stamp requests, answers and tokens (RFC 3161), and what must hold before a token is believed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, tsp, x509
from asn1crypto.core import Any, SequenceOf
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from workflows.seals.trust import Known

TOLERANCE = timedelta(minutes=5)
"""How far a service's clock may be from ours."""


class Disbelieved(ValueError):
    """An answer that is no proof of time. Its text is a stable word."""


@dataclass(frozen=True)
class Stamp:
    """A token that was believed."""

    token: bytes
    """DER of the ContentInfo."""
    moment: datetime
    """What it says the time was."""
    service: str
    """Which service gave it: its address, or `own`."""


class _Parts(SequenceOf):
    """A TimeStampResp, whose token is left out when the service refuses."""

    _child_spec = Any


def request(digest: bytes, algorithm: str, nonce: int) -> bytes:
    """DER of a TimeStampReq that asks for the service's certificate too."""
    asked = {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
        "nonce": nonce,
        "cert_req": True,
    }
    return bytes(tsp.TimeStampReq(asked).dump())


def token_of(answer: bytes) -> bytes:
    """The token in a TimeStampResp. Raises Disbelieved: malformed, refused."""
    try:
        parts = _Parts.load(answer, strict=True)
        status = parts[0].parse(tsp.PKIStatusInfo)["status"].native
        token = parts[1].parse(cms.ContentInfo).dump() if len(parts) > 1 else b""
    except (ValueError, TypeError, KeyError, IndexError) as broken:
        raise Disbelieved("malformed") from broken
    if status not in ("granted", "granted_with_mods") or not token:
        raise Disbelieved("refused")
    return bytes(token)


def info_of(token: bytes) -> tsp.TSTInfo:
    """What a token says. Raises Disbelieved."""
    try:
        content = cms.ContentInfo.load(token)["content"]["encap_content_info"]
        said = content["content"].parsed
        said["gen_time"].native  # noqa: B018 - parses it
    except (ValueError, TypeError, KeyError, AttributeError) as broken:
        raise Disbelieved("malformed") from broken
    if not isinstance(said, tsp.TSTInfo):
        raise Disbelieved("malformed")
    return said


def moment_of(token: bytes) -> datetime:
    """The time a token states. Raises Disbelieved."""
    moment = info_of(token)["gen_time"].native
    assert isinstance(moment, datetime)
    return moment


def certificates_of(token: bytes) -> list[x509.Certificate]:
    """The certificates a token carries, its signer's among them."""
    return [one.chosen for one in cms.ContentInfo.load(token)["content"]["certificates"]]


def pruned(token: bytes, known: Known) -> bytes:
    """The token with its signer's certificate, those that lead from it to a root we know, and the one digest it uses.

    Services send others too; no signature covers them (RFC 5652 clause 5.1), and `verification.policy` takes none.
    """
    whole = cms.ContentInfo.load(token)
    own = signer_of(token)
    wanted = {one.dump() for one in (own, *known.chain_of(own))}
    held = whole["content"]["certificates"]
    kept = [one for one in held if one.chosen.dump() in wanted]
    used = whole["content"]["signer_infos"][0]["digest_algorithm"]
    if len(kept) == len(held) and len(whole["content"]["digest_algorithms"]) == 1:
        return token
    whole["content"]["certificates"] = cms.CertificateSet(kept)
    whole["content"]["digest_algorithms"] = cms.DigestAlgorithms([used])
    return bytes(whole.dump())


def signer_of(token: bytes) -> x509.Certificate:
    """The certificate that gave a token."""
    serial = cms.ContentInfo.load(token)["content"]["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(one for one in certificates_of(token) if one.serial_number == serial)


def checkable_until(token: bytes) -> datetime:
    """When the certificate that gave a token runs out: until then it must be covered by a newer one."""
    until = signer_of(token).not_valid_after
    assert isinstance(until, datetime)
    return until


def believe(token: bytes, *, digest: bytes, algorithm: str, nonce: int | None, now: datetime, known: Known) -> datetime:
    """The time a token proves, after every check. Raises Disbelieved with wrong_digest, wrong_nonce, wrong_time,
    bad_signature, untrusted or malformed."""
    said = info_of(token)
    imprint = said["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != algorithm or imprint["hashed_message"].native != digest:
        raise Disbelieved("wrong_digest")
    if said["nonce"].native != nonce:
        raise Disbelieved("wrong_nonce")
    moment = said["gen_time"].native
    assert isinstance(moment, datetime)
    if abs(moment - now) > TOLERANCE:
        raise Disbelieved("wrong_time")
    _require_sound(token, digest, known.context(now))
    return moment


def still_believe(token: bytes, *, digest: bytes, algorithm: str, known: Known) -> datetime:
    """The time an old token proves: it was sound then, by what is known now. Raises Disbelieved as `believe`."""
    said = info_of(token)
    imprint = said["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != algorithm or imprint["hashed_message"].native != digest:
        raise Disbelieved("wrong_digest")
    moment = moment_of(token)
    _require_sound(token, digest, known.context(moment, later_lists=True))
    return moment


def _require_sound(token: bytes, digest: bytes, context: ValidationContext) -> None:
    """The token is signed, by a service that was trusted at the moment of `context`. Raises Disbelieved."""
    signed = cms.ContentInfo.load(token)["content"]
    try:
        found = asyncio.run(validate_tst_signed_data(signed, context, lambda _algorithm: digest))
    except (SignatureValidationError, ValueError, TypeError, KeyError) as broken:
        raise Disbelieved("malformed") from broken
    status = TimestampSignatureStatus(**found)
    if not (status.intact and status.valid):
        raise Disbelieved("bad_signature")
    if not status.trusted:
        raise Disbelieved("untrusted")
