"""Start, find and stop the embedded PostgreSQL of one data folder.

"Running" always means that a real `select 1` was answered, never that a file or a process number says so.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from . import accounts, processes
from .errors import EmbeddedServerError
from .paths import cluster_folder, home_folder, make_private, open_lock, socket_folder

DATABASE = "hukou"
SUPERUSER = "postgres"
APPLICATION = "hukou_app"
"""What the application signs in as. It may not make, change or drop a table; `manage.py migrate` gives it its rights."""
# pg_trgm finds no letters in Chinese text under ctype C; the provider alone does not set ctype, hence --locale too.
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
START_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Status:
    """What is known about the server of a data folder."""

    running: bool
    """A real question was answered."""
    pid: int | None
    """The postmaster's process number as recorded in the cluster."""
    detail: str
    """The server version when running, otherwise why not."""


def conninfo(data_dir: Path, database: str = DATABASE) -> str:
    """The libpq connection string of a database on this server."""
    return make_conninfo("", host=str(socket_folder(data_dir)), port=5432, user=SUPERUSER, dbname=database)


def status(data_dir: Path) -> Status:
    """Ask the server; never raises because it does not run."""
    pid = processes.recorded_pid(cluster_folder(data_dir))
    try:
        with psycopg.connect(conninfo(data_dir, "postgres"), connect_timeout=5, autocommit=True) as link:
            row = link.execute("select version()").fetchone()
    except psycopg.Error as exc:
        return Status(False, pid, str(exc).strip())
    return Status(True, pid, row[0].split(",")[0] if row else "")


def ensure(data_dir: Path, settings: Mapping[str, str] | None = None) -> str:
    """Start the server of `data_dir` unless it runs, make the database, and return its connection string.

    `settings` are PostgreSQL parameters for a server that is started now, e.g. {"fsync": "off"}.
    Any number of processes may call this at once: one of them starts the server. Raises EmbeddedServerError.
    """
    if not status(data_dir).running:
        account = accounts.prepare(data_dir)
        with _locked(data_dir):
            if not status(data_dir).running:
                _make_cluster(data_dir, account)
                _start(data_dir, account, settings or {})
    _make_database(data_dir)
    return conninfo(data_dir)


def stop(data_dir: Path) -> bool:
    """Stop the server of `data_dir` cleanly; True when one was running. Raises EmbeddedServerError."""
    cluster = cluster_folder(data_dir)
    if not cluster.exists():
        return False
    account = accounts.prepare(data_dir)
    with _locked(data_dir):
        pid = processes.recorded_pid(cluster)
        if pid is None or not processes.is_alive(pid):
            return False
        for mode in ("fast", "immediate"):
            account.run("pg_ctl", "stop", "-D", str(cluster.resolve()), "-m", mode, "-W", timeout=STOP_SECONDS)
            if processes.wait_until_gone(pid, STOP_SECONDS):
                return True
    raise EmbeddedServerError(
        f"内置数据库（进程 {pid}）没有停止，请查看 {_log(data_dir)}。",
        f"The embedded database (process {pid}) did not stop; see {_log(data_dir)}.",
    )


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One starter or stopper at a time; the lock goes with its process, however that ends."""
    descriptor = open_lock(data_dir, "postgres.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_cluster(data_dir: Path, account: accounts.Account) -> None:
    """Run initdb once. A half-made cluster has another name, so a crash here leaves nothing that looks ready."""
    cluster = cluster_folder(data_dir)
    if cluster.exists():
        _require_same_version(cluster, account)
        return
    home = home_folder(data_dir).resolve()
    half = home / "data.half"
    shutil.rmtree(half, ignore_errors=True)
    made = account.run(
        "initdb", "-D", str(half), "-U", SUPERUSER, "-A", "trust", "--no-instructions", *LOCALE, timeout=300
    )
    if made.returncode != 0:
        raise EmbeddedServerError(
            f"无法建立内置数据库：{made.stdout.strip()[-600:]}",
            f"The embedded database could not be created: {made.stdout.strip()[-600:]}",
        )
    half.rename(home / "data")


def _require_same_version(cluster: Path, account: accounts.Account) -> None:
    data = (cluster / "PG_VERSION").read_text().strip()
    said = account.run("postgres", "--version", timeout=30).stdout
    if f" {data}." not in said:
        raise EmbeddedServerError(
            f"{cluster} 由 PostgreSQL {data} 建立，而安装的是 {said.strip()}。请用旧版本导出后再导入（见 hukou/embedded/README.md）。",
            f"{cluster} was made by PostgreSQL {data}, but {said.strip()} is installed. Dump it with the old version "
            "and load it again (see hukou/embedded/README.md).",
        )


def _start(data_dir: Path, account: accounts.Account, settings: Mapping[str, str]) -> None:
    """Start and wait for the first answer. After a kill -9 the old server's children need some seconds to go.

    A server that reads its log again after a power cut is waited for as long as that takes: giving up would only make
    it begin anew.
    """
    cluster, sockets = cluster_folder(data_dir).resolve(), socket_folder(data_dir)
    make_private(sockets, owner=(account.uid, account.gid))
    parameters = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{sockets.resolve()}"',
        "unix_socket_permissions": "0700",
        **settings,
    }
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in parameters.items())
    log = _log(data_dir).resolve()
    deadline = time.monotonic() + START_SECONDS
    while True:
        processes.drop_dead_locks(cluster, sockets)
        said = _call_pg_ctl(account, cluster, log, options)
        while _recovers(data_dir):
            time.sleep(0.3)
        if status(data_dir).running:
            return
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"内置数据库在 {START_SECONDS:.0f} 秒内没有启动。日志末尾：\n{_tail(log) or said}",
                f"The embedded database did not start within {START_SECONDS:.0f} seconds. The end of its log:\n"
                f"{_tail(log) or said}",
            )
        time.sleep(0.3)


def _recovers(data_dir: Path) -> bool:
    """True while a server is there that does not take anybody in yet."""
    return psycopg.pq.PGconn.ping(conninfo(data_dir, "postgres").encode()) == psycopg.pq.Ping.REJECT


def _call_pg_ctl(account: accounts.Account, cluster: Path, log: Path, options: str) -> str:
    """Ask pg_ctl to start and return what it said; whether it worked is for `status` to tell."""
    wait = ("-w", "-t", "30")
    try:
        return account.run(
            "pg_ctl", "start", "-D", str(cluster), "-l", str(log), *wait, "-o", options, timeout=60
        ).stdout
    except subprocess.TimeoutExpired as exc:
        return str(exc)


def _make_database(data_dir: Path) -> None:
    with psycopg.connect(conninfo(data_dir, "postgres"), autocommit=True) as link:
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):  # or another starter was quicker
            link.execute(f"create role {APPLICATION} login")
        if link.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            return
        try:
            link.execute(f"create database {DATABASE}")
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another starter was quicker


def _log(data_dir: Path) -> Path:
    return home_folder(data_dir) / "server.log"


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-800:]
    except OSError:
        return ""
