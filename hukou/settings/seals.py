"""How seals are made and where their keys are."""

from . import env

HUKOU_SEAL_SUITE = env.choice(
    "HUKOU_SEAL_SUITE",
    "p256",
    ("p256", "sm2", "rsa"),
    "Algorithms of new seals, and whose seal an officer uses who has several: p256 (ECDSA, SHA-256), sm2 (SM2, SM3), "
    "rsa (RSA, SHA-256).",
)
