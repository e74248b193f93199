"""Who may file."""

from hukou.accounts import policies
from workflows.cases.rules import may_act_for_the_desk


def register() -> None:
    """Called once at start-up."""
    policies.register("case.file", may_act_for_the_desk)
