"""`make run`: starts everything, repairs itself, never harms a running one, stops cleanly."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hukou.embedded import processes, server
from hukou.embedded.paths import cluster_folder
from tests.support.site import free_port

pytestmark = pytest.mark.slow


class Run:
    """One `python -m hukou.running` and what it has said."""

    def __init__(self, site: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "HUKOU_DATA_DIR": str(site), "HUKOU_PORT": str(port), "DATABASE_URL": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hukou.running"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, words: str, seconds: float = 240) -> str:
        """Wait for a line with `words`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}: {''.join(self.said)}")

    def end(self, number: int | None = None, seconds: float = 60) -> int:
        """Send a signal, wait for the end and return the exit status."""
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(seconds)
        self._reader.join(seconds)
        assert self.process.stdout is not None
        self.process.stdout.close()
        while not self._lines.empty():
            if line := self._lines.get():
                self.said.append(line)
        return status

    def children(self) -> dict[str, int]:
        """The process numbers of server and worker by name."""
        found = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            found[words[2].rpartition(".")[2]] = int(pid)
        return found

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty when it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as exc:
            exc.close()
            return {}
        except OSError:
            return {}
        return found


def eventually(holds: Callable[[], bool], seconds: float = 40) -> bool:
    """True as soon as `holds` does."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for all these tests: whoever comes first sees a first start, the others start it again."""
    folder = tmp_path_factory.mktemp("running") / "site"
    yield folder
    server.stop(folder)


@pytest.fixture
def running(site: Path) -> Iterator[Run]:
    run = Run(site, free_port())
    try:
        run.until("Ctrl-C")
        yield run
    finally:
        if run.process.returncode is None:
            run.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_a_healthy_demo_city_and_stops_cleanly(running: Run, site: Path, number: int) -> None:
    assert running.health()["status"] == "ok"
    accounts = (site / "demo-accounts.txt").read_text().strip()
    assert accounts in "".join(running.said)
    assert "".join(running.said).count(accounts) == 1
    assert running.url in "".join(running.said)
    with urllib.request.urlopen(f"{running.url}/login/", timeout=10) as page:
        sheets = re.findall(r'/static/[^"]+\.css', page.read().decode())
    assert sheets
    assert all(re.search(r"\.[0-9a-f]{12}\.css$", sheet) for sheet in sheets)
    children = running.children()
    assert set(children) == {"web", "worker"}

    assert running.end(number) == 0

    assert not any(processes.is_alive(pid) for pid in children.values())
    assert not server.status(site).running
    assert processes.recorded_pid(cluster_folder(site)) is None
    assert "Stopped; all data is kept." in running.said[-1]


def test_a_second_run_says_where_the_first_is_and_leaves_it_alone(running: Run, site: Path) -> None:
    before = running.children()

    second = Run(site, free_port())

    assert second.end() == 1
    assert f"already running at {running.url}" in "".join(second.said)
    assert running.health()["status"] == "ok"
    assert running.children() == before


def test_a_port_that_is_taken_is_told(running: Run, tmp_path: Path) -> None:
    other = Run(tmp_path / "other", int(running.url.rpartition(":")[2]))

    assert other.end() == 1
    assert "is taken by another program" in "".join(other.said)
    assert not server.status(tmp_path / "other").running


def test_what_falls_over_is_started_again_and_told(running: Run, site: Path) -> None:
    before = running.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    fallen = [running.until("ended unexpectedly (-9)"), running.until("ended unexpectedly (-9)")]
    assert all(any(name in line for line in fallen) for name in ("web server", "worker"))
    assert eventually(lambda: running.health().get("status") == "ok")
    assert not set(running.children().values()) & set(before.values())

    postmaster = server.status(site).pid
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    running.until("The database is back.")
    assert eventually(lambda: running.health().get("status") == "ok")
    assert server.status(site).pid != postmaster

    os.kill(server.status(site).pid or 0, signal.SIGKILL)
    server.ensure(site)  # a child that was just starting is quicker than the one who watches
    running.until("The database is back.")


def test_after_a_kill_the_children_go_and_the_next_run_works(running: Run, site: Path) -> None:
    children = running.children()

    assert running.end(signal.SIGKILL) == -signal.SIGKILL

    assert eventually(lambda: not any(processes.is_alive(pid) for pid in children.values()))
    again = Run(site, int(running.url.rpartition(":")[2]))
    again.until("Ctrl-C")
    assert again.health()["status"] == "ok"
    assert again.end(signal.SIGINT) == 0
    assert not server.status(site).running
