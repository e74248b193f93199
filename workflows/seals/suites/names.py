"""The national algorithms' names, told once to the ASN.1 library: GM/T 0006-2012, GB/T 33560-2017.

Without them certificates and containers with SM2 and SM3 cannot even be read.
"""

from __future__ import annotations

from asn1crypto import algos, keys

SM2_CURVE = "1.2.156.10197.1.301"
SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"


def register() -> None:
    """Tell the names. Doing it again changes nothing."""
    for kind, oid, name in (
        (algos.DigestAlgorithmId, SM3, "sm3"),
        (algos.SignedDigestAlgorithmId, SM2_WITH_SM3, "sm3_sm2"),
    ):
        kind._map[oid] = name
        kind._reverse_map = None  # made anew from the map at next use
    keys.NamedCurve.register("sm2", SM2_CURVE, 32)
