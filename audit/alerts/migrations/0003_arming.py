"""The two functions that arm and disarm: one way for verbs and for triggers, so that they cannot differ."""

from django.db import migrations

# Whoever arms holds the row until the transaction ends; a sweep passes by a row that is held and never waits for it.
CREATE = """
create function alerts_arm(
    the_rule text, the_subject text, the_case bigint, the_office bigint, the_due timestamptz, the_details jsonb,
    the_moment timestamptz default clock_timestamp()
) returns void language plpgsql as $$
declare before record;
begin
    if the_due is null then
        perform alerts_disarm(the_rule, the_subject, the_moment);
        return;
    end if;
    select id, due_at, rung into before from alerts_timer
    where rule = the_rule and subject = the_subject and not happened for update;
    if not found then
        insert into alerts_timer (rule, subject, case_id, office_id, due_at, rung, fire_at, state, happened, details)
        values (the_rule, the_subject, the_case, the_office, the_due, 0, the_due, 'waiting', false, the_details)
        on conflict (rule, subject) where not happened do update
            set case_id = excluded.case_id, office_id = excluded.office_id, due_at = excluded.due_at, rung = 0,
                fire_at = excluded.fire_at, state = 'waiting', details = excluded.details;
    elsif before.due_at = the_due then
        update alerts_timer set case_id = the_case, office_id = the_office, details = the_details
        where id = before.id and (case_id, office_id, details) is distinct from (the_case, the_office, the_details);
    else
        update alerts_timer
        set case_id = the_case, office_id = the_office, due_at = the_due, rung = 0, fire_at = the_due,
            state = 'waiting', details = the_details
        where id = before.id;
        if before.rung > 0 then
            update alerts_alert set settled_at = the_moment
            where subject = the_subject and rule = the_rule and due_at <> the_due
              and settled_at is null and closed_at is null;
        end if;
    end if;
end $$;

create function alerts_disarm(the_rule text, the_subject text, the_moment timestamptz default clock_timestamp())
returns void language plpgsql as $$
declare raised boolean;
begin
    with gone as (
        delete from alerts_timer where rule = the_rule and subject = the_subject returning rung
    )
    select bool_or(rung > 0) into raised from gone;
    if raised then
        update alerts_alert set settled_at = the_moment
        where subject = the_subject and rule = the_rule and settled_at is null and closed_at is null;
    end if;
end $$;
"""
DROP = """
drop function alerts_arm(text, text, bigint, bigint, timestamptz, jsonb, timestamptz);
drop function alerts_disarm(text, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_timers")]

    operations = [migrations.RunSQL(CREATE, DROP)]
