"""Where the embedded server keeps its data and its socket."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

# A unix socket path has at most 107 bytes on Linux; ".s.PGSQL.5432.lock" is appended to the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def cluster_folder(data_dir: Path) -> Path:
    """The PostgreSQL data directory under the site's data folder."""
    return data_dir / "postgres" / "data"


def socket_folder(data_dir: Path) -> Path:
    """The folder of the server's socket: beside the data, or a short private one where that path is too long."""
    beside = data_dir / "postgres" / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hukou-{os.geteuid()}-{digest}"
