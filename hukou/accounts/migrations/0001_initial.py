import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('number', models.CharField(help_text='police number (警号), also the sign-in name', max_length=20, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('id_number', models.CharField(help_text='citizen ID number, GB 11643', max_length=18)),
                ('kind', models.CharField(choices=[('officer', 'officer'), ('auxiliary', 'auxiliary')], max_length=10)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='12-digit police unit code, GA/T 380', max_length=12, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('short_name', models.CharField(max_length=40)),
                ('level', models.CharField(choices=[('city', 'city bureau'), ('branch', 'branch bureau'), ('station', 'police station')], max_length=10)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.office')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('level', 'city'), ('parent', None)), models.Q(models.Q(('level', 'city'), _negated=True), ('parent__isnull', False)), _connector='OR'), name='office_city_on_top'), models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{12}$')), name='office_code_12_digits')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('auxiliary', 'auxiliary'), ('desk_officer', 'hukou desk officer'), ('community_officer', 'community officer'), ('station_leader', 'station leader'), ('branch_officer', 'branch hukou officer'), ('city_officer', 'city hukou officer'), ('seal_keeper', 'seal keeper'), ('overseer', 'overseer'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('audit_admin', 'audit administrator')], max_length=20)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='accounts.office')),
            ],
            options={
                'ordering': ['officer', 'starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='duty_ends_after_start'), models.UniqueConstraint(fields=('officer', 'office', 'role', 'starts_on'), name='duty_once_per_start')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['number', '-at'], name='signin_number_at')],
            },
        ),
    ]
