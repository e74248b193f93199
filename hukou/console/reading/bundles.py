"""Several files handed over as one ZIP, while it is being made: the browser shows how it grows."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from hukou.kernel import clock

File = tuple[str, bytes]
"""Name and content."""


class _Flow:
    """A place to write to that gives on what it got."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self.waiting)
        self.waiting.clear()
        return data


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The files as a ZIP, piece by piece; the time of each is now, in the city."""
    now = clock.now().astimezone(clock.CITY_TIME).timetuple()[:6]
    flow = _Flow()
    with zipfile.ZipFile(flow, "w", zipfile.ZIP_DEFLATED) as bundle:  # type: ignore[call-overload]
        for name, data in files:
            bundle.writestr(zipfile.ZipInfo(name, now), data, zipfile.ZIP_DEFLATED)
            yield flow.taken()
    yield flow.taken()


def answer(request: HttpRequest, name: str, files: Iterable[File]) -> StreamingHttpResponse:
    """The ZIP as a download. The first file is made before the answer begins, so that an error is still a page."""
    pieces = zipped(files)
    begun = chain([next(pieces)], pieces)
    response = StreamingHttpResponse(
        _stepwise(begun) if isinstance(request, ASGIRequest) else begun, content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


async def _stepwise(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces for the server: each is made in a thread, so that nobody else waits."""
    while piece := await sync_to_async(_next)(pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
