"""How long an alert was open stands with it; of those closed before, the hourly job counts it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_office_phone'),
        ('alerts', '0006_who_had_to_act'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='handled',
            field=models.PositiveIntegerField(help_text='working minutes from raising to closing; counted anew after an edit of the calendar', null=True),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('closed_at__isnull', False), ('handled', None)), fields=['id'], name='alert_not_timed'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('handled', None), ('closed_at__isnull', False), _connector='OR'), name='alert_handled_when_closed'),
        ),
    ]
