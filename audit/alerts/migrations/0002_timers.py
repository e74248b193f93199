import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('alerts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raised_at', models.DateTimeField()),
                ('alerts', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='AlertNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='alert_note_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=60)),
                ('subject', models.CharField(blank=True, help_text='empty: everything of the office and those under it', max_length=80)),
                ('until', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(help_text='lifted before its time', null=True)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('at'))), name='mute_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='mute_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='RuleTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('on', models.BooleanField(default=True)),
                ('ladder', models.JSONField(help_text='[[working days, level], …], the first rung first')),
                ('params', models.JSONField(default=dict, help_text='name → whole number')),
                ('effective_from', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['rule', 'version'],
                'constraints': [models.UniqueConstraint(fields=('rule', 'version'), name='terms_version_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='terms_have_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=60)),
                ('subject', models.CharField(help_text='app.model:key of what it is about', max_length=80)),
                ('case_id', models.BigIntegerField(help_text='the case it belongs to', null=True)),
                ('due_at', models.DateTimeField(help_text='another moment is another alert')),
                ('rung', models.PositiveSmallIntegerField(default=0, help_text='the last rung raised, 0 none')),
                ('fire_at', models.DateTimeField(help_text='when to look at it again; never decides what is raised', null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting for its next rung'), ('held', 'muted or switched off'), ('top', 'at the top of its ladder'), ('failing', 'could not be raised, tried again')], default='waiting', max_length=7)),
                ('happened', models.BooleanField(default=False, help_text='a moment, not a state: over once its alert is closed')),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('fire_at__isnull', False)), fields=['fire_at'], name='timer_to_fire'), models.Index(condition=models.Q(('rung__gt', 0), models.Q(('state', 'waiting'), _negated=True), _connector='OR'), fields=['id'], name='timer_looked_at')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('happened', False)), fields=('rule', 'subject'), name='timer_one_standing'), models.UniqueConstraint(condition=models.Q(('happened', True)), fields=('rule', 'subject', 'due_at'), name='timer_one_happening')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='alert',
            name='alert_once_per_rung',
        ),
        migrations.AddField(
            model_name='alert',
            name='acknowledged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='alert',
            name='acknowledged_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alert',
            name='case_id',
            field=models.BigIntegerField(help_text='the case it belongs to', null=True),
        ),
        migrations.AddField(
            model_name='alert',
            name='concerned',
            field=models.ForeignKey(help_text='who has to act', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AddField(
            model_name='alert',
            name='role',
            field=models.CharField(default='office', help_text='office: everybody on case duty, leader: leaders', max_length=6),
        ),
        migrations.AddField(
            model_name='alert',
            name='settled_at',
            field=models.DateTimeField(help_text='the fact is over; a record is still owed', null=True),
        ),
        migrations.AlterField(
            model_name='alert',
            name='office',
            field=models.ForeignKey(help_text='who is told', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AddField(
            model_name='alert',
            name='batch',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='alerts.alertbatch'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['office', 'role', 'rung', 'rule'], name='alert_open_counts'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id'], name='alert_of_case'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['raised_at'], name='alert_raised'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(models.OrderBy(models.F('closed_at'), descending=True), condition=models.Q(('closed_at__isnull', False)), name='alert_closed_lately'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(fields=('subject', 'rule', 'due_at', 'rung'), name='alert_once_per_rung'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at', None), ('acknowledged_by', None)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='alert_acknowledged_whole'),
        ),
        migrations.AddField(
            model_name='alertnote',
            name='alert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='alerts.alert'),
        ),
        migrations.AddField(
            model_name='alertnote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mute',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mute',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mute',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AddField(
            model_name='ruleterms',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timer',
            name='office',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AddConstraint(
            model_name='mute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='mute_ended_whole'),
        ),
    ]
