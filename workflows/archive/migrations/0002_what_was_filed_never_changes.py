"""Records and versions of the archive are immutable in the database itself; a late capture adds a version."""

from django.db import migrations

REFUSE = """
create function archive_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was filed never changes' using errcode = 'integrity_constraint_violation';
end $$;

create trigger archive_record_fixed before update or delete on archive_archiverecord
    for each row execute function archive_refuse_change();

create trigger archive_version_fixed before update or delete on archive_archiveversion
    for each row execute function archive_refuse_change();
"""

ALLOW = """
drop trigger archive_version_fixed on archive_archiveversion;
drop trigger archive_record_fixed on archive_archiverecord;
drop function archive_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
