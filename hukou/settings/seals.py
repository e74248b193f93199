"""How seals are made and where their keys are."""

from . import env

HUKOU_SEAL_SUITE = env.choice(
    "HUKOU_SEAL_SUITE",
    "p256",
    ("p256", "sm2", "rsa"),
    "Algorithms of new seals, and whose seal an officer uses who has several: p256 (ECDSA, SHA-256), sm2 (SM2, SM3), "
    "rsa (RSA, SHA-256).",
)
HUKOU_TOKEN_LIBRARY = env.text(
    "HUKOU_TOKEN_LIBRARY", "", "The PKCS#11 library of tokens or hardware modules that hold keys of seals. Empty: none."
)
HUKOU_TOKEN_PIN_FILE = env.text(
    "HUKOU_TOKEN_PIN_FILE", "", "File with the PIN of the token that holds the keys of units. Officers type theirs."
)
HUKOU_PROVINCE_SEALS = env.text(
    "HUKOU_PROVINCE_SEALS", "", "Address of the province's e-seal service (docs/province-seals.md). Empty: none."
)
HUKOU_PROVINCE_CA = env.text(
    "HUKOU_PROVINCE_CA", "", "File with the certificates (PEM) the service's own is checked by. Empty: the system's."
)
HUKOU_PROVINCE_ACCESS_FILE = env.text(
    "HUKOU_PROVINCE_ACCESS_FILE", "", "File with the access word this server shows to the province's e-seal service."
)
HUKOU_PROVINCE_SECONDS = env.number(
    "HUKOU_PROVINCE_SECONDS", 8, "Seconds one request to the province's e-seal service may take altogether."
)
HUKOU_UKEY_BRIDGE = env.text(
    "HUKOU_UKEY_BRIDGE",
    "",
    "Address of the UKey bridge on every officer's own machine (docs/ukey.md), e.g. http://127.0.0.1:17401. Empty: none.",
)
