"""Alert rules about the trail itself: it does not hold, waits, is not looked at, or nobody outside vouches for it.

The city bureau is told. An alert names sizes, moments and processes; what a finding says is for `verify_trail` to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from audit.trail import queries, stamping, witnesses
from audit.trail.models import Checkpoint, Cosignature, Event, Stamp, Verification
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import rules

SUBJECT = "trail.log:1"
LONGEST_WAIT = timedelta(minutes=5)
"""How long an event may wait for its place in the log; a few seconds are usual."""
WITNESS_MAY_BE_SILENT = timedelta(hours=1)
STAMP_MAY_BE_LATE = stamping.EVERY + timedelta(hours=1)
FULL_ONE_EVERY = timedelta(hours=36)

# Who has been writing longest here: until that transaction ends, no event that came after it is placed. The
# application's name is shown where this connection may see it; a prepared transaction has no process.
_OLDEST_WRITER = """
select locked.pid, coalesce(activity.application_name, ''), coalesce(activity.datname, '')
from pg_locks locked left join pg_stat_activity activity on activity.pid = locked.pid
where locked.locktype = 'transactionid' and locked.mode = 'ExclusiveLock' and locked.granted
  and coalesce(activity.datname, current_database()) = current_database()
order by age(locked.transactionid) desc limit 1
"""


def find_lagging(now: datetime) -> Iterator[rules.Due]:
    """The oldest event without a place in the log, once it waits too long; with the transaction that holds it back."""
    oldest = queries.waiting().first()
    if oldest is not None and oldest.at + LONGEST_WAIT <= min(now, clock.now()):
        yield from _due(oldest.at + LONGEST_WAIT, _oldest_writer())


def _oldest_writer() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WRITER)
        pid, application, database = cursor.fetchone() or (None, "", "")
    return {"pid": pid, "application": application[:60], "database": database[:60]}


def find_objecting(now: datetime) -> Iterator[rules.Due]:
    """A witness says that the log does not continue what it saw."""
    for witness in witnesses.configured():
        name = witness.verifier.name
        objection = Event.objects.filter(subject=witnesses.subject_of(name)).order_by("-subject_seq").first()
        if objection is not None and objection.at <= now:
            details = {"witness": name, "size": objection.details["size"]}
            yield from _due(objection.at, details, witnesses.subject_of(name))


def find_silent(now: datetime) -> Iterator[rules.Due]:
    """A witness has not signed a head that is an hour old."""
    for witness in witnesses.configured():
        name = witness.verifier.name
        seen = Cosignature.objects.filter(witness=name).order_by("-tree_size").first()
        unseen = Checkpoint.objects.filter(tree_size__gt=seen.tree_size if seen else 0).first()
        if unseen is not None and unseen.at + WITNESS_MAY_BE_SILENT <= now:
            yield from _due(unseen.at + WITNESS_MAY_BE_SILENT, {"witness": name}, witnesses.subject_of(name))


def find_unstamped(now: datetime) -> Iterator[rules.Due]:
    """Time-stamping has failed for an hour."""
    stamped = Stamp.objects.last()
    since = stamped.tree_size if stamped else 0
    unstamped = Checkpoint.objects.filter(tree_size__gt=since).first()
    if unstamped is not None and unstamped.at + STAMP_MAY_BE_LATE <= now:
        yield from _due(unstamped.at + STAMP_MAY_BE_LATE, {"size": unstamped.tree_size})


def find_broken(now: datetime) -> Iterator[rules.Due]:
    """The newest verification found something."""
    newest = Verification.objects.last()
    if newest is not None and newest.findings and newest.at <= now:
        yield from _due(newest.at, {"findings": newest.findings, "kinds": newest.kinds})


def find_unverified(now: datetime) -> Iterator[rules.Due]:
    """Nobody has verified the whole trail for a day and a half."""
    full = Verification.objects.filter(since=0).last()
    first = Checkpoint.objects.first()
    since = full.at if full else first.at if first else now
    if since + FULL_ONE_EVERY <= now:
        yield from _due(since + FULL_ONE_EVERY, {})


def _due(at: datetime, details: dict[str, Any], subject: str = SUBJECT) -> Iterator[rules.Due]:
    for office in Office.objects.filter(parent=None, level=Office.Level.CITY)[:1]:
        yield rules.Due(subject=subject, office_id=office.pk, due_at=at, details=details)


def register() -> None:
    """Called once at start-up."""
    for name, label, find, severity in (
        ("trail.broken", _("Verifying the trail found something wrong"), find_broken, 3),
        ("trail.unverified", _("The whole trail has not been verified for a day and a half"), find_unverified, 2),
        ("trail.lagging", _("Acts wait for their place in the trail"), find_lagging, 3),
        ("trail.witness_objects", _("A witness refuses to sign the trail"), find_objecting, 3),
        ("trail.witness_silent", _("A witness of the trail is silent"), find_silent, 2),
        ("trail.unstamped", _("The trail is not time-stamped"), find_unstamped, 2),
    ):
        # The city bureau answers for the trail; there is nobody above it to climb to.
        rules.register(rules.AlertRule(name, label, find, kind=rules.Kind.SYSTEM, severity=severity, ladder=rules.ONCE))
