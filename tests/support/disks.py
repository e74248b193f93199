"""A disk that is full: the kernel takes the bytes and says so only when they are to be kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full() -> Iterator[None]:
    """Inside the block nothing can be made durable."""

    def refuse(_descriptor: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        yield
