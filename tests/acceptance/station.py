"""One workstation: a Chromium with a profile of its own on disk, which can be closed, killed, and started again."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hukou.accounts import demo

from .conftest import CHROMIUM, PASSWORD, RunningSite, with_camera

Page = Any
SLOTS = {"M_APPLY_FORM": 1, "M_HUKOU_BOOK": 8, "M_NAME_REASON": 3}
"""Where the twelve papers go: slots of sub-type 1102, each with room for a paper that was taken twice."""
PLAN = [code for code, pages in SLOTS.items() for _page in range(pages)]
PATIENCE = 120_000  # milliseconds; what is awaited takes a second or two on an idle machine

# Told before any script of the page runs: the SHA-256 of every still that is laid on the shelf, counted outside the page.
WATCH_THE_SHELF = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...more) {
  if (value?.blob && !value.problem) this.transaction.addEventListener("complete", async () => {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await value.blob.arrayBuffer()));
    const picture = await createImageBitmap(value.blob);
    window.tellTaken([...sum].map((byte) => byte.toString(16).padStart(2, "0")).join(""), picture.width, picture.height);
  });
  return put.call(this, value, ...more);
};
"""
# Waits until the camera has just changed to a paper not taken yet, presses Space that moment, and answers how it looks.
# On a busy machine the still may show the paper after that one; once all have been looked at, any paper will do.
TAKE_ANOTHER_PAPER = """
(seen) => new Promise((done) => {
  const brush = Object.assign(document.createElement("canvas"), { width: 48, height: 36 }).getContext("2d", { willReadFrequently: true });
  let before = null;
  const patience = performance.now() + 30_000;
  const look = () => {
    const video = document.querySelector("video");
    if (!video?.videoWidth) return;
    brush.drawImage(video, 0, 0, 48, 36);
    const look = [...brush.getImageData(0, 0, 48, 36).data].reduce((sum, value) => (sum * 31 + value) >>> 0, 7);
    const changed = before !== null && before !== look;
    before = look;
    if (!changed || (seen.includes(look) && performance.now() < patience)) return;
    clearInterval(timer);
    for (const kind of ["keydown", "keyup"]) document.body.dispatchEvent(new KeyboardEvent(kind, { key: " ", code: "Space", bubbles: true }));
    done(look);
  };
  const timer = setInterval(look, 20);
})
"""
KEPT_OFFLINE = """
async ([path, pictures]) => {
  for (const name of await caches.keys()) {
    if (!name.endsWith(`|${path}`)) continue;
    const cache = await caches.open(name);
    const page = await (await cache.match(path, { ignoreVary: true }))?.text();
    if (page && page.split('class="thumb"').length > pictures) return true;
  }
  return false;
}
"""


class Station:
    """A browser at a window. Times out rather than hangs; every fault a page reports is collected in `faults`."""

    def __init__(self, playwright: Any, site: RunningSite, profile: Path, stream: Path) -> None:
        self.playwright, self.site, self.profile, self.stream = playwright, site, profile, stream
        self.taken: list[str] = []
        self.seen: list[int] = []
        self.repeated: set[str] = set()
        self.sent: set[str] = set()
        self.sizes: set[tuple[int, int]] = set()
        self.faults: list[str] = []
        self.start()

    def start(self) -> None:
        """Start Chromium on the profile, as the clerk does in the morning or after a crash."""
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        assert CHROMIUM is not None
        words = [*with_camera(self.stream), "--headless=new", f"--user-data-dir={self.profile}"]
        self.process = subprocess.Popen(
            [CHROMIUM, *words, "--remote-debugging-port=0", "--window-size=1366,768", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 30
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < deadline, "Chromium did not start"
            time.sleep(0.05)
        number = port.read_text().splitlines()[0]
        self.browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}")
        [self.context] = self.browser.contexts
        self.context.set_default_timeout(PATIENCE)
        self.context.expose_function("tellTaken", self._took)
        self.context.add_init_script(WATCH_THE_SHELF)

    def crash(self) -> None:
        """Kill the whole browser at once, without a word to its pages."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.browser.close()

    def stop(self) -> None:
        """Close the browser."""
        if self.process.poll() is None:
            self.browser.close()
            self.process.terminate()
            self.process.wait(30)

    def tab(self, path: str = "/") -> Page:
        """A new tab on a page of the site."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(f"{self.site.url}{path}", wait_until="commit")
        return page

    def sign_in(self, page: Page, number: str, path: str = "/") -> None:
        """By the sign-in page to `path`."""
        page.goto(f"{self.site.url}/login/?next={path}")
        page.fill("[name=username]", number)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.site.url}{path}")

    @staticmethod
    def sign_out(page: Page) -> None:
        """By the button in the head of the page."""
        page.click("form[action='/logout/'] button")
        page.wait_for_url("**/login/")

    def open_case(self, page: Page) -> str:
        """A new case; answers the path of its capture page, on which the browser then stands, kept for later."""
        page.goto(f"{self.site.url}/cases/new/1102/")
        for name, value in demo.application().items():
            page.fill(f"[name={name}]", value)
        page.click("form.columns button.button-primary")
        page.wait_for_url(re.compile(r"/cases/\d+/capture/"))
        self.seen = []
        path = page.url.removeprefix(self.site.url)
        self.wait_until_kept(page, path)
        return path

    @staticmethod
    def wait_until_kept(page: Page, path: str, pictures: int = 0) -> None:
        """Until the capture page, with so many pictures in its slots, would open without a network."""
        wait_for(page, f"({KEPT_OFFLINE})", [path, pictures])

    def capture(self, page: Page, papers: list[str]) -> None:
        """Lay down one paper after another, choose its slot, press Space; done when the last lies on the shelf."""
        for code in papers:
            page.keyboard.press("Escape")
            page.click(f"[data-slot='{code}'] .slot-name")
            while not self._shoot(page):
                pass

    def _shoot(self, page: Page) -> bool:
        """Press Space once; false when the paper had been taken before."""
        before = len(self.taken)
        self.seen.append(page.evaluate(TAKE_ANOTHER_PAPER, self.seen))
        deadline = time.monotonic() + PATIENCE / 1000
        while len(self.taken) == before:
            assert time.monotonic() < deadline, f"nothing was taken: {page.inner_text('main')}"
            page.wait_for_timeout(20)
        if self.taken[-1] in self.taken[:-1]:
            self.repeated.add(self.taken.pop())  # into another slot the server refuses it, with a sentence
            return False
        return True

    def wait_until_sent(self, page: Page) -> None:
        """Until nothing waits on this machine any more."""
        deadline = time.monotonic() + PATIENCE / 1000
        while left := self.shelf(page):
            assert time.monotonic() < deadline, f"{len(left)} not sent: {page.inner_text('main')}"
            page.wait_for_timeout(40)
        self.sent.update(self.taken)

    def shelf(self, page: Page) -> list[str]:
        """Digests of the stills on the shelf, in order; without papers that were taken a second time."""
        found: list[tuple[str, bool]] = page.evaluate(SHELF)
        again = {digest for digest, refused in found if digest in self.repeated and (refused or digest in self.sent)}
        return list(dict.fromkeys(digest for digest, _refused in found if digest not in again))

    def assert_every_page_is_there_once(self, page: Page, path: str) -> None:
        """What the browser took is what the server shows in the case, each once, and its bytes on disk are the same."""
        page.goto(f"{self.site.url}{path}")
        slots = page.evaluate("() => JSON.parse(document.getElementById('capture-slots').textContent)")
        shown = Counter(found["original_sha256"] for slot in slots for found in slot["pages"] + slot.get("held", []))
        assert len(self.taken) == len(set(self.taken))
        assert shown == Counter(self.taken)
        for digest in self.taken:
            original = self.site.data_dir / "originals" / digest[:2] / digest[2:4] / digest
            assert hashlib.sha256(original.read_bytes()).hexdigest() == digest
        assert self.shelf(page) == []
        assert self.faults == []

    def _took(self, digest: str, width: int, height: int) -> None:
        self.taken.append(digest)
        self.sizes.add((width, height))


SHELF = """
() => new Promise((done, fail) => {
  const asked = indexedDB.open("hukou-capture");
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("stills").objectStore("stills").index("order").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map((still) => [still.sha256, Boolean(still.problem)])); };
  };
})
"""


def wait_for(page: Page, test: str, argument: object = None) -> None:
    """Until `test` is true. The browser's own waiting counts on timers a policy without `eval` forbids."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(test, argument):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {test}\n{page.inner_text('body')}")
        page.wait_for_timeout(40)
