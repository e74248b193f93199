"""The workshop: the processes that make archive pages of photographs (see capture.sessions.workshop)."""

from . import env

HUKOU_CAPTURE_WORKERS = env.number(
    "HUKOU_CAPTURE_WORKERS",
    -1,
    "Processes that make pages of photographs, one photograph each at a time. -1: as many as the machine has cores. "
    "0: none; pages are made inside the process that asks.",
)
HUKOU_CAPTURE_LINE = env.number(
    "HUKOU_CAPTURE_LINE",
    32,
    "How many photographs may wait for one of these processes; a camera beyond that is asked to send again later.",
)
HUKOU_CAPTURE_SECONDS = env.number(
    "HUKOU_CAPTURE_SECONDS",
    20,
    "Seconds one photograph may take; then its process is ended and the photograph refused.",
)
HUKOU_CAPTURE_MEMORY = env.number(
    "HUKOU_CAPTURE_MEMORY", 3072, "MiB of address space one of these processes may use; 120 megapixels need about 2000."
)
