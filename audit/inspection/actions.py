"""The verbs of inspection."""

from .orders import accept, answer, issue, send_back, withdraw
from .plans import set_plan
from .reviewing import add_finding, conclude, drop_finding, review
from .sampling import draw, pick

__all__ = [
    "accept",
    "add_finding",
    "answer",
    "conclude",
    "draw",
    "drop_finding",
    "issue",
    "pick",
    "review",
    "send_back",
    "set_plan",
    "withdraw",
]
