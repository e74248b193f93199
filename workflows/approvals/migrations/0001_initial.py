import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('seals', '0001_initial'),
        ('viewflow', '0015_task_scheduled'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseProcess',
            fields=[
                ('process_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='viewflow.process')),
                ('level', models.PositiveSmallIntegerField(default=1, help_text='1-based step being decided or sealed')),
                ('outcome', models.CharField(blank=True, help_text='outcome of the last decision', max_length=10)),
                ('revision', models.PositiveSmallIntegerField(default=1, help_text='of the case file the decisions cover')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='process', to='cases.case')),
            ],
            options={
                'abstract': False,
            },
            bases=('viewflow.process',),
        ),
        migrations.CreateModel(
            name='Deputation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('categories', models.JSONField(default=list, help_text='catalogue categories it is for; empty: all')),
                ('reason', models.CharField(max_length=200)),
                ('given_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputations', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputations', to='accounts.duty')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='deputation_ends_after_start'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='deputation_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='deputation_revoked_whole')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('step', models.CharField(max_length=20)),
                ('revision', models.PositiveSmallIntegerField(help_text='of the case file')),
                ('officer_name', models.CharField(max_length=40)),
                ('office_name', models.CharField(max_length=80)),
                ('outcome', models.CharField(choices=[('approve', 'approved'), ('return', 'returned for supplement'), ('refuse', 'refused'), ('recall', 'called back by a leader')], max_length=10)),
                ('opinion', models.CharField(max_length=200)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('missing', models.JSONField(default=list, help_text='of a return: what must be brought, material codes and lines in words')),
                ('alone', models.BooleanField(default=False, help_text='one officer accepted and decided it on the spot; marked for sampling (抽查)')),
                ('content_digest', models.CharField(max_length=64)),
                ('decided_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(null=True)),
                ('voided_reason', models.CharField(blank=True, choices=[('content_changed', 'the supplement changed what it covered'), ('answered', 'the return has been answered'), ('recalled', 'a leader called the case back')], max_length=20)),
                ('application', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='seals.sealapplication')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='cases.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deputation', models.ForeignKey(help_text='in whose stead it was decided', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.deputation')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('alone', True), ('voided_at', None)), fields=['decided_at'], name='decisions_to_sample')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('case', 'level'), name='one_live_decision_per_level'), models.CheckConstraint(condition=models.Q(('outcome__in', ('return', 'recall')), ('application__isnull', False), _connector='OR'), name='decision_sealed_unless_return'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'refuse'), _negated=True), models.Q(('legal_basis', ''), _negated=True), _connector='OR'), name='refusal_has_legal_basis'), models.CheckConstraint(condition=models.Q(('opinion', ''), _negated=True), name='decision_has_opinion')],
            },
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('investigation', 'investigation'), ('cosign', 'co-signature of another station'), ('public_notice', 'public notice')], max_length=20)),
                ('level', models.PositiveSmallIntegerField(help_text='that asked; 0: the station, before handing up')),
                ('question', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('posted_on', models.DateField(help_text='of a public notice: the day it was put up', null=True)),
                ('ends_on', models.DateField(help_text='of a public notice: its last day', null=True)),
                ('result', models.CharField(blank=True, choices=[('positive', 'nothing stands against it'), ('negative', 'something stands against it')], max_length=10)),
                ('answer', models.CharField(blank=True, max_length=400)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='cases.case')),
                ('office', models.ForeignKey(help_text='who answers', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('case',), name='one_open_enquiry_per_case'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('result', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('result', ''), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='enquiry_answered_whole'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'public_notice'), _negated=True), models.Q(('ends_on__gt', models.F('posted_on')), ('posted_on__isnull', False)), _connector='OR'), name='public_notice_has_days'), models.CheckConstraint(condition=models.Q(('question', ''), _negated=True), name='enquiry_has_question')],
            },
        ),
        migrations.CreateModel(
            name='NoticeIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('check_code', models.CharField(max_length=16, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='cases.case')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seals.sealeddocument')),
                ('read_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['case'], name='notice_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by', None)), models.Q(('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='notice_read_whole')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('text', models.CharField(max_length=140)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed')], default='waiting', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='cases.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'kind'), name='one_message_per_case_kind')],
            },
        ),
        migrations.CreateModel(
            name='SeenContent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('content', models.JSONField(help_text='as workflows.cases.folders.content')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'digest'), name='content_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='Urging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('urged_on', models.DateField()),
                ('urged_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urgings', to='cases.case')),
                ('office', models.ForeignKey(help_text='who was urged', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('urged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'urged_on'), name='urged_once_a_day'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='urging_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='CaseView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('digest', models.CharField(help_text='of the content shown', max_length=64)),
                ('opened_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='cases.case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('officer', 'case'), name='one_view_per_officer')],
            },
        ),
    ]
