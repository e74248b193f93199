"""What an inspection draws from is found by when it was closed."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_office_phone'),
        ('capture', '0001_initial'),
        ('cases', '0004_people_beside_the_applicant'),
        ('catalogue', '0002_rows_never_change'),
        ('registry', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at'], name='case_closed'),
        ),
    ]
