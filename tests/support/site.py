"""The real site in its own process on the database of the test: for browsers, sockets and everything over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from hukou.embedded.server import APPLICATION


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def database_url() -> str:
    """The database of this test as DATABASE_URL, for an application that may do no more there than in production."""
    place = connection.settings_dict
    secret = f":{quote(place['PASSWORD'], safe='')}" if place["PASSWORD"] else ""
    host, port = quote(place["HOST"], safe=""), place["PORT"] or "5432"
    options = quote(f"-c lock_timeout=10s -c role={APPLICATION}")
    return f"postgresql://{quote(place['USER'])}{secret}@/{place['NAME']}?host={host}&port={port}&options={options}"


@dataclass(frozen=True)
class Server:
    """One process of the web server."""

    url: str
    """http://127.0.0.1:PORT"""
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(30)


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """Serve the site on the test's database and data folder; yields its address. Needs committed rows."""
    with server(**environment) as one:
        yield one.url


@contextmanager
def server(**environment: str) -> Iterator[Server]:
    """The same for those who do something to the process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "hukou.running.web"],
        stdin=subprocess.PIPE,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "HUKOU_DATA_DIR": str(settings.HUKOU_DATA_DIR),
            "HUKOU_PORT": str(port),
            **environment,
        },
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield Server(url, process)
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdin is not None
        process.stdin.close()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except urllib.error.HTTPError as exc:
            exc.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the site did not answer (exit status {process.poll()})")
