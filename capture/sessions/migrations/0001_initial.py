import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('stations', '0002_calibrations_never_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaptureSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('mode', models.CharField(choices=[('window', 'at the window'), ('deferred', 'deferred capture'), ('late', 'late capture')], default='window', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('mode', 'window'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='session_reason_unless_window')],
            },
        ),
        migrations.CreateModel(
            name='Original',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('media_type', models.CharField(max_length=40)),
                ('width', models.PositiveIntegerField(help_text='pixels')),
                ('height', models.PositiveIntegerField(help_text='pixels')),
                ('stored_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='original_sha256_hex'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='original_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('page', 'page'), ('portrait', 'portrait')], default='page', max_length=10)),
                ('request', models.CharField(help_text='digest of what was asked: kind, corners by hand, turn, …', max_length=64)),
                ('index', models.PositiveSmallIntegerField(default=0, help_text='which of the pages found in the photograph, from 0')),
                ('sha256', models.CharField(help_text='of the derived JPEG', max_length=64)),
                ('size', models.PositiveIntegerField(help_text='bytes of the derived JPEG')),
                ('width', models.PositiveIntegerField(help_text='pixels')),
                ('height', models.PositiveIntegerField(help_text='pixels')),
                ('pipeline_version', models.CharField(max_length=20)),
                ('dpi', models.FloatField(help_text='resolution of the photograph on the paper, before any warping', null=True)),
                ('parameters', models.JSONField(help_text='everything needed to derive the page again')),
                ('verdict', models.CharField(choices=[('pass', 'passed'), ('warn', 'look again'), ('refuse', 'not fit')], max_length=10)),
                ('quality', models.JSONField(help_text='measures and findings behind the verdict')),
                ('captured_at', models.DateTimeField(help_text='server receipt')),
                ('taken_at', models.DateTimeField(help_text='by the clock of the device, which may be wrong', null=True)),
                ('device', models.CharField(blank=True, help_text="camera label, or 'file'", max_length=120)),
                ('camera', models.ForeignKey(help_text='of a registered workstation', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.camera')),
                ('captured_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='capture.original')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='capture.capturesession')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='page_sha256_hex'), models.UniqueConstraint(fields=('session', 'original', 'request', 'pipeline_version', 'index'), name='page_once_per_request')],
            },
        ),
    ]
