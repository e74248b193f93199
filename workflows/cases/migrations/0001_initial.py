import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('capture', '0001_initial'),
        ('catalogue', '0002_rows_never_change'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, help_text='unit(12) + yyyymmdd + sub-type(4) + sequence(5), given at acceptance', max_length=29, null=True, unique=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('accepted', 'accepted'), ('in_review', 'in review'), ('returned', 'returned for supplement'), ('suspended', 'suspended for an enquiry'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('not_accepted', 'not accepted'), ('completed', 'completed'), ('filed', 'filed')], default='draft', max_length=12)),
                ('applicant_name', models.CharField(help_text='as stated in this case', max_length=100)),
                ('applicant_phone', models.CharField(blank=True, max_length=20)),
                ('form', models.JSONField(default=dict, help_text='what the application form says: field → text')),
                ('facts', models.JSONField(default=list, help_text="catalogue facts that hold, e.g. ['proxy']")),
                ('judged', models.JSONField(default=list, help_text='material codes the officer ticked as applicable')),
                ('opened_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('deferred_reason', models.CharField(blank=True, help_text='延迟采录: why pages come later', max_length=200)),
                ('capture_due_at', models.DateTimeField(help_text="acceptance plus the sub-type's capture hours", null=True)),
                ('due_at', models.DateTimeField(help_text="projection of the case's budget of working time", null=True)),
                ('step_due_at', models.DateTimeField(help_text="projection of the present step's budget of working time", null=True)),
                ('step_soon_at', models.DateTimeField(help_text="when four fifths of the step's budget are used", null=True)),
                ('catalogue_version', models.CharField(blank=True, max_length=40)),
                ('chain', models.JSONField(default=list, help_text='steps copied at acceptance')),
                ('level', models.PositiveSmallIntegerField(default=0, help_text='1-based step the case is at; 0 before it is handed up')),
                ('awaiting_role', models.CharField(blank=True, max_length=20)),
                ('awaiting_since', models.DateTimeField(null=True)),
                ('revision', models.PositiveSmallIntegerField(default=0, help_text='of the case file; rises when content changed')),
                ('claimed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(help_text='when the last decision fell, or the withdrawal', null=True)),
                ('closing_reason', models.CharField(blank=True, help_text='why it was not accepted or withdrawn', max_length=200)),
                ('closing_basis', models.CharField(blank=True, help_text='the rule that forbade to accept it', max_length=200)),
                ('completed_at', models.DateTimeField(null=True)),
                ('completion_number', models.CharField(blank=True, help_text='of the entry in the population system', max_length=40)),
                ('filed_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
                ('awaiting_office', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('claimed_by', models.ForeignKey(db_index=False, help_text='who took the task', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('completed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(help_text='where new pages go', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capture.capturesession')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='accounts.office')),
                ('subtype', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.subtype')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('status', 'in_review')), fields=['awaiting_office', 'awaiting_role', 'step_due_at', 'id'], include=('claimed_by',), name='case_inbox'), models.Index(fields=['station', '-id'], name='case_of_station'), models.Index(condition=models.Q(('status__in', ('filed', 'withdrawn', 'not_accepted')), _negated=True), fields=['station', 'status', '-id'], include=('capture_due_at',), name='case_under_way'), models.Index(condition=models.Q(('status__in', ('accepted', 'in_review', 'returned', 'suspended'))), fields=['capture_due_at'], name='case_capture_due'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='case_due'), models.Index(condition=models.Q(('step_due_at__isnull', False)), fields=['step_due_at'], name='case_step_due'), models.Index(condition=models.Q(('step_soon_at__isnull', False)), fields=['step_soon_at'], name='case_step_soon')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('status__in', ('draft', 'not_accepted'))), models.Q(models.Q(('status__in', ('draft', 'not_accepted')), _negated=True), ('accepted_at__isnull', False), ('accepted_by__isnull', False), ('number__isnull', False)), _connector='OR'), name='case_numbered_once_accepted'), models.CheckConstraint(condition=models.Q(('status__in', ('in_review', 'suspended')), models.Q(('awaiting_office', None), ('awaiting_role', '')), _connector='OR'), name='case_awaits_only_under_way'), models.CheckConstraint(condition=models.Q(models.Q(('claimed_at', None), ('claimed_by', None)), models.Q(('awaiting_office__isnull', False), ('claimed_at__isnull', False), ('claimed_by__isnull', False)), _connector='OR'), name='case_claimed_only_while_awaited'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'not_accepted'), _negated=True), models.Q(models.Q(('closing_reason', ''), _negated=True), models.Q(('closing_basis', ''), _negated=True)), _connector='OR'), name='case_turned_away_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at', None), ('completed_by', None)), models.Q(('completed_at__isnull', False), ('completed_by__isnull', False)), _connector='OR'), name='case_completed_whole'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'filed'), _negated=True), ('filed_at__isnull', False), _connector='OR'), name='case_filed_has_time')],
            },
        ),
        migrations.CreateModel(
            name='NumberCounter',
            fields=[
                ('prefix', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='EarlierForm',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('applicant_name', models.CharField(help_text='as stated in this case', max_length=100)),
                ('applicant_phone', models.CharField(blank=True, max_length=20)),
                ('form', models.JSONField(default=dict, help_text='what the application form says: field → text')),
                ('facts', models.JSONField(default=list, help_text="catalogue facts that hold, e.g. ['proxy']")),
                ('judged', models.JSONField(default=list, help_text='material codes the officer ticked as applicable')),
                ('applicant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='registry.person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='earlier_forms', related_query_name='earlier_form', to='cases.case')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='name of a registered kind, see workflows.cases.letters', max_length=20)),
                ('cause', models.CharField(help_text='what gave rise to it; the same cause never makes a second one', max_length=64)),
                ('number', models.CharField(help_text='mark-unit(12)-year-sequence(5), without gaps', max_length=40, unique=True)),
                ('revision', models.PositiveSmallIntegerField(help_text='1-based, per case and kind')),
                ('check_code', models.CharField(max_length=16)),
                ('sha256', models.CharField(help_text='of the PDF in the store', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='cases.case')),
                ('handed_over_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'kind', 'cause'), name='one_letter_per_cause'), models.UniqueConstraint(fields=('case', 'kind', 'revision'), name='letter_revision_once'), models.CheckConstraint(condition=models.Q(models.Q(('handed_over_at', None), ('handed_over_by', None)), models.Q(('handed_over_at__isnull', False), ('handed_over_by__isnull', False)), _connector='OR'), name='letter_handed_over_whole')],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveSmallIntegerField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='cases.case')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('case', 'code'), name='material_once_per_case')],
            },
        ),
        migrations.CreateModel(
            name='HeldPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('warn', 'doubtful'), ('refuse', 'not fit')], max_length=10)),
                ('doubts', models.JSONField(default=list, help_text='doubts of the case, beside the findings of the page')),
                ('held_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('kept', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, help_text='why it was kept', max_length=200)),
                ('held_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='capture.page')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='cases.material')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kept', False), ('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='held_page_settled_whole'), models.CheckConstraint(condition=models.Q(('kept', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='held_page_kept_with_reason'), models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('page',), name='page_held_once')],
            },
        ),
        migrations.CreateModel(
            name='MaterialPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('placed_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('superseded_reason', models.CharField(blank=True, max_length=200)),
                ('held', models.ForeignKey(help_text='the doubt it was kept in spite of', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='cases.heldpage')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='cases.material')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='capture.page')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['material__position', 'position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('superseded_at', None), ('superseded_by', None)), models.Q(('superseded_at__isnull', False), ('superseded_by__isnull', False), models.Q(('superseded_reason', ''), _negated=True)), _connector='OR'), name='placement_superseded_whole'), models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('page',), name='page_placed_once_while_live')],
            },
        ),
        migrations.AddField(
            model_name='heldpage',
            name='replaces',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.materialpage'),
        ),
        migrations.CreateModel(
            name='StepClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(help_text='of the chain, from 1')),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('budget_minutes', models.PositiveIntegerField(help_text='working time')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='step_clocks', to='cases.case')),
            ],
            options={
                'ordering': ['begun_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('begun_at')), _connector='OR'), name='step_clock_ends_later'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case',), name='step_clock_one_open'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('case'), models.F('case'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('begun_at'), models.F('ended_at'), models.Value('[)'), function='tstzrange'), '&&')], name='step_clock_never_two')],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('supplement', 'waiting for a supplement'), ('investigation', 'under investigation'), ('cosign', 'with the other station'), ('public_notice', 'in public notice')], max_length=13)),
                ('level', models.PositiveSmallIntegerField(help_text='of the chain, whose officer asked for it')),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='cases.case')),
            ],
            options={
                'ordering': ['begun_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('begun_at')), _connector='OR'), name='suspension_ends_later'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case',), name='suspension_one_open'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('case'), models.F('case'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('begun_at'), models.F('ended_at'), models.Value('[)'), function='tstzrange'), '&&')], name='suspension_never_two')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='search', serialize=False, to='cases.case')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('names', models.CharField(help_text='cleaned names, a line each', max_length=310)),
                ('secret', models.BooleanField(default=False, help_text='adoption: found by its whole case number only')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='search_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('secret', False), models.Q(('names', ''), ('words', [])), _connector='OR'), name='secret_case_has_no_words')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."applicant_id" IS DISTINCT FROM (NEW."applicant_id") OR OLD."applicant_name" IS DISTINCT FROM (NEW."applicant_name") OR OLD."applicant_phone" IS DISTINCT FROM (NEW."applicant_phone") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."form" IS DISTINCT FROM (NEW."form") OR OLD."judged" IS DISTINCT FROM (NEW."judged"))', func='INSERT INTO "cases_earlierform" ("applicant_id", "applicant_name", "applicant_phone", "facts", "form", "judged", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."applicant_id", OLD."applicant_name", OLD."applicant_phone", OLD."facts", OLD."form", OLD."judged", NOW(), \'update\', OLD."id"); RETURN NULL;', hash='7ed4971030b5d2088e88befed9464b6cc6fc49a2', operation='UPDATE', pgid='pgtrigger_update_update_f5146', table='cases_case', when='AFTER')),
        ),
    ]
