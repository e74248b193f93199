"""What was once said of a day is never changed in place: due times of the past rest on it."""

from django.db import migrations

REFUSE = """
create function calendar_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the calendar is edited by adding a version: % on % refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger calendar_version_no_change before update or delete on calendar_yearversion
    for each row execute function calendar_refuse_change();

create trigger calendar_day_no_change before update or delete on calendar_dayrule
    for each row execute function calendar_refuse_change();
"""
ALLOW = """
drop trigger calendar_day_no_change on calendar_dayrule;
drop trigger calendar_version_no_change on calendar_yearversion;
drop function calendar_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
