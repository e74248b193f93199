import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('stamp', models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='calendar_one_edition')],
            },
        ),
        migrations.CreateModel(
            name='YearVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('complete', models.BooleanField(default=False, help_text='with it the published holidays of the year are all in')),
                ('reason', models.CharField(help_text='the notice it follows, or why the bureau differs', max_length=200)),
                ('made_by', models.ForeignKey(help_text='null: the system', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['year', 'version'],
                'constraints': [models.UniqueConstraint(fields=('year', 'version'), name='calendar_version_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='calendar_version_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='DayRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('off', 'day off'), ('work', 'working day instead'), ('plain', 'as the week says')], max_length=5)),
                ('name', models.CharField(blank=True, help_text='of the holiday it belongs to, e.g. 春节', max_length=20)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='calendar.yearversion')),
            ],
            options={
                'ordering': ['day', 'version'],
                'indexes': [models.Index(models.F('day'), models.OrderBy(models.F('version'), descending=True), name='calendar_day_newest')],
                'constraints': [models.UniqueConstraint(fields=('version', 'day'), name='calendar_day_once_per_version')],
            },
        ),
    ]
