"""One process of the workshop, seen from the site: started, given a photograph, watched, ended."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from multiprocessing.connection import Connection

from django.conf import settings

from capture.pipeline import workbench

START_SECONDS = 30
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""All the process gets to see of ours: no address of the database, no secret."""


class Lost(Exception):
    """The process is gone, and the photograph it had with it; its text is `crashed` or `too slow`."""


class NotStarted(Exception):
    """No process could be started: the machine is at fault, not the photograph."""


class Bench:
    """A place for one process of `capture.pipeline.workbench`. Used by one thread at a time."""

    def __init__(self, memory: int) -> None:
        """`memory`: MiB of address space the process may use."""
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Connection | None = None

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process and wait until it is ready. Raises NotStarted."""
        self.stop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, *workbench.COMMAND, str(theirs.fileno()), str(self._memory)],
                cwd=settings.BASE_DIR,
                env=ENVIRONMENT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libjpeg and libpng comment on every broken file there
                process_group=0,  # Ctrl-C at the terminal is for the site alone
            )
        _limit(ours, START_SECONDS)
        self._channel = Connection(ours.detach())
        try:
            self._channel.recv()
        except (EOFError, OSError) as gone:
            self.stop()
            raise NotStarted from gone

    def make(self, task: workbench.Task, seconds: int) -> workbench.Answer:
        """Have one photograph worked on. Raises NotStarted, and Lost: then the next call starts another process."""
        if not self.alive:
            self.start()
        assert self._channel is not None
        _limit(self._channel, seconds)
        try:
            self._channel.send(task)
            answer: workbench.Answer = self._channel.recv()
        except BlockingIOError as late:
            self.stop()
            raise Lost("too slow") from late
        except (EOFError, OSError) as gone:
            self.stop()
            raise Lost("crashed") from gone
        return answer

    def stop(self) -> None:
        """End the process; harmless when there is none."""
        self.kill()
        if self._channel is not None:
            self._channel.close()
        self._process = self._channel = None

    def kill(self) -> None:
        """End the process under the hands of whoever uses it, who gets Lost. The one method for any thread."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()


def _limit(channel: Connection | socket.socket, seconds: int) -> None:
    """Give up sending or receiving with BlockingIOError after so many seconds: the kernel's own clock, no polling."""
    span = struct.pack("ll", seconds, 0)
    with socket.socket(fileno=socket.dup(channel.fileno())) as handle:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            handle.setsockopt(socket.SOL_SOCKET, option, span)
