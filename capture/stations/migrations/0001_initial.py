import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Workstation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='as people call it: 1 号窗口', max_length=40)),
                ('token_sha256', models.CharField(help_text="digest of the token in the browser's cookie", max_length=64, unique=True)),
                ('registered_at', models.DateTimeField(help_text='when this browser was registered, first or again')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=200)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['office__code', 'name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('token_sha256__regex', '^[0-9a-f]{64}$')), name='station_token_hex'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='station_named'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('office', 'name'), name='station_name_once'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='station_revoked_whole')],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('workstation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='heartbeat', serialize=False, to='stations.workstation')),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Camera',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('document', 'document camera'), ('portrait', 'portrait camera')], default='document', max_length=10)),
                ('device_id', models.CharField(help_text="the browser's name for it", max_length=200)),
                ('label', models.CharField(blank=True, help_text="the driver's name for it", max_length=120)),
                ('width', models.PositiveIntegerField(default=0, help_text='of the greatest picture seen, pixels; 0 before the first')),
                ('height', models.PositiveIntegerField(default=0)),
                ('added_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='when the workstation last named it')),
                ('resized_at', models.DateTimeField(help_text='when its greatest picture last became another one', null=True)),
                ('workstation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cameras', to='stations.workstation')),
            ],
            options={
                'ordering': ['workstation', 'purpose', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('workstation', 'device_id'), name='camera_once_per_station'), models.CheckConstraint(condition=models.Q(('device_id', ''), _negated=True), name='camera_has_device'), models.CheckConstraint(condition=models.Q(models.Q(('height', 0), ('width', 0)), models.Q(('height__gt', 0), ('width__gt', 0)), _connector='OR'), name='camera_size_whole')],
            },
        ),
        migrations.CreateModel(
            name='Calibration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('width', models.PositiveIntegerField(help_text='pixels of the pictures')),
                ('height', models.PositiveIntegerField()),
                ('focal', models.FloatField(help_text='pixels')),
                ('centre_x', models.FloatField(help_text='pixels')),
                ('centre_y', models.FloatField()),
                ('distortion', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='k1, k2, p1, p2, k3', size=None)),
                ('px_per_mm', models.FloatField(help_text='on the mat, in the middle of the picture')),
                ('rms_px', models.FloatField(help_text='error of the fit, pixels')),
                ('views', models.PositiveSmallIntegerField(help_text='pictures of the sheet')),
                ('ruler_mm', models.FloatField(help_text='what the printed ruler of 100 mm measures')),
                ('mat', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='the empty mat as a quadratic surface in Lab, 6 × 3', null=True, size=None)),
                ('grey', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='gains for blue, green, red', null=True, size=None)),
                ('photos', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), help_text='SHA-256 of every picture used', size=None)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calibrations', to='stations.camera')),
            ],
            options={
                'ordering': ['camera', '-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('focal__gt', 0), ('height__gt', 0), ('width__gt', 0)), name='calibration_size'), models.CheckConstraint(condition=models.Q(('px_per_mm__gt', 0), ('px_per_mm__lt', 200)), name='calibration_scale'), models.CheckConstraint(condition=models.Q(('rms_px__gte', 0), ('views__gte', 1)), name='calibration_fit'), models.CheckConstraint(condition=models.Q(('ruler_mm__gte', 90), ('ruler_mm__lte', 110)), name='calibration_ruler'), models.CheckConstraint(condition=models.Q(('distortion__len', 5)), name='calibration_lens'), models.CheckConstraint(condition=models.Q(('mat', None), ('mat__len', 18), _connector='OR'), name='calibration_mat'), models.CheckConstraint(condition=models.Q(('grey', None), ('grey__len', 3), _connector='OR'), name='calibration_grey'), models.CheckConstraint(condition=models.Q(('photos__len__gte', 1)), name='calibration_photos')],
            },
        ),
    ]
