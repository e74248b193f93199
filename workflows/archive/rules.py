"""Who may file, and who may open a filed case for more pages."""

from hukou.accounts import policies
from workflows.cases.rules import may_act_for_the_desk


def register() -> None:
    """Called once at start-up."""
    policies.register("case.complete", may_act_for_the_desk)
    policies.register("case.file", may_act_for_the_desk)
    policies.register("case.begin_late_capture", may_act_for_the_desk)
    policies.register("case.conclude_late_capture", may_act_for_the_desk)
    policies.register("case.abandon_late_capture", may_act_for_the_desk)
