"""From pyHanko's words for a path that does not hold to ours (`reasons`)."""

from __future__ import annotations

from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic

TRUST = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "untrusted",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "untrusted",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "wrong_purpose",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "weak_algorithm",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak_algorithm",
    AdESIndeterminate.REVOKED_CA_NO_POE: "issuer_revoked",
    AdESIndeterminate.TRY_LATER: "no_revocation_list",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired",
}


def of_path(problem: AdESSubIndic | None) -> str:
    """Our word for why a certificate's path does not hold."""
    return TRUST.get(problem, "chain_invalid")  # type: ignore[call-overload, no-any-return]
