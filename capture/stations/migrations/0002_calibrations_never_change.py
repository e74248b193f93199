"""What a page was certified by must stay as it was: calibrations are append-only in the database itself."""

from django.db import migrations

REFUSE = """
create function stations_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'calibrations never change' using errcode = 'integrity_constraint_violation';
end $$;

create trigger stations_calibration_fixed before update or delete on stations_calibration
    for each row execute function stations_refuse_change();
"""

ALLOW = """
drop trigger stations_calibration_fixed on stations_calibration;
drop function stations_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
