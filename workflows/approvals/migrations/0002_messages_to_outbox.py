from django.db import migrations

# What was never sent is kept: a text about a notice of long ago would only confuse the station.
MOVE = """
insert into outbox_message (
    office_id, kind, key, subject, about, text, phone, state, why, token, tries,
    created_at, next_try_at, give_up_at, gateway_id
)
select office_id, kind, kind || ':' || case_id, 'cases.case:' || case_id, '[]', text, '', 'kept', '', gen_random_uuid(), 0,
    created_at, created_at, created_at + interval '24 hours', ''
from approvals_outboxmessage
on conflict (key) do nothing
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0001_initial'),
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name='OutboxMessage',
        ),
    ]
