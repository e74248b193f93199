"""What `make run` serves."""

from . import env

HUKOU_PORT = env.number("HUKOU_PORT", 8000, "The port on 127.0.0.1 that `make run` serves on.")
HUKOU_PUBLIC_URL = env.text(
    "HUKOU_PUBLIC_URL",
    "",
    "Address under which the public reaches `/check/`, e.g. https://hz.example.cn; QR codes on notices lead there. Empty: they hold number and check code only.",
)
HUKOU_CHECKS_A_MINUTE = env.number(
    "HUKOU_CHECKS_A_MINUTE",
    20,
    "Notices one address may have checked on the public page per minute; all together ten times as many.",
)
HUKOU_DEMO = env.flag("HUKOU_DEMO", True, "Load the invented city with its officers when `make run` starts.")
