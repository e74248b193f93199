"""The function that writes events. As plain statements they are planned anew for every act, which takes longer than the work."""

from django.db import migrations

# The tally row is locked until the transaction ends, so the numbers of one subject have no gap and no double; different
# subjects never wait for each other. Number, duty and office are known here first, so the leaf is put together here:
# its members are in the order of RFC 8785, and the text around these four was made canonical by the caller (`ledger`).
CREATE = """
set local trail.maintenance = 'on';
create or replace function trail_append(
    ats timestamptz[], actions text[], subjects text[], cases bigint[], officers bigint[], officer_numbers text[],
    offices bigint[], office_codes text[], workstations text[], sessions text[],
    heads text[], said text[], middles text[], tails text[], day date
) returns void language plpgsql set plan_cache_mode = 'force_generic_plan' as $$
declare taken int[];
begin
    with asked as (
        select * from unnest(subjects) with ordinality as asked (subject, place)
    ), counted as (
        insert into trail_tally (subject, count) select asked.subject, 1 from asked order by 1
        on conflict (subject) do update set count = trail_tally.count + 1
        returning trail_tally.subject, trail_tally.count
    )
    select array_agg(counted.count order by asked.place) into taken from asked join counted using (subject);

    insert into trail_event (at, action, subject, subject_seq, case_id, officer_id, officer_number, office_id, office_code,
                             duty, workstation, session, details, leaf)
    select asked.at, asked.action, asked.subject, asked.number, asked.case_id, asked.officer, asked.officer_number,
           stood.office, stood.code, stood.role, asked.workstation, asked.session, asked.said::jsonb,
           convert_to(
               asked.head || ',"details":' || asked.said || ',"duty":' || to_json(stood.role)
               || ',"office_code":' || to_json(stood.code) || ',"office_id":' || coalesce(stood.office::text, 'null')
               || ',' || asked.middle || ',"subject_seq":' || asked.number || ',' || asked.tail, 'UTF8')
    from unnest(ats, actions, subjects, taken, cases, officers, officer_numbers, offices, office_codes, workstations,
                sessions, heads, said, middles, tails) with ordinality
         as asked (at, action, subject, number, case_id, officer, officer_number, office, office_code, workstation,
                   session, head, said, middle, tail, place)
    left join lateral (
        select duty.office_id, office.code, duty.role
        from accounts_duty duty join accounts_office office on office.id = duty.office_id
        where duty.officer_id = asked.officer and duty.starts_on <= day
          and (duty.ends_on is null or duty.ends_on >= day)
          and (asked.office is null or duty.office_id = asked.office)
        order by duty.starts_on, duty.id limit 1
    ) standing on true
    cross join lateral (
        select coalesce(asked.office, standing.office_id), coalesce(asked.office_code, standing.code, ''),
               coalesce(standing.role, '')
    ) stood (office, code, role)
    order by asked.place;
end $$;
"""
DROP = """
drop function trail_append(timestamptz[], text[], text[], bigint[], bigint[], text[], bigint[], text[], text[], text[],
                           text[], text[], text[], text[], date)
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [migrations.RunSQL(CREATE, DROP)]
