"""The invented demo city."""

from . import env

HUKOU_DEMO_PASSWORD = env.text(
    "HUKOU_DEMO_PASSWORD", "", "Password of every demo account. Empty: made at random when the demo city is founded."
)
HUKOU_DEMO_PIN = env.text(
    "HUKOU_DEMO_PIN", "", "Seal PIN of every demo officer, six digits. Empty: made at random with the demo city."
)
