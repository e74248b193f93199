"""A case's own row arms its alerts: whatever writes it, a verb, a projection of many or SQL, no timer is forgotten."""

from django.db import migrations

# The one place that says which alerts stand for a case, when they are due and who has to act. A due time that is null
# is an alert that does not stand. Called by the trigger, by the reconciliation and for rows made by the million.
SAYS = """
create function cases_timers(c cases_case)
returns table (rule text, due_at timestamptz, office_id bigint, details jsonb) language sql stable as $$
    select said.rule, said.due_at, said.office_id, said.details
    from (
        select coalesce(c.awaiting_office_id, c.station_id) as turn,
               jsonb_build_object('number', c.number, 'level', c.level) as place,
               jsonb_build_object('number', c.number, 'missing', c.lacking, 'deferred', c.deferred_reason <> '')
                   as papers,
               case when c.status in ('accepted', 'in_review', 'returned', 'suspended') and c.lacking <> '[]'
                   then c.capture_due_at end as capture_due_at
    ) as has
    cross join lateral (
        values ('case.step_soon', c.step_soon_at, has.turn, has.place),
               ('case.step_late', c.step_due_at, has.turn, has.place),
               ('case.late', c.due_at, has.turn, has.place),
               ('case.not_uploaded', case when c.page_count = 0 then has.capture_due_at end, c.station_id, has.papers),
               ('case.capture_overdue', case when c.page_count > 0 then has.capture_due_at end, c.station_id, has.papers)
    ) as said (rule, due_at, office_id, details)
$$;

create function cases_keep_timers() returns trigger language plpgsql as $$
declare said record;
begin
    for said in
        select now_is.* from cases_timers(new) now_is join cases_timers(old) was on was.rule = now_is.rule
        where (now_is.due_at is not null or was.due_at is not null)
          and (now_is.due_at, now_is.office_id, now_is.details)
              is distinct from (was.due_at, was.office_id, was.details)
    loop
        perform alerts_arm(
            said.rule, 'cases.case:' || new.id, new.id, said.office_id, said.due_at, said.details
        );
    end loop;
    return null;
end $$;

create trigger cases_alerts_of_new after insert on cases_case for each row
    when (new.due_at is not null or new.capture_due_at is not null)
    execute function cases_keep_timers();

create trigger cases_alerts_of_changed after update on cases_case for each row
    when ((old.status, old.level, old.number, old.station_id, old.awaiting_office_id, old.due_at, old.step_due_at,
           old.step_soon_at, old.capture_due_at, old.page_count, old.lacking, old.deferred_reason)
          is distinct from
          (new.status, new.level, new.number, new.station_id, new.awaiting_office_id, new.due_at, new.step_due_at,
           new.step_soon_at, new.capture_due_at, new.page_count, new.lacking, new.deferred_reason))
    execute function cases_keep_timers();
"""
UNSAYS = """
drop trigger cases_alerts_of_changed on cases_case;
drop trigger cases_alerts_of_new on cases_case;
drop function cases_keep_timers();
drop function cases_timers(cases_case);
"""
# For the cases there are. What is not under way has none of these due times.
ARM = """
insert into alerts_timer (rule, subject, case_id, office_id, due_at, rung, fire_at, state, happened, details)
select says.rule, 'cases.case:' || c.id, c.id, says.office_id, says.due_at, 0, says.due_at, 'waiting', false, says.details
from cases_case c cross join lateral cases_timers(c) says
where says.due_at is not null and c.status in ('accepted', 'in_review', 'returned', 'suspended')
on conflict do nothing
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_what_a_case_lacks"), ("alerts", "0003_arming")]

    operations = [migrations.RunSQL(SAYS, UNSAYS), migrations.RunSQL(ARM, migrations.RunSQL.noop)]
