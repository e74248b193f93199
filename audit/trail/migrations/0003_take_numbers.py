"""The function that numbers events. As a plain statement it is planned anew for every act, which takes longer than its work."""

from django.db import migrations

# The tally row is locked until the transaction ends, so the numbers of one subject have no gap and no double.
# Different subjects never wait for each other. The duty is looked up in the same breath.
CREATE = """
set local trail.maintenance = 'on';
create or replace function trail_take_numbers(subjects text[], officers bigint[], offices bigint[], day date)
returns table (number int, office_id bigint, office_code text, duty text)
language plpgsql set plan_cache_mode = 'force_generic_plan' as $$
#variable_conflict use_column
begin
    return query
    with asked as (
        select * from unnest(subjects, officers, offices) with ordinality as asked (subject, officer, office, place)
    ), taken as (
        insert into trail_tally (subject, count) select subject, 1 from asked order by subject
        on conflict (subject) do update set count = trail_tally.count + 1
        returning subject, count
    )
    select taken.count, standing.office_id, standing.code::text, standing.role::text
    from asked join taken using (subject) left join lateral (
        select duty.office_id, office.code, duty.role
        from accounts_duty duty join accounts_office office on office.id = duty.office_id
        where duty.officer_id = asked.officer and duty.starts_on <= day
          and (duty.ends_on is null or duty.ends_on >= day)
          and (asked.office is null or duty.office_id = asked.office)
        order by duty.starts_on, duty.id limit 1
    ) standing on true
    order by asked.place;
end $$;
"""
DROP = "drop function trail_take_numbers(text[], bigint[], bigint[], date)"


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [migrations.RunSQL(CREATE, DROP)]
