"""Real servers in folders of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hukou.embedded import server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever server a test leaves in it is stopped."""
    folder = tmp_path / "site"
    yield folder
    server.stop(folder)
