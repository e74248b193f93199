"""Jobs of this layer."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import shelf
from .models import ArchiveRecord


@app.task(name="archive.lay_out_shelf", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def lay_out_shelf(*, record_id: int) -> None:
    """Put the files of a filed case on its shelf: links to bytes stored already, so doing it twice does no harm."""
    shelf.lay_out(ArchiveRecord.objects.get(pk=record_id))
