"""Alert rules about the trail itself: it does not hold, waits, is not looked at, or nobody outside vouches for it.

The city bureau is told. An alert names sizes, moments and processes; what a finding says is for `verify_trail` to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import queries, stamping, witnesses
from audit.trail.models import Checkpoint, Cosignature, Event, Stamp, Verification
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import queries as alerts
from . import rules, terms
from .rules import Glance, Kind, Level, Rung

SUBJECT = "trail.log:1"
LAGGING, BROKEN, UNVERIFIED = "trail.lagging", "trail.broken", "trail.unverified"
OBJECTS, SILENT, UNSTAMPED = "trail.witness_objects", "trail.witness_silent", "trail.unstamped"
LADDER = (Rung(1, 0, Level.CITY), Rung(2, 1, Level.CITY), Rung(3, 3, Level.CITY))
"""The city bureau answers for the trail; it is told again until it holds."""


# Who has been writing longest here: until that transaction ends, no event that came after it is placed. The
# application's name is shown where this connection may see it; a prepared transaction has no process.
_OLDEST_WRITER = """
select locked.pid, coalesce(activity.application_name, ''), coalesce(activity.datname, '')
from pg_locks locked left join pg_stat_activity activity on activity.pid = locked.pid
where locked.locktype = 'transactionid' and locked.mode = 'ExclusiveLock' and locked.granted
  and coalesce(activity.datname, current_database()) = current_database()
order by age(locked.transactionid) desc limit 1
"""


# The first event beyond the log, as `queries.waiting` has it.
_LAGGING = """
(select event.at from trail_event event
 where (event.txid, event.id) > (select txid, event_id from trail_leaf order by leaf_index desc limit 1)
    or not exists (select from trail_leaf)
 order by event.txid, event.id limit 1) <= {now} - make_interval(mins => {minutes})
"""
_BROKEN = "(select findings > 0 and at <= {now} from trail_verification order by id desc limit 1)"
_UNVERIFIED = """
coalesce((select at from trail_verification where since = 0 order by id desc limit 1),
         (select at from trail_checkpoint order by tree_size limit 1)) <= {now} - make_interval(hours => {hours})
"""
_OBJECTS = """
exists (select from trail_event objection join unnest({names}::text[], {subjects}::text[]) witness (name, subject)
            on objection.subject = witness.subject
        where not exists (select from trail_cosignature
                          where trail_cosignature.witness = witness.name and seen_at > objection.at))
"""
_SILENT = """
exists (select from unnest({names}::text[]) witness (name)
        where (select at from trail_checkpoint
               where tree_size > coalesce((select max(tree_size) from trail_cosignature
                                           where trail_cosignature.witness = witness.name), 0)
               order by tree_size limit 1) <= {now} - make_interval(mins => {minutes}))
"""
_UNSTAMPED = """
(select at from trail_checkpoint where tree_size > coalesce((select max(tree_size) from trail_stamp), 0)
 order by tree_size limit 1) <= {now} - {every} - make_interval(mins => {minutes})
"""


def find_lagging(now: datetime) -> Iterator[rules.Due]:
    """The oldest event without a place in the log, once it waits too long; with the transaction that holds it back."""
    oldest, may_wait = queries.waiting().first(), timedelta(minutes=terms.of(LAGGING).params["minutes"])
    if oldest is not None and oldest.at + may_wait <= min(now, clock.now()):
        # While it lags, another event is the oldest every minute; it is one lag all the same.
        lags_since = alerts.standing_since(LAGGING, SUBJECT) or oldest.at + may_wait
        yield from _due(lags_since, _oldest_writer())


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
        if objection is None or objection.at > now:
            continue
        if not Cosignature.objects.filter(witness=name, seen_at__gt=objection.at).exists():
            details = {"witness": name, "size": objection.details["size"]}
            yield from _due(objection.at, details, witnesses.subject_of(name))


def find_silent(now: datetime) -> Iterator[rules.Due]:
    """A witness has not signed a head that is so many minutes old."""
    may_be_silent = timedelta(minutes=terms.of(SILENT).params["minutes"])
    for witness in witnesses.configured():
        name = witness.verifier.name
        seen = Cosignature.objects.filter(witness=name).order_by("-tree_size").first()
        unseen = Checkpoint.objects.filter(tree_size__gt=seen.tree_size if seen else 0).first()
        if unseen is not None and unseen.at + may_be_silent <= now:
            yield from _due(unseen.at + may_be_silent, {"witness": name}, witnesses.subject_of(name))


def find_unstamped(now: datetime) -> Iterator[rules.Due]:
    """Time-stamping has failed for so many minutes."""
    may_be_late = stamping.EVERY + timedelta(minutes=terms.of(UNSTAMPED).params["minutes"])
    stamped = Stamp.objects.last()
    since = stamped.tree_size if stamped else 0
    unstamped = Checkpoint.objects.filter(tree_size__gt=since).first()
    if unstamped is not None and unstamped.at + may_be_late <= now:
        yield from _due(unstamped.at + may_be_late, {"size": unstamped.tree_size})


def find_broken(now: datetime) -> Iterator[rules.Due]:
    """The newest verification found something."""
    newest = Verification.objects.last()
    if newest is not None and newest.findings and newest.at <= now:
        yield from _due(newest.at, {"findings": newest.findings, "kinds": newest.kinds})


def find_unverified(now: datetime) -> Iterator[rules.Due]:
    """Nobody has verified the whole trail for so many hours."""
    at_least_every = timedelta(hours=terms.of(UNVERIFIED).params["hours"])
    full = Verification.objects.filter(since=0).last()
    first = Checkpoint.objects.first()
    since = full.at if full else first.at if first else now
    if since + at_least_every <= now:
        yield from _due(since + at_least_every, {})


def _witnesses(_now: datetime) -> dict[str, list[str]]:
    names = [witness.verifier.name for witness in witnesses.configured()]
    return {"names": names, "subjects": [witnesses.subject_of(name) for name in names]}


def _due(at: datetime, details: dict[str, Any], subject: str = SUBJECT) -> Iterator[rules.Due]:
    for office in Office.objects.filter(parent=None, level=Office.Level.CITY)[:1]:
        yield rules.Due(subject=subject, office_id=office.pk, due_at=at, details=details)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        _rule(
            BROKEN,
            _("Verifying the trail found something wrong"),
            _("The newest verification of the trail found something that does not hold."),
            find_broken,
            Glance(_BROKEN),
        )
    )
    rules.register(
        _rule(
            UNVERIFIED,
            _("The whole trail has not been verified for a day and a half"),
            _("The whole trail has not been verified for {hours} hours."),
            find_unverified,
            Glance(_UNVERIFIED),
            hours=36,
        )
    )
    rules.register(
        _rule(
            LAGGING,
            _("Acts wait for their place in the trail"),
            _("An act has waited {minutes} minutes for its place in the log; a few seconds are usual."),
            find_lagging,
            Glance(_LAGGING),
            minutes=5,
        )
    )
    rules.register(
        _rule(
            OBJECTS,
            _("A witness refuses to sign the trail"),
            _("A witness says that the log does not continue what it saw before."),
            find_objecting,
            Glance(_OBJECTS, _witnesses),
        )
    )
    rules.register(
        _rule(
            SILENT,
            _("A witness of the trail is silent"),
            _("A witness has not signed a head of the log that is {minutes} minutes old."),
            find_silent,
            Glance(_SILENT, _witnesses),
            minutes=60,
        )
    )
    rules.register(
        _rule(
            UNSTAMPED,
            _("The trail is not time-stamped"),
            _("No time-stamping service has stamped the log for {minutes} minutes beyond the usual time."),
            find_unstamped,
            Glance(_UNSTAMPED, lambda _now: {"every": stamping.EVERY}),
            minutes=60,
        )
    )


def _rule(
    name: str,
    label: Promise,
    about: Promise,
    find: Callable[[datetime], Iterator[rules.Due]],
    glance: Glance,
    **params: int,
) -> rules.AlertRule:
    return rules.AlertRule(
        name,
        label=label,
        about=about,
        find=find,
        glance=glance,
        kind=Kind.SYSTEM,
        severity=3 if name in (BROKEN, LAGGING, OBJECTS) else 2,
        ladder=LADDER,
        params=params,
    )
