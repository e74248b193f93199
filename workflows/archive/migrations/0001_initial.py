import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('capture', '0001_initial'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('year', models.PositiveSmallIntegerField()),
                ('retention', models.CharField(max_length=12)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='archive_record', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='LateCapture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField(help_text='when it was concluded or abandoned', null=True)),
                ('abandoned_because', models.CharField(blank=True, max_length=200)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_captures', to='archive.archiverecord')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capture.capturesession')),
                ('session_before', models.ForeignKey(help_text='the case goes back to it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capture.capturesession')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['session'], name='late_capture_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('record',), name='late_capture_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('abandoned_because', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='late_capture_ended_whole')],
            },
        ),
        migrations.CreateModel(
            name='ArchiveVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='from 1')),
                ('manifest', models.JSONField()),
                ('manifest_sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='archive.archiverecord')),
                ('late_capture', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='version', to='archive.latecapture')),
            ],
            options={
                'ordering': ['record', 'number'],
                'indexes': [models.Index(condition=models.Q(('number__gt', 1)), fields=['made_at'], name='archive_version_late')],
                'constraints': [models.UniqueConstraint(fields=('record', 'number'), name='archive_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('late_capture', None), ('number', 1)), models.Q(('late_capture__isnull', False), ('number__gt', 1)), _connector='OR'), name='archive_version_first_is_filing'), models.CheckConstraint(condition=models.Q(('manifest_sha256__regex', '^[0-9a-f]{64}$')), name='manifest_sha256_hex')],
            },
        ),
    ]
