"""`python -m hukou.embedded ensure|status|stop DATA_DIR`: the embedded server by hand. Exit status 2: could not run."""

from __future__ import annotations

import sys
from pathlib import Path

from . import server
from .errors import EmbeddedServerError


def main(argv: list[str]) -> int:
    """0: done or running; 1: not running; 2: it cannot run here, the reason is on stderr."""
    if len(argv) != 2 or argv[0] not in ("ensure", "status", "stop"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    verb, data_dir = argv[0], Path(argv[1]).resolve()
    try:
        if verb == "ensure":
            sys.stdout.write(server.ensure(data_dir) + "\n")
            return 0
        if verb == "stop":
            return 0 if server.stop(data_dir) else 1
        state = server.status(data_dir)
    except EmbeddedServerError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    sys.stdout.write(f"{'running' if state.running else 'stopped'} {state.pid or ''} {state.detail}\n")
    return 0 if state.running else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
