"""What the database itself does against changes of the trail: triggers, roles, event triggers; and whether all of it is there.

Guards stop accidents and every account but a superuser's. A superuser can switch them off: then `missing` tells, and the
log proves what was changed meanwhile (see `verifier`). Whoever changes a guard here adds a migration that calls `install`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from hukou.embedded.server import APPLICATION

OWNER = "hukou_owner"
"""The role that owns the tables of the trail; nobody signs in as it."""
EVENTS = "trail_event"
FROZEN = (EVENTS, "trail_leaf", "trail_checkpoint", "trail_cosignature", "trail_stamp", "trail_verification")
"""Tables of which no row is ever changed."""
TABLES = (*FROZEN, "trail_tally")
WRITTEN = {
    # Not `id` and not `txid`: their order is the log's, so only the database gives them.
    EVENTS: "insert (at, action, subject, subject_seq, case_id, officer_id, officer_number, office_id, office_code,"
    " duty, workstation, session, details, leaf)",
    "trail_leaf": "insert",
    "trail_checkpoint": "insert",
    "trail_cosignature": "insert",
    "trail_stamp": "insert",
    "trail_verification": "insert",
    "trail_tally": "insert, update (count)",
}
"""What the application may do besides reading."""

_FUNCTIONS = {
    "trail_refuse_change": (
        "trigger",
        """
begin
    raise exception 'the trail is append-only: % on % refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end """,
    ),
    "trail_count_upward": (
        "trigger",
        """
begin
    if new.subject is distinct from old.subject or new.count is distinct from old.count + 1 then
        raise exception 'the trail is append-only: a tally only counts up by one'
            using errcode = 'restrict_violation';
    end if;
    return new;
end """,
    ),
    # One number per subject for ever: a unique index would hold within one month only.
    "trail_take_number": (
        "trigger",
        """
begin
    if not exists (select from trail_tally where subject = new.subject and count = new.subject_seq) then
        raise exception 'event_has_the_number_just_taken: % of %', new.subject_seq, new.subject
            using errcode = 'check_violation', constraint = 'event_has_the_number_just_taken';
    end if;
    return new;
end """,
    ),
    # Fires for everybody, a superuser too. Only the owner of the tables may change their shape, and only on purpose.
    "trail_refuse_ddl": (
        "event_trigger",
        """
declare touched text;
begin
    if current_setting('trail.maintenance', true) = 'on' and pg_has_role(current_user, 'hukou_owner', 'member') then
        return;
    end if;
    if tg_event = 'sql_drop' then
        select object_identity into touched from pg_event_trigger_dropped_objects()
        where not is_temporary and object_identity ~ '(^|[ .])trail_' limit 1;
    else
        select object_identity into touched from pg_event_trigger_ddl_commands()
        where schema_name is distinct from 'pg_temp' and object_identity ~ '(^|[ .])trail_' limit 1;
    end if;
    if touched is not null then
        raise exception 'the trail is append-only: % of % refused', tg_tag, touched
            using errcode = 'restrict_violation', hint = 'a migration sets trail.maintenance, as the owner of the tables';
    end if;
end """,
    ),
}
_ROW_GUARDS = {
    **dict.fromkeys(FROZEN, ("no_change", "before update or delete", "trail_refuse_change")),
    "trail_tally": ("no_change", "before delete", "trail_refuse_change"),
}
_MORE_GUARDS = (
    ("trail_tally", "upward", "before update", "trail_count_upward"),
    (EVENTS, "number", "before insert", "trail_take_number"),
)
_DDL_GUARDS = {
    "trail_no_ddl": (
        "ddl_command_end",
        ("ALTER TABLE", "CREATE TRIGGER", "ALTER TRIGGER", "CREATE RULE", "CREATE FUNCTION", "ALTER FUNCTION"),
    ),
    "trail_no_drop": ("sql_drop", ()),
}
_MAKE_MONTH = f"""
create or replace function trail_make_month(day date) returns text language plpgsql
    security definer set search_path from current set trail.maintenance = 'on' as $$
declare
    month date := date_trunc('month', day);
    begins timestamptz := month::timestamp at time zone 'Asia/Shanghai';
    ends timestamptz := (month + interval '1 month') at time zone 'Asia/Shanghai';
    name text := '{EVENTS}_' || to_char(month, 'YYYY_MM');
begin
    -- What came while the month was not there stays where it is: nothing is ever moved.
    if to_regclass(name) is null and not exists (select from {EVENTS}_other where at >= begins and at < ends) then
        -- Made apart and attached: nobody who writes has to wait for it.
        execute format('create table %I (like {EVENTS} including defaults including constraints)', name);
        perform trail_guard_partition(name);
        execute format('alter table {EVENTS} attach partition %I for values from (%L) to (%L)', name, begins, ends);
    end if;
    return to_regclass(name)::text;
end $$;
"""  # noqa: S608 - the name of our own table
# Truncating fires no trigger of the parent, so each partition has its own; and a number is taken once in a month by an
# index too.
_GUARD_PARTITION = """
create or replace function trail_guard_partition(name text) returns void language plpgsql as $$
begin
    execute format('alter table %I add constraint %I unique (subject, subject_seq)', name, name || '_once');
    execute format('create trigger %I before truncate on %I for each statement execute function trail_refuse_change()',
                   name || '_no_truncate', name);
    execute format('alter table %I enable always trigger %I', name, name || '_no_truncate');
end $$;
"""


def install() -> Iterator[str]:
    """The statements that put the functions and triggers on (again). Run by a migration, as whoever owns the tables."""
    yield "set local trail.maintenance = 'on'"
    for name, (returns, body) in _FUNCTIONS.items():
        yield f"create or replace function {name}() returns {returns} language plpgsql as $${body}$$"
    yield _GUARD_PARTITION
    yield _MAKE_MONTH
    yield "revoke execute on function trail_guard_partition(text), trail_make_month(date) from public"
    for table in TABLES:
        name, when, function = _ROW_GUARDS[table]
        yield from _guard(table, name, when, "row", function)
        yield from _guard(table, "no_truncate", "before truncate", "statement", "trail_refuse_change")
    for table, name, when, function in _MORE_GUARDS:
        yield from _guard(table, name, when, "row", function)


def _guard(table: str, name: str, when: str, each: str, function: str) -> Iterator[str]:
    guard = f"{table}_{name}"
    yield f"drop trigger if exists {guard} on {table}"
    yield f"create trigger {guard} {when} on {table} for each {each} execute function {function}()"
    # ALWAYS: also under session_replication_role = replica.
    yield f"alter table {table} enable always trigger {guard}"


def separate() -> bool:
    """Give the tables to their owner, the application its rights, and put the event triggers on. True when done.

    Needs a superuser, who is asked for nothing but this; done after every `migrate` (`manage.py migrate` says as whom).
    """
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("set trail.maintenance = 'on'")
        try:
            for statement in _separation(_partitions(cursor)):
                cursor.execute(statement)
        finally:
            cursor.execute("reset trail.maintenance")
    return True


def _separation(partitions: list[str]) -> Iterator[str]:
    for role in (OWNER, APPLICATION):
        # Roles belong to the whole cluster: another database, or another process, may have made it this moment.
        yield (
            f"do $$ begin if to_regrole('{role}') is null then create role {role}; end if;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
    tables = ", ".join(TABLES)
    everything = f"on all tables in schema public to {APPLICATION}"
    yield f"grant usage, create on schema public to {OWNER}"
    yield f"grant usage on schema public to {APPLICATION}"
    yield f"grant select, insert, update, delete {everything}"
    yield (
        "do $$ begin if current_setting('server_version_num')::int >= 170000 then"
        f" grant maintain {everything}; end if; end $$"  # statistics after much was written
    )
    yield f"grant usage, select on all sequences in schema public to {APPLICATION}"
    yield f"revoke insert, update, delete on django_migrations from {APPLICATION}"
    for table in (*partitions, *TABLES):
        yield f"alter table {table} owner to {OWNER}"
        yield f"revoke all on {table} from {APPLICATION}"
    yield f"grant select on {tables} to {APPLICATION}"
    for table, rights in WRITTEN.items():
        yield f"grant {rights} on {table} to {APPLICATION}"
    for function in (*(f"{name}()" for name in _FUNCTIONS), "trail_guard_partition(text)", "trail_make_month(date)"):
        yield f"alter function {function} owner to {OWNER}"
    yield f"grant execute on function trail_make_month(date) to {APPLICATION}"
    for name, (event, tags) in _DDL_GUARDS.items():
        only = "when tag in (" + ", ".join(f"'{tag}'" for tag in tags) + ")" if tags else ""
        yield f"drop event trigger if exists {name}"
        yield f"create event trigger {name} on {event} {only} execute function trail_refuse_ddl()"
        yield f"alter event trigger {name} enable always"


def missing() -> list[str]:
    """Guards that are not as they should be, each in a few plain words; empty when all stand."""
    with connection.cursor() as cursor:
        partitions = _partitions(cursor)
        return [*_missing_triggers(cursor, partitions), *_changed_functions(cursor)]


def excess() -> list[str]:
    """What this connection could do to the trail that no part of the application needs; empty in a proper set-up."""
    with connection.cursor() as cursor:
        return list(_too_many_rights(cursor))


def _partitions(cursor: Any) -> list[str]:
    cursor.execute("select inhrelid::regclass::text from pg_inherits where inhparent = to_regclass(%s)", [EVENTS])
    return [name for (name,) in cursor.fetchall()]


def _missing_triggers(cursor: Any, partitions: list[str]) -> Iterator[str]:
    # tgtype is a bit field (catalog/pg_trigger.h): 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
    cursor.execute(
        "select c.relname, p.proname, bit_or(t.tgtype::int) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " join pg_proc p on p.oid = t.tgfoid where t.tgenabled = 'A' and c.relname = any(%s) group by 1, 2",
        [[*TABLES, *partitions]],
    )
    on = {(table, function): bits for table, function, bits in cursor.fetchall()}
    wanted = {(table, "trail_refuse_change"): 2 | 8 | 16 | 32 for table in (*FROZEN, *partitions)}
    wanted |= {("trail_tally", "trail_refuse_change"): 2 | 8 | 32, ("trail_tally", "trail_count_upward"): 2 | 16}
    wanted |= {(table, "trail_take_number"): 2 | 4 for table in (EVENTS, *partitions)}
    for place, bits in wanted.items():
        if on.get(place, 0) & bits != bits:
            yield f"trigger {place[1]} of {place[0]} is off"
    cursor.execute("select evtname from pg_event_trigger where evtenabled = 'A'")
    standing = {name for (name,) in cursor.fetchall()}
    for name in _DDL_GUARDS:
        if name not in standing:
            yield f"event trigger {name} is off"


def _changed_functions(cursor: Any) -> Iterator[str]:
    cursor.execute("select proname, prosrc from pg_proc where proname = any(%s)", [list(_FUNCTIONS)])
    found = dict(cursor.fetchall())
    for name, (_returns, body) in _FUNCTIONS.items():
        if found.get(name) != body:
            yield f"function {name} was changed"


def _too_many_rights(cursor: Any) -> Iterator[str]:
    cursor.execute("select rolsuper from pg_roles where rolname = current_user")
    if cursor.fetchone()[0]:
        yield "the application is connected as a superuser"
        return
    for table in FROZEN:
        cursor.execute(
            "select pg_has_role(current_user, relowner, 'usage') or has_table_privilege(oid, 'update, delete, truncate')"
            " from pg_class where oid = to_regclass(%s)",
            [table],
        )
        if cursor.fetchone()[0]:
            yield f"the application may change {table}"
