"""Events lie in one table per month, and the tables of the trail are append-only (see `guards`).

Django cannot make partitioned tables, so the empty one it made is replaced by its likeness. What comes at a time for
which no month was made, e.g. because the job that makes them stood still for long, goes to `trail_event_other`.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.trail import guards

MONTHS_AHEAD = 3

# A transaction's number in the log: PostgreSQL's own, moved on when a cluster began to count anew (`epochs`).
NUMBERS = """
create function trail_base() returns bigint language sql stable as 'select 0::bigint';
create function trail_transaction() returns xid8 language sql
    as 'select (pg_current_xact_id()::text::bigint + trail_base())::text::xid8';
"""
PARTITION = """
create table trail_event_apart (
    like trail_event including defaults including identity including constraints
) partition by range (at);
drop table trail_event;
alter table trail_event_apart alter column txid set default trail_transaction();
alter table trail_event_apart rename to trail_event;
alter table trail_event add constraint trail_event_pkey primary key (id, at);
create index event_in_commit_order on trail_event (txid, id);
create index event_of_case on trail_event (case_id, id) where case_id is not null;
create index event_of_officer on trail_event (officer_id, at);
create index event_in_time on trail_event (at, id);
create index event_about_person on trail_event using gin (details jsonb_path_ops) where details ? 'persons';
create table trail_event_other partition of trail_event default;
"""
MONTHS = f"""
select trail_guard_partition('trail_event_other');
select trail_make_month((current_date + month * interval '1 month')::date) from generate_series(0, {MONTHS_AHEAD}) month;
"""


def install(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in guards.install():
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS),
        migrations.RunSQL(PARTITION),
        migrations.RunPython(install),
        migrations.RunSQL(MONTHS),
    ]
