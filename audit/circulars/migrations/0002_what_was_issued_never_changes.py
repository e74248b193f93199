"""A circular and its prints are immutable in the database itself, and the digest is that of the data."""

from django.db import migrations

REFUSE = """
alter table circulars_circular add constraint circular_digest_is_of_its_data
    check (digest = encode(sha256(convert_to(data, 'UTF8')), 'hex'));
alter table circulars_print add constraint circular_print_digest_is_of_its_bytes
    check (sha256 = encode(sha256(content), 'hex'));

create function circulars_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was issued never changes' using errcode = 'integrity_constraint_violation';
end $$;

create trigger circular_fixed before update or delete on circulars_circular
    for each row execute function circulars_refuse_change();

create trigger circular_print_fixed before update or delete on circulars_print
    for each row execute function circulars_refuse_change();

create trigger circular_receipt_fixed before update or delete on circulars_receipt
    for each row execute function circulars_refuse_change();
"""

ALLOW = """
drop trigger circular_receipt_fixed on circulars_receipt;
drop trigger circular_print_fixed on circulars_print;
drop trigger circular_fixed on circulars_circular;
drop function circulars_refuse_change();
alter table circulars_print drop constraint circular_print_digest_is_of_its_bytes;
alter table circulars_circular drop constraint circular_digest_is_of_its_data;
"""


class Migration(migrations.Migration):
    dependencies = [("circulars", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
