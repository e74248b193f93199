"""Our stable reasons, and what the standard calls them (ETSI EN 319 102-1 clause 5.1.3, tables 5 and 6)."""

from __future__ import annotations

SUB_INDICATIONS = {
    # the bytes
    "unreadable": "FORMAT_FAILURE",
    "invalid": "FORMAT_FAILURE",
    "hidden_bytes": "FORMAT_FAILURE",
    "bytes_after_end": "FORMAT_FAILURE",
    "not_fully_covered": "FORMAT_FAILURE",
    "changed_after": "FORMAT_FAILURE",
    "not_acceptable": "FORMAT_FAILURE",
    "digest_mismatch": "HASH_FAILURE",
    "signature_invalid": "SIG_CRYPTO_FAILURE",
    "whole_file_digest_differs": "HASH_FAILURE",
    "trail_digest_differs": "HASH_FAILURE",
    # what the register expects
    "wrong_signer": "SIG_CONSTRAINTS_FAILURE",
    "out_of_order": "SIG_CONSTRAINTS_FAILURE",
    "missing": "SIG_CONSTRAINTS_FAILURE",
    "seal_missing": "SIG_CONSTRAINTS_FAILURE",
    "unexpected_seal": "SIG_CONSTRAINTS_FAILURE",
    "not_yet_sealed": "SIG_CONSTRAINTS_FAILURE",
    "later_seals_exist": "SIG_CONSTRAINTS_FAILURE",
    # the certificate
    "untrusted": "NO_CERTIFICATE_CHAIN_FOUND",
    "chain_invalid": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "wrong_purpose": "CHAIN_CONSTRAINTS_FAILURE",
    "suite_not_offered": "CRYPTO_CONSTRAINTS_FAILURE",
    "weak_algorithm": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "revoked": "REVOKED",
    "revoked_after_signing": "REVOKED_NO_POE",
    "issuer_revoked": "REVOKED_CA_NO_POE",
    "no_revocation_list": "TRY_LATER",
    "not_yet_valid": "NOT_YET_VALID",
    "expired_before_signing": "EXPIRED",
    "expired": "OUT_OF_BOUNDS_NO_POE",
    # time
    "stamp_missing": "NO_POE",
    "stamp_broken": "NO_POE",
    "stamp_untrusted": "NO_POE",
    "closing_stamp_missing": "NO_POE",
    "stamps_out_of_order": "TIMESTAMP_ORDER_FAILURE",
    "stamp_in_the_future": "TIMESTAMP_ORDER_FAILURE",
}


def sub_indication(reason: str) -> str:
    """What the standard calls one of our reasons; empty where it has no name for it."""
    return SUB_INDICATIONS.get(reason.partition(":")[0], "")
