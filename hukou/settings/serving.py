"""What `make run` serves."""

from . import env

HUKOU_PORT = env.number("HUKOU_PORT", 8000, "The port on 127.0.0.1 that `make run` serves on.")
HUKOU_DEMO = env.flag("HUKOU_DEMO", True, "Load the invented city with its officers when `make run` starts.")
