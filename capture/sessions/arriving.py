"""Stills on their way: the bytes of uploads that come in chunks, on disk until a page is made of them.

One file per upload, `<data>/arriving/<officer>/<sha256>.<announced bytes>`: how much of it is there is how long the file
is, so nothing needs remembering and a restart of the server changes nothing. Chunks are checked before they are written
and synced before they are confirmed; the whole is held against its SHA-256. An officer reaches only uploads of their own.

The camera page keeps every still until a page has been confirmed: what is swept away here is sent again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import Conflict, NotFound

from .errors import CaptureError, DigestMismatch, EmptyUpload, ImageTooLarge

MEGABYTE = 1024 * 1024
LARGEST_STILL = 40 * MEGABYTE
"""Bytes of one upload; a 16 MP still has 2 to 6 MB."""
LARGEST_CHUNK = 2 * MEGABYTE
"""Bytes of one chunk."""
MOST_BYTES = 256 * MEGABYTE
"""Bytes all uploads of one officer may announce at the same time."""
MOST_UPLOADS = 64
"""Uploads one officer may have begun at the same time."""
IDLE = timedelta(minutes=10)
"""An upload nobody has touched for so long makes room for a new one of the same officer."""
KEPT = timedelta(hours=48)
"""An upload nobody has touched for so long is abandoned, and swept away."""

_HEX = re.compile(r"[0-9a-f]{64}")


class UploadMissing(NotFound):
    """This officer has begun no upload of that digest, or it has been swept away."""

    code = "upload_missing"
    message = _("The server does not have this picture, or no longer.")
    next_step = _("Send it again from the beginning; the capture page does so by itself.")


class UploadUnfinished(Conflict):
    """The upload has not arrived whole. `offset`: bytes that are there."""

    code = "upload_unfinished"
    message = _("The picture has not arrived whole yet.")
    next_step = _("Send the rest of it; the capture page does so by itself.")


class OffsetMismatch(Conflict):
    """The chunk does not follow what is there. `offset`: bytes that are there."""

    code = "offset_mismatch"
    message = _("This part does not follow the parts that have arrived.")
    next_step = _("Go on from where the server is; the capture page does so by itself.")


class ChunkDamaged(CaptureError):
    """The chunk that arrived is not the one that was sent."""

    code = "chunk_damaged"
    message = _("A part of the picture changed on its way.")
    next_step = _("Send it again. If this happens repeatedly, have the network checked.")


class UploadTooLong(CaptureError):
    """More bytes than were announced, or more in one chunk than is taken."""

    code = "upload_too_long"
    message = _("More bytes arrived than were announced.")
    next_step = _("Reload the page, so that the picture is sent anew.")


class UploadsFull(CaptureError):
    """The officer has too many uploads begun and not finished."""

    code = "uploads_full"
    message = _("Too many of your pictures are on their way at the same time.")
    next_step = _("Wait until those being sent have arrived; the others follow by themselves.")


@dataclass(frozen=True)
class Upload:
    """How far one upload is."""

    sha256: str
    """Digest announced for the whole."""
    size: int
    """Bytes announced for the whole."""
    offset: int
    """Bytes that are there, safe on disk."""

    @property
    def complete(self) -> bool:
        """Whether all bytes are there."""
        return self.offset == self.size


class _Place(NamedTuple):
    """One file of an upload, as listed."""

    path: Path
    size: int
    touched: float

    def idle(self, period: timedelta) -> bool:
        return clock.now().timestamp() - self.touched > period.total_seconds()


def begin(officer: Officer, sha256: str, size: int) -> Upload:
    """Announce an upload of `size` bytes, or take up the one begun before, by whichever window.

    Raises NotPermitted, EmptyUpload, ImageTooLarge, DigestMismatch (that is no SHA-256), UploadsFull.
    """
    policies.require(officer, "page.upload")
    if size < 1:
        raise EmptyUpload
    if size > LARGEST_STILL:
        raise ImageTooLarge(size=size // MEGABYTE, limit=LARGEST_STILL // MEGABYTE)
    if not _HEX.fullmatch(sha256):
        raise DigestMismatch
    folder = _folder(officer)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(os.open(folder, os.O_RDONLY)):
        path = folder / f"{sha256}.{size}"
        for other in folder.glob(f"{sha256}.*"):
            if other != path:  # one digest has one size: the earlier announcement was wrong
                other.unlink(missing_ok=True)
        if not path.exists():
            _make_room(folder, size)
        descriptor = os.open(path, os.O_CREAT | os.O_RDONLY, 0o600)
        try:
            return Upload(sha256, size, os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)


def look(officer: Officer, sha256: str) -> Upload:
    """How far an upload is. Raises UploadMissing."""
    path = _path(officer, sha256)
    try:
        return Upload(sha256, _announced(path), path.stat().st_size)
    except FileNotFoundError as cause:
        raise UploadMissing from cause


def append(officer: Officer, sha256: str, *, offset: int, chunk: bytes, chunk_sha256: str) -> Upload:
    """Write a chunk that begins at byte `offset`; `chunk_sha256` is its digest in hex. Of two at once one is refused.

    Raises UploadMissing, OffsetMismatch, ChunkDamaged, UploadTooLong; and DigestMismatch when with this chunk the whole
    is there and not what was announced: it is removed, and may be begun again.
    """
    if len(chunk) > LARGEST_CHUNK:
        raise UploadTooLong
    if hashlib.sha256(chunk).hexdigest() != chunk_sha256:
        raise ChunkDamaged
    path = _path(officer, sha256)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError as cause:
        raise UploadMissing from cause
    with _locked(descriptor):
        there = os.fstat(descriptor)
        if not there.st_nlink:
            raise UploadMissing  # removed while we waited for our turn
        size = _announced(path)
        if offset != there.st_size:
            raise OffsetMismatch(offset=there.st_size)
        if offset + len(chunk) > size:
            raise UploadTooLong
        try:
            _write(descriptor, chunk, offset)
        except OSError:  # the disk is full or ill: what was confirmed stays as it is
            os.ftruncate(descriptor, offset)
            raise
        if offset + len(chunk) == size and _digest(path) != sha256:
            path.unlink(missing_ok=True)
            raise DigestMismatch
    return Upload(sha256, size, offset + len(chunk))


def take(officer: Officer, sha256: str) -> bytes:
    """The bytes of a finished upload; they stay until `done`. Raises UploadMissing, UploadUnfinished, DigestMismatch."""
    upload = look(officer, sha256)
    if not upload.complete:
        raise UploadUnfinished(offset=upload.offset)
    path = _path(officer, sha256)
    try:
        data = path.read_bytes()
    except FileNotFoundError as cause:
        raise UploadMissing from cause
    if hashlib.sha256(data).hexdigest() != sha256:  # a power cut or an ill disk since it was checked
        path.unlink(missing_ok=True)
        raise DigestMismatch
    return data


def done(officer: Officer, sha256: str) -> None:
    """Remove an upload whose page is recorded, or that nobody wants. No upload of that digest is as good."""
    with suppress(UploadMissing):
        _path(officer, sha256).unlink(missing_ok=True)


def sweep(idle: timedelta = KEPT) -> int:
    """Remove every upload nobody has touched for `idle`; answers how many."""
    swept = 0
    for folder in _root().glob("*/"):
        for place in _listed(folder):
            if place.idle(idle):
                place.path.unlink(missing_ok=True)
                swept += 1
    return swept


def _root() -> Path:
    return Path(settings.HUKOU_DATA_DIR) / "arriving"


def _folder(officer: Officer) -> Path:
    return _root() / str(officer.pk)


def _path(officer: Officer, sha256: str) -> Path:
    """The file of an upload. Raises UploadMissing."""
    found = next(_folder(officer).glob(f"{sha256}.*"), None) if _HEX.fullmatch(sha256) else None
    if found is None:
        raise UploadMissing
    return found


def _announced(path: Path) -> int:
    return int(path.suffix[1:])


def _listed(folder: Path) -> list[_Place]:
    """The uploads in a folder, longest untouched first."""
    places = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            places.append(_Place(path, _announced(path), path.stat().st_mtime))
    return sorted(places, key=lambda place: place.touched)


def _make_room(folder: Path, size: int) -> None:
    """Remove what lies idle until `size` bytes more may come. Raises UploadsFull."""
    places = _listed(folder)
    while len(places) >= MOST_UPLOADS or sum(place.size for place in places) + size > MOST_BYTES:
        oldest = places.pop(0)
        if not oldest.idle(IDLE):
            raise UploadsFull
        oldest.path.unlink(missing_ok=True)


def _write(descriptor: int, chunk: bytes, offset: int) -> None:
    """Write all of `chunk` and wait for the disk."""
    rest = memoryview(chunk)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
    os.fsync(descriptor)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Hold the file to ourselves, against threads and against other processes, and close it afterwards."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
