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
            name='Circular',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='its first day')),
                ('version', models.PositiveSmallIntegerField(help_text='from 1 without a gap')),
                ('data', models.TextField(help_text='canonical JSON, see drafting')),
                ('digest', models.CharField(help_text='SHA-256 of data as UTF-8', max_length=64)),
                ('reason', models.CharField(blank=True, help_text='why it was corrected; empty for the first version', max_length=400)),
                ('frozen_at', models.DateTimeField()),
                ('frozen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(help_text='who issued it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['-month', '-version'],
                'constraints': [models.UniqueConstraint(fields=('office', 'month', 'version'), name='circular_version_once'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='circular_version_from_one'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='circular_month_is_its_first'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='circular_digest_hex'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('version', 1)), models.Q(('version__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='circular_corrected_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Print',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='name of a registered kind, see prints', max_length=8)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('circular', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='circulars.circular')),
            ],
            options={
                'ordering': ['kind'],
                'constraints': [models.UniqueConstraint(fields=('circular', 'kind'), name='circular_print_once'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='circular_print_digest_hex')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
                ('circular', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='circulars.circular')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['read_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('circular', 'office'), name='circular_read_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(blank=True, help_text='which content; empty: the whole', max_length=20)),
                ('text', models.CharField(max_length=1000)),
                ('made_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('circular', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='circulars.circular')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
            ],
            options={
                'ordering': ['made_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='circular_statement_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='circular_statement_answered_whole')],
            },
        ),
    ]
