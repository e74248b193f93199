"""A whole site as `make run` starts it, a browser with a document camera, and people who sign in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.pipeline import specimens
from tests.support.site import free_port
from tests.support.streams import slow_camera
from workflows.papers import specimen

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD, PIN = "acceptance-pass-1", "246810"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class RunningSite:
    """`make run` in a folder of its own."""

    url: str
    data_dir: Path
    pid: int

    def kill_server(self) -> None:
        """Kill the web server as a fault of the machine would; `make run` starts it again by itself."""
        [found] = [child for child in _children(self.pid) if b"hukou.running.web" in _command(child)]
        os.kill(found, signal.SIGKILL)

    def wait_until_up(self) -> None:
        """Until the server answers again."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail("the server did not come back")

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a management command beside the running site."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            env=environment(self.data_dir, self.url.rpartition(":")[2]),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def environment(data_dir: Path, port: str) -> dict[str, str]:
    """What a fresh machine has: no database of its own, an empty data folder."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "HUKOU_CAPTURE_WORKERS")
    }
    return plain | {
        "HUKOU_DATA_DIR": str(data_dir),
        "HUKOU_PORT": port,
        "HUKOU_DEMO_PASSWORD": PASSWORD,
        "HUKOU_DEMO_PIN": PIN,
    }


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    """The site, started as a new user would and stopped with Ctrl-C."""
    data_dir = Path(tempfile.mkdtemp(prefix="hukou-acceptance-"))
    port = str(free_port())
    log = (data_dir / "run.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "hukou.running"], env=environment(data_dir, port), stdout=log, stderr=log
    )
    try:
        _wait_until_ready(process, data_dir / "run.log")
        yield RunningSite(f"http://127.0.0.1:{port}", data_dir, process.pid)
    finally:
        told = (data_dir / "run.log").read_text(encoding="utf-8")
        if "Traceback" in told:
            sys.stderr.write(told[-20_000:])
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()
        shutil.rmtree(data_dir, ignore_errors=True)
    assert process.returncode == 0


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if re.search(r"is ready:", log.read_text(encoding="utf-8")):
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def camera_stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the document camera sees: one paper after another on the mat, each for about a second."""
    sheets = [specimen.render("M_APPLY_FORM", f"演示材料第{copy + 1}号", copy) for copy in range(24)]
    size = (1944, 2592)  # mounted upright close over the sheet, 5 MP have the dots an A4 sheet must show
    frames = [
        specimens.photograph(specimens.paper(sheet), seed=seed, size=size, fill=0.95, askew=1.0)
        for seed, sheet in enumerate(sheets)
    ]
    return slow_camera(tmp_path_factory.mktemp("camera") / "stream.y4m", frames, size)


@pytest.fixture(scope="session")
def playwright() -> Iterator[object]:
    """The driver of the browsers; there may be only one."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it from Debian")
        pytest.skip("Chromium is not installed on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


def with_camera(stream: Path) -> list[str]:
    """What Chromium is started with so that its camera is `stream`."""
    return [
        *QUIET,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={stream}",
    ]


@pytest.fixture(scope="session")
def browser(camera_stream: Path, playwright: object) -> Iterator[object]:
    """Headless Chromium whose camera is the stream."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=with_camera(camera_stream))  # type: ignore[attr-defined]
    yield chromium
    chromium.close()


@pytest.fixture
def signed_in(site: RunningSite, browser: object) -> Iterator[Callable[[str], object]]:
    """A page of the officer with that police number; console errors and failed requests fail the test."""
    contexts: list[object] = []
    faults: list[str] = []

    def sign_in(number: str) -> object:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])  # type: ignore[attr-defined]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{number}: {error}"))
        page.on("response", lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        page.goto(f"{site.url}/login/")
        page.fill("[name=username]", number)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.url}/")
        return page

    yield sign_in
    for context in contexts:
        context.close()  # type: ignore[attr-defined]
    assert faults == []


@pytest.fixture(scope="session")
def shots() -> Callable[[object, str], None]:
    """Keeps a screenshot when HUKOU_SHOTS names a folder; for looking at, never for passing."""
    folder = os.environ.get("HUKOU_SHOTS")

    def keep(page: object, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}.png")  # type: ignore[attr-defined]

    return keep
