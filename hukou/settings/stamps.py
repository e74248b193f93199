"""Time stamps of seals (RFC 3161), and whom else than its own authority a verifier trusts."""

from . import env

HUKOU_TSA_URLS = [
    url.strip()
    for url in env.text(
        "HUKOU_TSA_URLS",
        "",
        "Addresses of time-stamping services, separated by commas, in the order they are asked. "
        "Empty: the demonstration's own service, whose stamps are no evidence.",
    ).split(",")
    if url.strip()
]
HUKOU_TSA_SECONDS = env.number(
    "HUKOU_TSA_SECONDS", 5, "Seconds one time-stamping service may take before the next is asked."
)
HUKOU_STAMP_DIGEST = env.choice(
    "HUKOU_STAMP_DIGEST",
    "sha256",
    ("sha256", "sha384", "sha512"),
    "Digest new time stamps are made over; seals with SM2 are stamped over SM3 whatever stands here. "
    "Renewed stamps take it too: this is how old files move to a stronger digest.",
)
HUKOU_STAMP_RENEWAL_DAYS = env.number(
    "HUKOU_STAMP_RENEWAL_DAYS",
    180,
    "Days before the certificate of a file's newest time stamp runs out at which the file is stamped anew.",
)
HUKOU_TRUST_DIR = env.text(
    "HUKOU_TRUST_DIR",
    "",
    "Folder with certificates (*.crt, *.pem) and revocation lists (*.crl) of foreign authorities whose stamps and seals "
    "are trusted; self-signed certificates are roots. Empty: `trust` in the data folder.",
)
