"""A watched fact as the sweep comes to know it: `find` is asked only where the glance of the rule sees something."""

from __future__ import annotations

from datetime import datetime

from audit.alerts import glancing, rules, terms


def found(rule: str, moment: datetime) -> list[rules.Due]:
    """What the fact names at `moment`; fails where the glance would have hidden it."""
    watched = rules.registered()[rule]
    assert watched.find is not None
    named = list(watched.find(moment))
    if named:
        assert rule in glancing.worth_asking([watched], terms.all_in_force(moment), moment), f"{rule} is not seen"
    return named
