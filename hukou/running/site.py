"""One running site: made ready, started, watched, stopped."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from hukou.console import assets
from hukou.embedded import lease, server

from .children import Child

READY_SECONDS = 90.0
PORT_SECONDS = 6.0
LOOK_AT_DATABASE_EVERY = 2.0
LASTING = {"guards", "holidays"}
"""Parts of /healthz that somebody has to see to; waiting does not make them well."""


class CannotRun(Exception):
    """`make run` cannot go on; the text says why and what to do, in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def say(chinese: str, english: str) -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{chinese} / {english}\n")
    sys.stdout.flush()


class Site:
    """The processes of `make run` on one data folder."""

    def __init__(self) -> None:
        self.data_dir = Path(settings.HUKOU_DATA_DIR)
        self.url = f"http://127.0.0.1:{settings.HUKOU_PORT}/"
        self.embedded = not settings.DATABASE_URL
        environment = {**os.environ, "HUKOU_DATA_DIR": str(self.data_dir), "DJANGO_SETTINGS_MODULE": "hukou.settings"}
        self.children = [
            Child("网站服务", "web server", "hukou.running.web", environment),
            Child("后台任务", "worker", "hukou.running.worker", environment),
        ]
        self.stopping = False
        self._looked = 0.0
        self._postmaster: int | None = None

    def claim(self) -> None:
        """Be the only `make run` of this data folder, on a port that is free. Raises CannotRun."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self.data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = os.read(self._lock, 200).decode()
            raise CannotRun(f"系统已经在运行：{url}", f"It is already running at {url}") from None
        # After a kill -9 the old server needs a moment to notice and leave the port.
        deadline = time.monotonic() + PORT_SECONDS
        while not _port_is_free(settings.HUKOU_PORT):
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"端口 {settings.HUKOU_PORT} 已被其他程序占用。请换一个端口：HUKOU_PORT=8001 make run",
                    f"Port {settings.HUKOU_PORT} is taken by another program. Choose another: HUKOU_PORT=8001 make run",
                )
            time.sleep(0.3)
        os.truncate(self._lock, 0)
        os.pwrite(self._lock, self.url.encode(), 0)

    def prepare(self) -> None:
        """Bring tables, catalogue, demo city and static files up to date."""
        say("正在准备数据库……", "Preparing the database…")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_catalogue", stdout=StringIO())
        call_command("load_calendar", stdout=StringIO())
        if settings.HUKOU_DEMO:
            call_command("seed_city", stdout=StringIO())  # what it says is said again when all is up
            call_command("seal_city", stdout=StringIO())
        assets.collect()
        connections.close_all()

    def start(self) -> None:
        """Start the children and wait until every part says it is well. Raises CannotRun."""
        say("正在启动服务……", "Starting the services…")
        for child in self.children:
            child.start()
        deadline = time.monotonic() + READY_SECONDS
        state = self.health()
        while not _settled(state) and not self.stopping:
            fallen = [child for child in self.children if child.fallen() is not None]
            if fallen or time.monotonic() > deadline:
                if fallen or state.get("status") != "degraded":
                    raise CannotRun(f"服务未能启动：{_parts(state)}", f"The services did not start: {_parts(state)}")
                say(f"部分功能异常：{_parts(state)}", f"Some parts are not well: {_parts(state)}")
                return
            time.sleep(0.2)
            state = self.health()
        if state.get("status") == "degraded":
            say(f"部分功能异常：{_parts(state)}", f"Some parts are not well: {_parts(state)}")

    def health(self) -> dict[str, object]:
        """What /healthz says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=5) as answer:  # noqa: S310 - our own address
                found = json.load(answer)
        except urllib.error.HTTPError as exc:
            found = json.load(exc) if exc.headers.get_content_type() == "application/json" else {}
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def watch(self) -> None:
        """Start again what fell over, until somebody asks to stop."""
        while not self.stopping:
            for child in self.children:
                status = child.fallen()
                if status is not None:
                    wait = max(0.0, child.next_try - time.monotonic())
                    say(
                        f"{child.chinese}意外退出（{status}），{wait:.0f} 秒后重新启动。",
                        f"The {child.english} ended unexpectedly ({status}); starting again in {wait:.0f} s.",
                    )
                elif child.due():
                    child.start()
            self._look_at_database()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop server, worker and database, in this order."""
        say("正在停止……", "Stopping…")
        for child in self.children:
            child.stop()
        connections.close_all()
        lease.release(self.data_dir)
        say("已停止，数据保存完好。", "Stopped; all data is kept.")

    def _look_at_database(self) -> None:
        if not self.embedded or time.monotonic() - self._looked < LOOK_AT_DATABASE_EVERY:
            return
        found = server.status(self.data_dir)
        if not found.running:
            say("数据库意外停止，正在恢复。", "The database has stopped unexpectedly; bringing it back.")
            server.ensure(self.data_dir)
            say("数据库已恢复。", "The database is back.")
            found = server.status(self.data_dir)
        elif self._postmaster not in (None, found.pid):  # a child that was just starting has been quicker than we are
            say("数据库曾意外停止，已恢复。", "The database had stopped unexpectedly. The database is back.")
        self._postmaster = found.pid
        self._looked = time.monotonic()


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _settled(state: dict[str, object]) -> bool:
    """All is well, or as well as it gets by waiting."""
    parts = state.get("parts")
    ill = {name for name, part in parts.items() if part["status"] != "ok"} if isinstance(parts, dict) else set()
    return state.get("status") == "ok" or (state.get("status") == "degraded" and ill <= LASTING)


def _parts(state: dict[str, object]) -> str:
    parts = state.get("parts")
    if not isinstance(parts, dict):
        return "/healthz"
    return ", ".join(f"{name}: {part['detail']}" for name, part in parts.items() if part["status"] != "ok")
