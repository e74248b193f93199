"""Why bytes are not a picture. The words for people are in `capture.sessions.errors`; this package knows no language."""

from __future__ import annotations


class Unreadable(ValueError):
    """The bytes cannot become a picture. `reason` is one of `empty`, `not_an_image`, `truncated`, `too_large`."""

    def __init__(self, reason: str, **data: object) -> None:
        self.reason = reason
        self.data = data
        super().__init__(reason)
