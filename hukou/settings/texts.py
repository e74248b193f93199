"""Texts (SMS) to the stations' own telephones: through which gateway, and how long it is tried."""

from . import env

HUKOU_SMS_GATEWAY = env.text(
    "HUKOU_SMS_GATEWAY",
    "",
    "Address of the SMS gateway (docs/sms-gateway.md). Empty: texts are kept and shown on the screen, none is sent.",
)
HUKOU_SMS_CA = env.text(
    "HUKOU_SMS_CA", "", "File with the certificates (PEM) the gateway's own is checked by. Empty: the system's."
)
HUKOU_SMS_SECRET_FILE = env.text(
    "HUKOU_SMS_SECRET_FILE",
    "",
    "File with the secret both sides sign with: our requests to the gateway, its receipts to us.",
)
HUKOU_SMS_SECONDS = env.number("HUKOU_SMS_SECONDS", 8, "Seconds one request to the SMS gateway may take altogether.")
HUKOU_SMS_RECEIPTS = env.choice(
    "HUKOU_SMS_RECEIPTS",
    "pull",
    ("pull", "push", "none"),
    "How it becomes known that a text arrived: we ask the gateway (pull), it tells `/texts/receipts/` (push), or never.",
)
HUKOU_SMS_HOURS = env.number(
    "HUKOU_SMS_HOURS", 24, "Hours a text is tried, and its receipt waited for; then the office is alerted."
)
