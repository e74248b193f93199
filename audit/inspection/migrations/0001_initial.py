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
            name='OrderCounter',
            fields=[
                ('prefix', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('city', 'city bureau'), ('branch', 'branch bureau'), ('station', 'police station')], max_length=10)),
                ('version', models.PositiveSmallIntegerField(help_text='from 1, per level')),
                ('cadence', models.CharField(choices=[('week', 'every week'), ('month', 'every month'), ('never', 'not at all')], max_length=5)),
                ('key_percent', models.PositiveSmallIntegerField(default=100, help_text='of key business, per cent')),
                ('share_permille', models.PositiveSmallIntegerField(default=50, help_text='of everything else, per thousand')),
                ('least', models.PositiveSmallIntegerField(default=2, help_text='of everything else, at each station')),
                ('grace_days', models.PositiveSmallIntegerField(default=2, help_text='working days after the end of the period')),
                ('order_days', models.PositiveSmallIntegerField(default=5, help_text='working days to answer an order, unless it says')),
                ('starts_on', models.DateField(help_text='the first day of the first period it holds for')),
                ('reason', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(help_text='null: the system', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['level', 'version'],
                'constraints': [models.UniqueConstraint(fields=('level', 'version'), name='plan_version_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='plan_has_reason'), models.CheckConstraint(condition=models.Q(('level__in', ('branch', 'city'))), name='plan_of_bureaus'), models.CheckConstraint(condition=models.Q(('key_percent__gte', 5), ('key_percent__lte', 100), ('share_permille__gte', 50), ('share_permille__lte', 1000)), name='plan_not_below_the_floor'), models.CheckConstraint(condition=models.Q(('order_days__gte', 1)), name='plan_order_has_days')],
            },
        ),
        migrations.CreateModel(
            name='InspectionDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(help_text='"2026-W48" or "2026-11"', max_length=8)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('due_at', models.DateTimeField(help_text="end of the period plus the plan's grace, by the calendar in force")),
                ('seed', models.CharField(max_length=64)),
                ('seed_size', models.BigIntegerField(help_text="of the trail's log whose root went into the seed")),
                ('seed_root', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('drawn_at', models.DateTimeField(null=True)),
                ('frame', models.BinaryField(help_text='what was drawn from: canonical lines, zlib', null=True)),
                ('frame_sha256', models.CharField(blank=True, help_text='of the canonical lines', max_length=64)),
                ('tally', models.JSONField(default=list, help_text='per station: key, office, population, key business, drawn')),
                ('concluded_at', models.DateTimeField(null=True)),
                ('record', models.CharField(blank=True, help_text='what the inspection came to, in words', max_length=1000)),
                ('concluded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawn_by', models.ForeignKey(help_text='null: the system', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspection.plan')),
            ],
            options={
                'ordering': ['-starts_on', 'office'],
                'indexes': [models.Index(condition=models.Q(('concluded_at', None)), fields=['due_at'], name='inspection_undone'), models.Index(fields=['starts_on'], name='inspection_of_period')],
                'constraints': [models.UniqueConstraint(fields=('office', 'period'), name='inspection_once_a_period'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='inspection_period_ends'), models.CheckConstraint(condition=models.Q(('seed__regex', '^[0-9a-f]{64}$'), ('seed_root__regex', '^[0-9a-f]{64}$')), name='inspection_has_a_seed'), models.CheckConstraint(condition=models.Q(models.Q(('drawn_at', None), ('drawn_by', None), ('frame', None), ('frame_sha256', '')), models.Q(('drawn_at__isnull', False), ('frame__isnull', False), ('frame_sha256__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='inspection_drawn_whole'), models.CheckConstraint(condition=models.Q(models.Q(('concluded_at', None), ('concluded_by', None), ('record', '')), models.Q(('concluded_at__isnull', False), ('concluded_by__isnull', False), ('drawn_at__isnull', False), models.Q(('record', ''), _negated=True)), _connector='OR'), name='inspection_concluded_whole')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(help_text='number in the list, from 1')),
                ('subject', models.CharField(help_text='app.model:key, e.g. cases.case:17', max_length=80)),
                ('title', models.CharField(help_text='the case number', max_length=60)),
                ('case_id', models.BigIntegerField(null=True)),
                ('stratum', models.CharField(choices=[('key', 'key business'), ('random', 'by lot'), ('picked', 'chosen with a reason')], max_length=6)),
                ('weight', models.PositiveSmallIntegerField(default=1)),
                ('risks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('lot', models.CharField(blank=True, help_text='the lowest of its lots', max_length=64)),
                ('reason', models.CharField(blank=True, help_text='why it was chosen by hand', max_length=200)),
                ('verdict', models.CharField(blank=True, choices=[('in_order', 'in order'), ('findings', 'findings')], max_length=10)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='inspection.inspectionduty')),
                ('officer', models.ForeignKey(help_text='who accepted it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('picked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['duty', 'place'],
                'indexes': [models.Index(fields=['reviewed_at'], name='sample_reviewed'), models.Index(fields=['subject'], name='sample_of_subject')],
                'constraints': [models.UniqueConstraint(fields=('duty', 'subject'), name='sample_once_per_inspection'), models.UniqueConstraint(fields=('duty', 'place'), name='sample_place_once'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None), ('verdict', '')), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='sample_reviewed_whole'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('stratum', 'picked'), _negated=True), ('picked_by', None), ('reason', ''), models.Q(('lot', ''), _negated=True)), models.Q(('lot', ''), ('picked_by__isnull', False), ('stratum', 'picked'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='sample_picked_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='unit(12)-HC-year-sequence(4), without gaps', max_length=40, unique=True)),
                ('text', models.CharField(max_length=1000)),
                ('listed', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='findings it was sent for, also when it was withdrawn', size=None)),
                ('state', models.CharField(choices=[('open', 'to be answered'), ('answered', 'answered, second look due'), ('accepted', 'put right'), ('withdrawn', 'withdrawn')], default='open', max_length=10)),
                ('round', models.PositiveSmallIntegerField(default=1, help_text='rises when it is sent back')),
                ('working_days', models.PositiveSmallIntegerField(help_text='of this round')),
                ('since', models.DateTimeField(help_text='when this round began')),
                ('due_at', models.DateTimeField(help_text='projection of the working days by the calendar in force')),
                ('issued_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(help_text='the last time', null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(help_text='who sent it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('station', models.ForeignKey(help_text='who answers', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='inspection.sample')),
            ],
            options={
                'ordering': ['due_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['station', 'due_at'], name='order_under_way'), models.Index(condition=models.Q(('closed_at', None)), fields=['office', 'due_at'], name='order_of_sender'), models.Index(fields=['issued_at'], name='order_issued')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='order_has_text'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ('open', 'answered'))), models.Q(('closed_at__isnull', False), ('state__in', ('accepted', 'withdrawn'))), _connector='OR'), name='order_closed_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='order_answered_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('not_uploaded', 'nothing uploaded'), ('incomplete', 'required item missing'), ('late', 'uploaded late'), ('against_rules', 'captured against the rules'), ('added_later', 'added after filing without need'), ('wrong_document', 'wrong document in this place'), ('illegible', 'illegible image'), ('no_signature', 'signature missing'), ('no_seal', 'seal missing'), ('data_differs', 'data differs from the papers'), ('wrong_basis', 'wrong basis of the decision'), ('procedure', 'step left out or done by the wrong person'), ('other', 'something else')], max_length=20)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'minor'), (2, 'serious'), (3, 'grave')])),
                ('material', models.CharField(blank=True, help_text='code of the material; blank: the whole case', max_length=40)),
                ('page', models.CharField(blank=True, help_text='SHA-256 of the page; blank: no single page', max_length=64)),
                ('words', models.CharField(max_length=400)),
                ('made_at', models.DateTimeField()),
                ('dropped_at', models.DateTimeField(null=True)),
                ('rectified_at', models.DateTimeField(help_text="when the order's answer was accepted", null=True)),
                ('dropped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('officer', models.ForeignKey(help_text='who answers for it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspection.order')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspection.sample')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='finding_has_words'), models.CheckConstraint(condition=models.Q(('severity__in', (1, 2, 3))), name='finding_severity_known'), models.CheckConstraint(condition=models.Q(('page', ''), models.Q(('material', ''), _negated=True), _connector='OR'), name='finding_page_of_a_material'), models.CheckConstraint(condition=models.Q(models.Q(('dropped_at', None), ('dropped_by', None)), models.Q(('dropped_at__isnull', False), ('dropped_by__isnull', False)), _connector='OR'), name='finding_dropped_whole'), models.CheckConstraint(condition=models.Q(('rectified_at', None), ('order__isnull', False), _connector='OR'), name='finding_rectified_by_order')],
            },
        ),
        migrations.CreateModel(
            name='OrderTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', 'sent down'), ('answered', 'answered'), ('sent_back', 'sent back'), ('accepted', 'put right'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('round', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='the time it set', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='inspection.order')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='order_turn_has_words')],
            },
        ),
    ]
