"""The custody log only grows: the database itself refuses to change or delete a line."""

from django.db import migrations

REFUSE = """
create function seals_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the custody log is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;

create trigger seals_custody_fixed before update or delete on seals_custodyentry
    for each row execute function seals_refuse_change();
alter table seals_custodyentry enable always trigger seals_custody_fixed;
"""

ALLOW = """
drop trigger seals_custody_fixed on seals_custodyentry;
drop function seals_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
