"""Alerts that are settled by themselves are told to the open screens, by whoever settles them: verb, trigger or sweep.

As an officer's act is (`telling.tell_changed`): to the office told, the one that has to act, and those above them. The
message names no alert, so PostgreSQL sends it once per office and transaction, however many alerts were settled in it.
"""

from django.db import migrations

CREATE = """
create function alerts_tell_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('hukou_push', json_build_object('group', 'office-' || told.id, 'kind', 'alert_changed')::text)
    from (
        with recursive told as (
            select id, parent_id from accounts_office where id in (new.office_id, new.concerned_id)
            union
            select above.id, above.parent_id from accounts_office above join told on told.parent_id = above.id
        )
        select id from told
    ) told;
    return null;
end $$;

create trigger alert_settled_told after update of settled_at on alerts_alert
for each row when (old.settled_at is distinct from new.settled_at) execute function alerts_tell_changed();
"""
DROP = """
drop trigger alert_settled_told on alerts_alert;
drop function alerts_tell_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_time_to_closing")]

    operations = [migrations.RunSQL(CREATE, DROP)]
