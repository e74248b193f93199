import django.contrib.postgres.constraints
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cabinet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('room', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=40)),
                ('shelves', models.PositiveSmallIntegerField(default=5, help_text='how many it has, counted from the top')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['room', 'name'],
                'constraints': [models.UniqueConstraint(fields=('station', 'room', 'name'), name='cabinet_once_per_room'), models.CheckConstraint(condition=models.Q(models.Q(('room', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='cabinet_named'), models.CheckConstraint(condition=models.Q(('shelves__gte', 1), ('shelves__lte', 20)), name='cabinet_has_shelves')],
            },
        ),
        migrations.CreateModel(
            name='Box',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='unit(12)-H + sequence(5)', max_length=20, unique=True)),
                ('sequence', models.PositiveIntegerField()),
                ('shelf', models.PositiveSmallIntegerField(help_text='of the cabinet, counted from the top', null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('cabinet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='boxes', to='volumes.cabinet')),
            ],
            options={
                'ordering': ['station', 'sequence'],
                'constraints': [models.UniqueConstraint(fields=('station', 'sequence'), name='box_sequence_once'), models.CheckConstraint(condition=models.Q(models.Q(('cabinet', None), ('shelf', None)), models.Q(('cabinet__isnull', False), ('shelf__gte', 1), ('shelf__isnull', False)), _connector='OR'), name='box_stands_whole')],
            },
        ),
        migrations.CreateModel(
            name='TrackRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subtype', models.CharField(help_text='code of the sub-type, whatever version of the catalogue', max_length=4)),
                ('track', models.CharField(choices=[('dual', 'paper and electronic file'), ('single', 'electronic file alone')], max_length=6)),
                ('starts_on', models.DateField()),
                ('legal_basis', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['subtype', '-starts_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('legal_basis', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='track_rule_founded'), models.CheckConstraint(condition=models.Q(('subtype__regex', '^\\d{4}$')), name='track_rule_of_subtype')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='paper', serialize=False, to='cases.case')),
                ('track', models.CharField(choices=[('dual', 'paper and electronic file'), ('single', 'electronic file alone')], max_length=6)),
                ('year', models.PositiveSmallIntegerField(help_text='of the archive number')),
                ('retention', models.CharField(max_length=12)),
                ('category', models.CharField(max_length=2)),
                ('bound_at', models.DateTimeField(help_text='when the volume it lies in was bound', null=True)),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volumes.trackrule')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('bound_at', None), ('track', 'dual')), fields=['year', 'station', 'category'], name='paper_unbound'), models.Index(fields=['station', 'year', 'track'], name='paper_of_year')],
                'constraints': [models.CheckConstraint(condition=models.Q(('track', 'dual'), ('bound_at', None), _connector='OR'), name='paper_single_is_never_bound'), models.CheckConstraint(condition=models.Q(('track', 'dual'), ('rule__isnull', False), _connector='OR'), name='paper_single_by_rule')],
            },
        ),
        migrations.CreateModel(
            name='Volume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('retention', models.CharField(max_length=12)),
                ('category', models.CharField(max_length=2)),
                ('sequence', models.PositiveIntegerField(help_text='per station, year, retention and category')),
                ('number', models.CharField(help_text='archive prefix - category - J + sequence(4)', max_length=60, unique=True)),
                ('state', models.CharField(choices=[('open', 'being filled'), ('bound', 'bound')], default='open', max_length=5)),
                ('pages', models.PositiveIntegerField(default=0, help_text='last page number')),
                ('opened_at', models.DateTimeField()),
                ('bound_at', models.DateTimeField(null=True)),
                ('bound_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('box', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='volumes', to='volumes.box')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['station', 'year', 'retention', 'category', 'sequence'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['station'], name='volume_open')],
                'constraints': [models.UniqueConstraint(fields=('station', 'year', 'retention', 'category', 'sequence'), name='volume_sequence_once'), models.CheckConstraint(condition=models.Q(models.Q(('bound_at', None), ('bound_by', None), ('state', 'open')), models.Q(('bound_at__isnull', False), ('bound_by__isnull', False), ('pages__gte', 1), ('state', 'bound')), _connector='OR'), name='volume_bound_whole')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_shelf', models.PositiveSmallIntegerField(null=True)),
                ('to_shelf', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('moved_at', models.DateTimeField()),
                ('box', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='volumes.box')),
                ('from_box', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volumes.box')),
                ('from_cabinet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volumes.cabinet')),
                ('moved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_box', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volumes.box')),
                ('to_cabinet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volumes.cabinet')),
                ('volume', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='volumes.volume')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('box', None), ('from_cabinet', None), ('to_cabinet', None), ('volume__isnull', False)), models.Q(('box__isnull', False), ('from_box', None), ('to_box', None), ('volume', None)), _connector='OR'), name='move_of_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'asked for'), ('out', 'out'), ('returned', 'returned'), ('refused', 'not handed over'), ('withdrawn', 'request withdrawn')], default='asked', max_length=9)),
                ('purpose', models.CharField(choices=[('inspection', 'inspection'), ('audit', 'audit or discipline'), ('court', 'court or procuratorate'), ('lookup', 'consultation'), ('repair', 'capture or repair')], max_length=10)),
                ('ref', models.CharField(blank=True, help_text='what asked for it, e.g. "inspection.sample:17"', max_length=80)),
                ('basis', models.CharField(blank=True, help_text='letter or case it is asked for under', max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(null=True)),
                ('handed_to', models.CharField(blank=True, help_text='who carried it away', max_length=80)),
                ('pages_out', models.PositiveIntegerField(help_text='counted when handed over', null=True)),
                ('due_on', models.DateField(help_text='last day it may be away', null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('pages_back', models.PositiveIntegerField(help_text='counted when returned', null=True)),
                ('condition', models.CharField(blank=True, choices=[('good', 'as handed over'), ('damaged', 'damaged'), ('incomplete', 'incomplete')], max_length=10)),
                ('remark', models.CharField(blank=True, help_text='at return, or why it was not handed over', max_length=200)),
                ('ended_at', models.DateTimeField(help_text='of a request that came to nothing', null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='cases.case')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(help_text='that asks', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('volume', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='volumes.volume')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ('asked', 'out'))), fields=['station'], name='loan_under_way'), models.Index(condition=models.Q(('ref', ''), _negated=True), fields=['ref'], name='loan_of_ref')],
                'constraints': [models.CheckConstraint(condition=models.Q(('case__isnull', False), ('volume__isnull', False), _connector='OR'), name='loan_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), ('state__in', ('out', 'returned')), ('due_on__isnull', False), ('pages_out__isnull', False), models.Q(('handed_to', ''), _negated=True)), models.Q(models.Q(('state__in', ('out', 'returned')), _negated=True), ('handed_at', None), ('handed_by', None)), _connector='OR'), name='loan_out_whole'), models.CheckConstraint(condition=models.Q(models.Q(('returned_at__isnull', False), ('state', 'returned'), ('taken_by__isnull', False), ('pages_back__isnull', False), models.Q(('condition', ''), _negated=True)), models.Q(models.Q(('state', 'returned'), _negated=True), ('returned_at', None), ('taken_by', None)), _connector='OR'), name='loan_returned_whole'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ('refused', 'withdrawn')), models.Q(('remark', ''), _negated=True)), models.Q(models.Q(('state__in', ('refused', 'withdrawn')), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='loan_ended_whole'), models.UniqueConstraint(condition=models.Q(('state', 'out')), fields=('case',), name='case_paper_out_once'), models.UniqueConstraint(condition=models.Q(('state', 'out')), fields=('volume',), name='volume_out_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'out')), models.Q(('ref', ''), _negated=True)), fields=('case', 'ref'), name='paper_asked_once_per_ref')],
            },
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('count', 'another number of pages'), ('no_paper', 'captured, but not among the paper'), ('no_capture', 'on paper, but not captured'), ('foreign', 'paper of another case'), ('damaged', 'damaged or illegible')], max_length=10)),
                ('found', models.CharField(choices=[('putting_in', 'when put into the volume'), ('binding', 'when bound'), ('late_capture', 'when added to after filing'), ('inspection', 'at an inspection'), ('return', 'when returned')], max_length=12)),
                ('counted', models.IntegerField(help_text='pages of paper', null=True)),
                ('expected', models.IntegerField(help_text='pages there should be', null=True)),
                ('note', models.CharField(max_length=200)),
                ('found_at', models.DateTimeField()),
                ('settled', models.CharField(blank=True, choices=[('captured', 'captured later'), ('list_corrected', 'list corrected'), ('found_again', 'found again'), ('explained', 'explained, both are right')], max_length=14)),
                ('settled_note', models.CharField(blank=True, max_length=200)),
                ('settled_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper_differences', to='cases.case')),
                ('found_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('loan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='volumes.loan')),
                ('volume', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='volumes.volume')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['station'], name='difference_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('case__isnull', False), ('volume__isnull', False), _connector='OR'), name='difference_about_something'), models.CheckConstraint(condition=models.Q(models.Q(('settled', ''), ('settled_at', None), ('settled_by', None), ('settled_note', '')), models.Q(models.Q(('settled', ''), _negated=True), models.Q(('settled_note', ''), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='difference_settled_whole')],
            },
        ),
        migrations.CreateModel(
            name='VolumeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('page_from', models.PositiveIntegerField()),
                ('page_to', models.PositiveIntegerField()),
                ('pages', models.PositiveIntegerField(help_text='counted by who put it in')),
                ('printed', models.PositiveSmallIntegerField(default=0, help_text='of these, printed by the system and never captured')),
                ('captured', models.PositiveSmallIntegerField(help_text='pages of the electronic file that have paper, at that time')),
                ('put_in_at', models.DateTimeField()),
                ('taken_out_at', models.DateTimeField(null=True)),
                ('taken_out_because', models.CharField(blank=True, max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='volume_items', to='cases.case')),
                ('put_in_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_out_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('volume', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='volumes.volume')),
            ],
            options={
                'ordering': ['volume', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_out_at', None)), fields=('case',), name='case_in_one_volume'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('taken_out_at', None)), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(models.Func(models.F('volume'), models.F('volume'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('page_from'), models.F('page_to'), models.Value('[]'), function='int4range'), '&&')], name='volume_pages_never_overlap'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('taken_out_at', None)), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(models.Func(models.F('volume'), models.F('volume'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('position'), models.F('position'), models.Value('[]'), function='int4range'), '&&')], name='volume_position_once'), models.CheckConstraint(condition=models.Q(('page_from__gte', 1), ('pages__gte', 1), ('printed__lte', models.F('pages')), ('page_to', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('page_from'), '+', models.F('pages')), '-', models.Value(1)))), name='volume_item_pages_fit'), models.CheckConstraint(condition=models.Q(models.Q(('taken_out_at', None), ('taken_out_because', ''), ('taken_out_by', None)), models.Q(('taken_out_at__isnull', False), ('taken_out_by__isnull', False), models.Q(('taken_out_because', ''), _negated=True)), _connector='OR'), name='volume_item_taken_out_whole')],
            },
        ),
    ]
