"""The statements of the sweep. A day is a day of the city, which keeps one offset all year."""

from __future__ import annotations

CLAIM = """
with claimed as (
    select id, due_at, office_id from alerts_timer where fire_at <= %s order by fire_at limit %s for update skip locked
)
select array_agg(id), array_agg(distinct (due_at at time zone 'Asia/Shanghai')::date), array_agg(distinct office_id)
from claimed
"""
CLAIM_ONE = """
with claimed as (
    select id, due_at, office_id from alerts_timer where id = %s and fire_at <= %s for update skip locked
)
select array_agg(id), array_agg((due_at at time zone 'Asia/Shanghai')::date), array_agg(office_id) from claimed
"""

# A fact that was over and is true again is not settled any more; a closed alert stays closed. `xmax` is 0 of a new row.
RAISE = """
with claimed as materialized (
    select timer.id, rule, subject, case_id, office_id, due_at, rung, details,
           (due_at at time zone 'Asia/Shanghai')::date as day, (due_at at time zone 'Asia/Shanghai')::time as clock
    from alerts_timer timer join unnest(%(ids)s::bigint[]) claim (id) on claim.id = timer.id
), known as (
    select * from unnest(%(rules)s::text[], %(other_terms)s::timestamptz[]) known (rule, until)
), off as (
    select * from unnest(%(off)s::text[], %(on_again)s::timestamptz[]) off (rule, until)
), step as materialized (
    select * from unnest(%(step_rules)s::text[], %(step_rungs)s::int[], %(step_days)s::int[], %(step_levels)s::text[])
        step (rule, rung, days, level)
), calendar as materialized (
    select * from unnest(%(days)s::date[], %(afters)s::int[], %(ons)s::date[]) calendar (day, days, on_day)
), chain as materialized (
    select * from unnest(%(offices)s::bigint[], %(levels)s::text[], %(tolds)s::bigint[], %(roles)s::text[])
        chain (office_id, level, told, role)
), mute as materialized (
    select * from unnest(%(mute_rules)s::text[], %(mute_offices)s::bigint[], %(mute_subjects)s::text[],
                         %(mute_untils)s::timestamptz[]) mute (rule, office_id, subject, until)
), silent as (
    select claimed.id, max(mute.until) as until from claimed
    join mute on mute.rule = claimed.rule and mute.office_id = claimed.office_id
        and mute.subject in ('', claimed.subject)
    group by claimed.id
), looked as materialized (
    select claimed.*, known.rule is null as is_off, coalesce(known.until, off.until) as terms_until,
           silent.until as muted_until
    from claimed left join known using (rule) left join off using (rule) left join silent using (id)
), climbed as materialized (
    select looked.id, step.rung, step.level, (calendar.on_day + looked.clock) at time zone 'Asia/Shanghai' as at
    from looked
    join step on step.rule = looked.rule and step.rung > looked.rung
    join calendar on calendar.day = looked.day and calendar.days = step.days
    where not looked.is_off and looked.muted_until is null
), due as (
    select climbed.*, row_number() over (order by climbed.id, climbed.rung) - 1 as place, count(*) over () as many
    from climbed where at <= %(now)s
), reached as (
    select id, max(rung) filter (where at <= %(now)s) as rung, min(at) filter (where at > %(now)s) as next_at
    from climbed group by id
), raised as (
    insert into alerts_alert (rule, subject, case_id, office_id, role, concerned_id, due_at, rung, details, raised_at,
                              batch_id, closing_record)
    select looked.rule, looked.subject, looked.case_id, chain.told, chain.role, looked.office_id, looked.due_at, due.rung,
           looked.details, %(raised_at)s,
           case when due.many > %(singly)s then (%(batches)s::bigint[])[1 + due.place / %(in_one_event)s] end, ''
    from due join looked using (id)
    join chain on chain.office_id = looked.office_id and chain.level = due.level
    order by due.place
    on conflict on constraint alert_once_per_rung do update set settled_at = null
        where alerts_alert.settled_at is not null and alerts_alert.closed_at is null
    returning id, rule, subject, due_at, rung, office_id, role, batch_id, details, xmax = 0 as fresh
), moved as (
    update alerts_timer timer
    set rung = coalesce(reached.rung, timer.rung),
        fire_at = case when looked.is_off then looked.terms_until when looked.muted_until is not null
                  then looked.muted_until else least(reached.next_at, looked.terms_until) end,
        state = case when looked.is_off or looked.muted_until is not null then 'held'
                when reached.next_at is null then 'top' else 'waiting' end
    from looked left join reached using (id)
    where timer.id = looked.id
)
select batch_id, rule, array_agg(id order by id), array_agg(rung order by id), array_agg(office_id order by id),
       array_agg(role order by id),
       array_agg(id || ' ' || subject || ' ' || to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                 || ' ' || rung || ' ' || office_id order by id) filter (where batch_id is not null),
       encode(sha256(convert_to(string_agg(details::text, chr(10) order by id), 'UTF8')), 'hex')
from raised where fresh group by batch_id, rule order by batch_id, rule
"""
NUMBERS = "select array_agg(nextval('alerts_alertbatch_id_seq')) from generate_series(1, %s)"
