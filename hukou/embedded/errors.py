"""What can go wrong with the embedded server, in the words of the person who starts it.

These errors appear before Django and its translations are loaded, so each carries both languages.
"""

from __future__ import annotations


class EmbeddedServerError(RuntimeError):
    """The embedded database cannot run here; the text says why and what to do, in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese = chinese
        self.english = english
        super().__init__(f"{chinese}\n{english}")
