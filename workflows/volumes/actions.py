"""Every verb about paper, for the layers above."""

from __future__ import annotations

from .binding import bind, put_in, take_out
from .differences import record_difference, settle_difference
from .loans import extend, hand_over, refuse, request_paper, request_volume, take_back, withdraw
from .shelving import make_box, make_cabinet, move_box, move_volume, open_volume
from .tracks import set_track

__all__ = [
    "bind",
    "extend",
    "hand_over",
    "make_box",
    "make_cabinet",
    "move_box",
    "move_volume",
    "open_volume",
    "put_in",
    "record_difference",
    "refuse",
    "request_paper",
    "request_volume",
    "set_track",
    "settle_difference",
    "take_back",
    "take_out",
    "withdraw",
]
