"""The sweep: ask the watched facts, then raise every timer that is due. Any number of sweeps may run at once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from hukou.kernel import clock

from . import firing, rules, watching
from .types import SweepReport


def sweep(now: datetime | None = None) -> SweepReport:
    """Raise every alert that is due at `now` (default: the present) and has not been raised. Run it as often as you like.

    An interrupted sweep keeps what it did and the next does the rest. A rule that fails is logged and named in the
    report; it does not stop the others.
    """
    moment = now or clock.now()
    raised: Counter[str] = Counter(dict.fromkeys(rules.registered(), 0))
    failed = watching.watch(moment)
    fired, unfired = firing.fire(moment)
    failed |= unfired
    raised.update(fired)
    by_rule = {name: count for name, count in raised.items() if count or name not in failed}
    return SweepReport(raised.total(), by_rule, tuple(sorted(failed)))
