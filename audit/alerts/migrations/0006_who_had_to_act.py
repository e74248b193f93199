"""Alerts of before are given the case they belong to and the office that had to act, as far as they say so themselves."""

from django.db import migrations

FILL = """
update alerts_alert set concerned_id = office_id, case_id = substring(subject from '^cases[.]case:([0-9]+)$')::bigint
where concerned_id is null
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_lighter")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
