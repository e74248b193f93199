"""Looks for garbage less often: what a process of ours has loaded lives as long as it does, and was looked through again and again."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made and not yet freed before the young are looked at; the usual 700 are made by one page many times over."""


def look_less_often() -> None:
    """For a process that lives long, once all is loaded: leave what is there in peace, and look at new objects more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 50, 100)
