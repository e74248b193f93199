"""Where the embedded server keeps its data and its socket."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from .errors import EmbeddedServerError

# A unix socket path has at most 107 bytes on Linux; the lock file beside the socket has the longest name.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
# Not tempfile.gettempdir(): every process must find the same folder, whatever its TMPDIR says.
SHORT_PLACE = Path("/tmp")  # noqa: S108 - the folder is private, see make_private
# Where the cluster of a root without user namespaces lives; `<data_dir>/postgres` then points to it.
SYSTEM_PLACE = Path("/var/lib/hukou-earchive")


def home_folder(data_dir: Path) -> Path:
    """The folder under the site's data folder that holds all that belongs to PostgreSQL."""
    return data_dir / "postgres"


def cluster_folder(data_dir: Path) -> Path:
    """The PostgreSQL data directory under the site's data folder."""
    return home_folder(data_dir) / "data"


def socket_folder(data_dir: Path) -> Path:
    """The folder of the server's socket: beside the data, or a short private one where that path cannot be used.

    It cannot when it is too long, or has a comma, which separates hosts in a connection string.
    """
    data_dir = data_dir.resolve()
    beside = home_folder(data_dir) / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and "," not in str(beside):
        return beside
    return SHORT_PLACE / f"hukou-{short_name(data_dir)}"


def short_name(data_dir: Path) -> str:
    """Twelve hex digits that stand for this data folder where its whole path does not fit."""
    return hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]


def make_private(folder: Path, owner: tuple[int, int] | None = None) -> Path:
    """Make `folder` with mode 0700 for `owner` (uid, gid; default: us), or check that it is so.

    The folder of the socket is the only lock on the database door. One that somebody else put there
    first, or a link, is refused with EmbeddedServerError rather than taken over.
    """
    uid, gid = owner or (os.geteuid(), os.getegid())
    try:
        folder.mkdir(mode=0o700)
        if owner:
            os.chown(folder, uid, gid)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
        raise EmbeddedServerError(
            f"{folder} 不属于运行数据库的账户，可能是他人放置的。请核实后删除它，再重新启动。",
            f"{folder} does not belong to the account that runs the database; someone else may have put it there. "
            "Look at it, remove it, and start again.",
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def open_lock(data_dir: Path, name: str) -> int:
    """A descriptor of a lock file in the data folder. It belongs to the folder's owner, also when root made it."""
    descriptor = os.open(data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
    if os.geteuid() == 0:
        owner = data_dir.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor
