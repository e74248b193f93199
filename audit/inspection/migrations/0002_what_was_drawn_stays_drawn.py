"""Seed, frame and sample never change, a verdict is given once, findings and orders are never removed: in the database itself."""

from django.db import migrations

REFUSE = """
create function inspection_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was drawn, found and ordered never changes: % on % refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger inspection_plan_fixed before update or delete on inspection_plan
    for each row execute function inspection_refuse_change();
create trigger inspection_turn_fixed before update or delete on inspection_orderturn
    for each row execute function inspection_refuse_change();
create trigger inspection_duty_stays before delete on inspection_inspectionduty
    for each row execute function inspection_refuse_change();
create trigger inspection_sample_stays before delete on inspection_sample
    for each row execute function inspection_refuse_change();
create trigger inspection_finding_stays before delete on inspection_finding
    for each row execute function inspection_refuse_change();
create trigger inspection_order_stays before delete on inspection_order
    for each row execute function inspection_refuse_change();

create trigger inspection_duty_fixed before update on inspection_inspectionduty
    for each row when (
        (old.office_id, old.period, old.starts_on, old.ends_on, old.plan_id, old.seed, old.seed_size, old.seed_root)
            is distinct from
        (new.office_id, new.period, new.starts_on, new.ends_on, new.plan_id, new.seed, new.seed_size, new.seed_root)
        or old.drawn_at is not null and (old.drawn_at, old.frame, old.frame_sha256, old.tally)
            is distinct from (new.drawn_at, new.frame, new.frame_sha256, new.tally)
        or old.concluded_at is not null and (old.concluded_at, old.record) is distinct from (new.concluded_at, new.record)
    ) execute function inspection_refuse_change();

create trigger inspection_sample_fixed before update on inspection_sample
    for each row when (
        (old.duty_id, old.place, old.subject, old.station_id, old.officer_id, old.stratum, old.weight, old.lot, old.reason)
            is distinct from
        (new.duty_id, new.place, new.subject, new.station_id, new.officer_id, new.stratum, new.weight, new.lot, new.reason)
        or old.reviewed_at is not null
        and (old.verdict, old.reviewed_by_id, old.reviewed_at)
            is distinct from (new.verdict, new.reviewed_by_id, new.reviewed_at)
    ) execute function inspection_refuse_change();

create trigger inspection_finding_fixed before update on inspection_finding
    for each row when (
        (old.sample_id, old.kind, old.severity, old.material, old.page, old.words, old.officer_id, old.made_by_id)
            is distinct from
        (new.sample_id, new.kind, new.severity, new.material, new.page, new.words, new.officer_id, new.made_by_id)
    ) execute function inspection_refuse_change();
"""
ALLOW = """
drop trigger inspection_finding_fixed on inspection_finding;
drop trigger inspection_sample_fixed on inspection_sample;
drop trigger inspection_duty_fixed on inspection_inspectionduty;
drop trigger inspection_order_stays on inspection_order;
drop trigger inspection_finding_stays on inspection_finding;
drop trigger inspection_sample_stays on inspection_sample;
drop trigger inspection_duty_stays on inspection_inspectionduty;
drop trigger inspection_turn_fixed on inspection_orderturn;
drop trigger inspection_plan_fixed on inspection_plan;
drop function inspection_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inspection", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
