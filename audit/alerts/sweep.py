"""The sweep: ask the watched facts, then raise every timer that is due. Any number of sweeps may run at once."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from hukou.kernel import clock

from . import firing, rules, terms, watching
from .types import SweepReport

log = logging.getLogger(__name__)


def sweep(now: datetime | None = None) -> SweepReport:
    """Raise every alert that is due at `now` (default: the present) and has not been raised. Run it as often as you like.

    An interrupted sweep keeps what it did and the next does the rest. A rule that fails is logged and named in the
    report; it does not stop the others.
    """
    moment = now or clock.now()
    raised: Counter[str] = Counter(dict.fromkeys(rules.registered(), 0))
    failed: set[str] = set()
    holding = terms.all_in_force(moment)
    for rule in rules.registered().values():
        if rule.find is None or not holding[rule.name].on:
            continue
        try:
            if not watching.watch(rule, moment):
                failed.add(rule.name)
        except Exception:
            log.exception("alert rule %s failed", rule.name)
            failed.add(rule.name)
    fired, unfired = firing.fire(moment)
    failed |= unfired
    raised.update(fired)
    by_rule = {name: count for name, count in raised.items() if count or name not in failed}
    return SweepReport(raised.total(), by_rule, tuple(sorted(failed)))
