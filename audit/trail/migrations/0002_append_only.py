"""Guards of the append-only tables.

They stop accidents and ordinary accounts. A superuser can switch them off; that is what the signed log is for.
ENABLE ALWAYS keeps the row guards on under session_replication_role = replica.
"""

from django.db import migrations

TABLES = ("trail_event", "trail_leaf", "trail_checkpoint", "trail_cosignature", "trail_stamp", "trail_verification")

FUNCTIONS = """
create function trail_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the trail is append-only: % on % refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;

create function trail_count_upward() returns trigger language plpgsql as $$
begin
    if new.subject is distinct from old.subject or new.count is distinct from old.count + 1 then
        raise exception 'the trail is append-only: a tally only counts up by one'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
"""
DROP_FUNCTIONS = "drop function trail_refuse_change(); drop function trail_count_upward();"


def guard(table: str, events: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        create trigger {table}_no_change before {events} on {table}
            for each row execute function trail_refuse_change();
        alter table {table} enable always trigger {table}_no_change;
        create trigger {table}_no_truncate before truncate on {table}
            for each statement execute function trail_refuse_change();
        alter table {table} enable always trigger {table}_no_truncate;
        """,
        f"drop trigger {table}_no_change on {table}; drop trigger {table}_no_truncate on {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(guard(table, "update or delete") for table in TABLES),
        guard("trail_tally", "delete"),
        migrations.RunSQL(
            """
            create trigger trail_tally_upward before update on trail_tally
                for each row execute function trail_count_upward();
            alter table trail_tally enable always trigger trail_tally_upward;
            """,
            "drop trigger trail_tally_upward on trail_tally;",
        ),
    ]
