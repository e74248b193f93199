"""A process that makes pages of photographs, one after the other; `COMMAND FD MIB` starts it.

It is the only process that decodes what strangers send, so it has nothing to lose: no database, no secret in its
environment, no right to write a file, bounded memory. It speaks with the site (`capture.sessions.workshop`) over one
socket, and is gone as soon as the other end is.
"""

from __future__ import annotations

import os
import queue
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import cv2

from . import copies, run, specimens
from .errors import Unreadable
from .types import CaptureResult, Settings

COMMAND = ("-c", "from capture.pipeline.workbench import main; main()")
"""For the Python interpreter. Not `-m`: then what is sent would be of `__main__`, which is another module elsewhere."""


@dataclass(frozen=True)
class Task:
    """One photograph to work on."""

    data: bytes
    settings: Settings
    sizes: tuple[int, ...]
    """Longer sides of the copies to be made of each page, pixels."""
    threads: int
    """Cores it may use."""
    seconds: int
    """Wall clock it is given."""


@dataclass(frozen=True)
class Made:
    """What became of it."""

    result: CaptureResult
    copies: tuple[tuple[bytes, ...], ...]
    """For each page its copies, in the order of `sizes`."""


@dataclass(frozen=True)
class Refused:
    """The photograph or what was asked of it is at fault."""

    error: ValueError


@dataclass(frozen=True)
class Failed:
    """The pipeline is at fault."""

    why: str
    """The exception's name."""
    trace: str
    """Where it happened; holds no pixel and no name of a person."""


Answer = Made | Refused | Failed


def make(task: Task) -> Answer:
    """Work on one photograph. Never raises."""
    try:
        result = run.process(task.data, task.settings)
        return Made(result, tuple(_copies(result, task.sizes)))
    except Unreadable as error:
        return Refused(error)
    except Exception as error:
        # Corners are the one thing besides the bytes that a person gives; any other ValueError is our own mistake.
        if isinstance(error, ValueError) and task.settings.corners is not None:
            return Refused(ValueError(str(error)))
        return Failed(type(error).__name__, traceback.format_exc())


def _copies(result: CaptureResult, sizes: Sequence[int]) -> list[tuple[bytes, ...]]:
    pages = [found.page for found in result.pages]
    return [tuple(copies.smaller(page.jpeg, sizes, max(page.width, page.height))) for page in pages]


def main() -> None:
    """Work until the site closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the site, which closes the socket
    channel = Connection(int(sys.argv[1]))
    _bound(int(sys.argv[2]) << 20)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(channel, tasks), daemon=True).start()
    # The first picture loads what later ones find ready.
    make(Task(specimens.photograph(specimens.sheet(1), 1, (816, 612)), Settings(), (320,), 1, 60))
    channel.send("ready")
    while True:
        task = tasks.get()
        cv2.setNumThreads(task.threads)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + 1 + task.seconds * task.threads, resource.RLIM_INFINITY))
        channel.send(make(task))


def _bound(memory: int) -> None:
    """Less than the site may do: memory, no file written, no core dumped, and the site's own threads come first."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def _listen(channel: Connection, tasks: queue.SimpleQueue[Task]) -> None:
    """Fetch tasks as they come. The socket ends when the site closes it or is killed; then work in hand is worthless."""
    while True:
        try:
            tasks.put(channel.recv())
        except (EOFError, OSError):
            os._exit(0)
