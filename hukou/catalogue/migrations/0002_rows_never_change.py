"""Loaded versions are immutable in the database itself: open cases and caches rely on it."""

from django.db import migrations

REFUSE = """
create function catalogue_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of a loaded catalogue never change' using errcode = 'integrity_constraint_violation';
end $$;

create trigger catalogue_subtype_fixed before update or delete on catalogue_subtype
    for each row execute function catalogue_refuse_change();

create trigger catalogue_version_kept before delete on catalogue_catalogueversion
    for each row execute function catalogue_refuse_change();

create trigger catalogue_version_fixed before update on catalogue_catalogueversion
    for each row
    when ((old.version, old.sha256, old.meta, old.loaded_at) is distinct from
          (new.version, new.sha256, new.meta, new.loaded_at))
    execute function catalogue_refuse_change();
"""

ALLOW = """
drop trigger catalogue_version_fixed on catalogue_catalogueversion;
drop trigger catalogue_version_kept on catalogue_catalogueversion;
drop trigger catalogue_subtype_fixed on catalogue_subtype;
drop function catalogue_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
