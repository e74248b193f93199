"""What is bound, settled, returned or decided stays as it is, in the database itself; pages of a bound volume run on.

Cases filed before there were volumes get their row: they were filed on paper.
"""

from django.db import migrations

REFUSE = """
create function volumes_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'history of paper never changes' using errcode = 'integrity_constraint_violation';
end $$;

create trigger volumes_track_rule_fixed before update or delete on volumes_trackrule
    for each row execute function volumes_refuse_change();
create trigger volumes_move_fixed before update or delete on volumes_move
    for each row execute function volumes_refuse_change();
create trigger volumes_item_kept before delete on volumes_volumeitem
    for each row execute function volumes_refuse_change();
create trigger volumes_volume_kept before delete on volumes_volume
    for each row execute function volumes_refuse_change();
create trigger volumes_loan_kept before delete on volumes_loan
    for each row execute function volumes_refuse_change();
create trigger volumes_difference_kept before delete on volumes_difference
    for each row execute function volumes_refuse_change();

create trigger volumes_loan_over before update on volumes_loan
    for each row when (old.state in ('returned', 'refused', 'withdrawn'))
    execute function volumes_refuse_change();

create trigger volumes_difference_fixed before update on volumes_difference
    for each row when (
        old.settled_at is not null
        or (old.station_id, old.case_id, old.volume_id, old.loan_id, old.kind, old.found, old.counted, old.expected,
            old.note, old.found_by_id, old.found_at)
        is distinct from
           (new.station_id, new.case_id, new.volume_id, new.loan_id, new.kind, new.found, new.counted, new.expected,
            new.note, new.found_by_id, new.found_at)
    ) execute function volumes_refuse_change();

create trigger volumes_paper_fixed before update on volumes_paper
    for each row when (
        (old.case_id, old.station_id, old.track, old.rule_id, old.year, old.retention, old.category)
        is distinct from (new.case_id, new.station_id, new.track, new.rule_id, new.year, new.retention, new.category)
        or old.bound_at is not null
    ) execute function volumes_refuse_change();

create trigger volumes_volume_bound before update on volumes_volume
    for each row when (
        old.state = 'bound'
        and (to_jsonb(old) - 'box_id') is distinct from (to_jsonb(new) - 'box_id')
    ) execute function volumes_refuse_change();

create function volumes_item_of_open_volume() returns trigger language plpgsql as $$
begin
    if (select state from volumes_volume where id = new.volume_id) <> 'open' then
        raise exception 'volume % is bound', new.volume_id using errcode = 'integrity_constraint_violation';
    end if;
    if tg_op = 'UPDATE' then
        if old.taken_out_at is not null
            or (old.volume_id, old.case_id, old.pages, old.printed, old.captured, old.put_in_by_id, old.put_in_at)
            is distinct from
               (new.volume_id, new.case_id, new.pages, new.printed, new.captured, new.put_in_by_id, new.put_in_at)
        then
            raise exception 'history of paper never changes' using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    return new;
end $$;

create trigger volumes_item_of_open_volume before insert or update on volumes_volumeitem
    for each row execute function volumes_item_of_open_volume();

create function volumes_pages_run_on() returns trigger language plpgsql as $$
declare
    last_position integer;
    last_page integer;
    items integer;
    counted integer;
begin
    select coalesce(max(position), 0), coalesce(max(page_to), 0), count(*), coalesce(sum(pages), 0)
        into last_position, last_page, items, counted
        from volumes_volumeitem where volume_id = new.id and taken_out_at is null;
    -- Ranges never overlap and begin at 1, so their sum says that there is no gap.
    if items = 0 or last_position <> items or last_page <> counted or new.pages <> counted then
        raise exception 'pages of volume % do not run on', new.id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger volumes_pages_run_on before update on volumes_volume
    for each row when (old.state = 'open' and new.state = 'bound') execute function volumes_pages_run_on();
"""

ALLOW = """
drop trigger volumes_pages_run_on on volumes_volume;
drop function volumes_pages_run_on();
drop trigger volumes_item_of_open_volume on volumes_volumeitem;
drop function volumes_item_of_open_volume();
drop trigger volumes_volume_bound on volumes_volume;
drop trigger volumes_paper_fixed on volumes_paper;
drop trigger volumes_difference_fixed on volumes_difference;
drop trigger volumes_loan_over on volumes_loan;
drop trigger volumes_difference_kept on volumes_difference;
drop trigger volumes_loan_kept on volumes_loan;
drop trigger volumes_volume_kept on volumes_volume;
drop trigger volumes_item_kept on volumes_volumeitem;
drop trigger volumes_move_fixed on volumes_move;
drop trigger volumes_track_rule_fixed on volumes_trackrule;
drop function volumes_refuse_change();
"""

FILED_BEFORE = """
insert into volumes_paper (case_id, station_id, track, rule_id, year, retention, category, bound_at)
select record.case_id, filed.station_id, 'dual', null, record.year, record.retention, subtype.category_code, null
from archive_archiverecord record
join cases_case filed on filed.id = record.case_id
join catalogue_subtype subtype on subtype.id = filed.subtype_id
on conflict do nothing;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("volumes", "0001_initial"),
        ("archive", "0002_what_was_filed_never_changes"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(FILED_BEFORE, migrations.RunSQL.noop),
    ]
