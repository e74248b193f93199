"""The processes that make pages: what one photograph does to them never reaches another, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.conf import LazySettings

from capture.pipeline import run, specimens
from capture.pipeline.errors import Unreadable
from capture.pipeline.types import Settings
from capture.sessions import copies, workshop
from capture.sessions.errors import WorkshopBusy, WorkshopFailed
from capture.sessions.workshop import Workshop

PHOTO = specimens.photograph(specimens.sheet(1), 1, (1632, 1224))


@pytest.fixture
def opened() -> Iterator[Callable[..., Workshop]]:
    """Opens workshops and closes them after the test."""
    made: list[Workshop] = []

    def workshop_with(*, workers: int = 1, line: int = 8, seconds: int = 20, memory: int = 3072) -> Workshop:
        made.append(Workshop(workers=workers, line=line, seconds=seconds, memory=memory))
        return made[-1]

    yield workshop_with
    for each in made:
        each.close()


def pid_of(shop: Workshop) -> int:
    """Of the only process of a workshop."""
    (bench,) = shop._benches
    assert bench.pid is not None
    return bench.pid


def _of_99_megapixels() -> bytes:
    return cv2.imencode(".jpg", np.zeros((9000, 11000), np.uint8))[1].tobytes()


def until(true: Callable[[], bool]) -> None:
    """Wait for what is about to happen."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


class Sender(threading.Thread):
    """One station that sends one photograph."""

    def __init__(self, shop: Workshop) -> None:
        super().__init__(daemon=True)
        self.shop = shop
        self.outcome: object = None
        self.start()

    def run(self) -> None:
        try:
            self.outcome = self.shop.make(PHOTO, Settings()).result
        except (WorkshopBusy, WorkshopFailed) as error:
            self.outcome = error


def test_a_page_made_beside_the_site_is_the_page_made_in_it(opened: Callable[..., Workshop]) -> None:
    there, here = opened().make(PHOTO, Settings()).result, run.process(PHOTO)

    assert there.pages == here.pages
    assert there.picture == here.picture


def test_what_is_no_picture_is_refused_there_as_here(opened: Callable[..., Workshop]) -> None:
    shop = opened()
    with pytest.raises(Unreadable) as refused:
        shop.make(b"GIF89a", Settings())
    assert refused.value.reason == "not_an_image"
    with pytest.raises(ValueError, match="quadrilateral"):
        shop.make(PHOTO, Settings(corners=((0, 0), (9, 9), (9, 0), (0, 9))))


def test_a_photograph_that_kills_its_process_is_refused_and_the_next_one_is_made(
    opened: Callable[..., Workshop],
) -> None:
    shop = opened()
    shop.warm()
    killed = pid_of(shop)
    os.kill(killed, signal.SIGSTOP)
    sender = Sender(shop)
    until(lambda: shop.state().working == 1)
    waiting = Sender(shop)
    until(lambda: shop.state().waiting == 1)
    os.kill(killed, signal.SIGKILL)
    sender.join(20)
    waiting.join(20)

    assert isinstance(sender.outcome, WorkshopFailed)
    assert sender.outcome.data["why"] == "crashed"
    assert getattr(waiting.outcome, "pages", None)
    assert pid_of(shop) != killed


def test_a_photograph_that_takes_too_long_is_refused_and_its_process_ended(opened: Callable[..., Workshop]) -> None:
    shop = opened(seconds=1)
    shop.warm()
    stuck = pid_of(shop)
    os.kill(stuck, signal.SIGSTOP)

    with pytest.raises(WorkshopFailed) as refused:
        shop.make(PHOTO, Settings())
    assert refused.value.data["why"] == "too slow"
    assert not Path(f"/proc/{stuck}").exists()
    shop.seconds = 60  # a busy machine needs more than the one second of above
    assert shop.make(PHOTO, Settings()).result.pages


def test_a_process_that_died_in_its_sleep_costs_nobody_a_page(opened: Callable[..., Workshop]) -> None:
    shop = opened()
    shop.warm()
    os.kill(pid_of(shop), signal.SIGKILL)
    until(lambda: shop.state().processes == 0)

    assert shop.make(PHOTO, Settings()).result.pages


def test_a_picture_that_wants_more_memory_than_there_is_leaves_the_process_alive(
    opened: Callable[..., Workshop],
) -> None:
    shop = opened(memory=640)
    shop.warm()
    with pytest.raises((WorkshopFailed, Unreadable)):
        shop.make(_of_99_megapixels(), Settings())

    assert shop.make(PHOTO, Settings()).result.pages


def test_a_full_line_says_how_many_wait_and_when_to_come_again(opened: Callable[..., Workshop]) -> None:
    shop = opened(line=2)
    shop.warm()
    os.kill(pid_of(shop), signal.SIGSTOP)
    senders = [Sender(shop)]
    until(lambda: shop.state().working == 1)
    senders += [Sender(shop), Sender(shop)]
    until(lambda: shop.state().waiting == 2)

    with pytest.raises(WorkshopBusy) as refused:
        shop.make(PHOTO, Settings())
    os.kill(pid_of(shop), signal.SIGCONT)
    for sender in senders:
        sender.join(20)

    assert refused.value.data["waiting"] == 2
    assert 1 <= refused.value.data["retry_after"] <= 30
    assert all(getattr(sender.outcome, "pages", None) for sender in senders)


def test_closing_tells_those_who_wait_to_send_again_and_leaves_no_process(opened: Callable[..., Workshop]) -> None:
    shop = opened()
    shop.warm()
    process = pid_of(shop)
    os.kill(process, signal.SIGSTOP)
    senders = [Sender(shop)]
    until(lambda: shop.state().working == 1)
    senders.append(Sender(shop))
    until(lambda: shop.state().waiting == 1)
    shop.close()
    for sender in senders:
        sender.join(20)

    assert [type(sender.outcome) for sender in senders] == [WorkshopBusy, WorkshopBusy]
    assert not Path(f"/proc/{process}").exists()
    with pytest.raises(WorkshopBusy):
        shop.make(PHOTO, Settings())


def test_the_processes_know_nothing_of_the_database_and_write_no_file(opened: Callable[..., Workshop]) -> None:
    shop = opened()
    shop.warm()
    place = Path(f"/proc/{pid_of(shop)}")
    environment = (place / "environ").read_bytes()

    assert b"DATABASE_URL" not in environment
    assert b"HUKOU" not in environment
    assert "Max file size             0                    0" in (place / "limits").read_text()
    sockets = [link for link in (place / "fd").iterdir() if os.readlink(link).startswith("socket:")]
    assert len(sockets) == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_site_ends_however_it_ends_its_processes_are_gone(end: signal.Signals) -> None:
    site = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django; django.setup()\n"
            "from capture.sessions import workshop\n"
            "import time; shop = workshop._the_workshop(); shop.warm()\n"
            "print(*(bench.pid for bench in shop._benches), flush=True); time.sleep(60)",
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hukou.settings", "HUKOU_CAPTURE_WORKERS": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert site.stdout is not None
    with site.stdout:
        processes = [int(pid) for pid in site.stdout.readline().split()]
        assert len(processes) == 2
        site.send_signal(end)
        try:
            site.wait(60)  # on a busy machine
        finally:
            site.kill()
            site.wait()

    until(lambda: not any(_runs(pid) for pid in processes))


def _runs(pid: int) -> bool:
    """False also for a process that ended and whose new parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.django_db
def test_the_copies_for_slot_and_screen_are_there_when_the_page_is(settings: LazySettings, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path
    page = workshop.process(PHOTO, Settings()).pages[0].page

    for size, longest in copies.LONGEST.items():
        kind = {"thumb": "thumbs", "screen": "screens"}[size]
        (file,) = [path for path in (tmp_path / kind).rglob("*") if path.is_file()]
        assert file.name == page.sha256
        assert copies.read(page.sha256, size) == file.read_bytes()
        small = run.decode(file.read_bytes())[0]
        assert max(small.shape[:2]) == min(longest, max(page.width, page.height))


def test_a_copy_the_power_cut_left_half_written_is_made_again(settings: LazySettings, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path
    from capture.sessions import storage

    sha256 = storage.put("pages", run.process(PHOTO).pages[0].page.jpeg)
    whole = copies.read(sha256, "thumb")
    storage.path_of("thumbs", sha256).write_bytes(whole[:100])

    assert copies.read(sha256, "thumb") == whole
