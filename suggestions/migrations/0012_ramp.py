"""Write down the policy of the ramp, its proposals and holds, and what each change rested on."""
import django.db.models.deletion
import django.db.models.functions.datetime
import suggestions.models.ramp
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlmodels', '0006_drift'),
        ('suggestions', '0011_blind_slice'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='rollout',
            options={'permissions': [('raise_rollout', 'Can raise the canary'), ('lower_rollout', 'Can lower the canary and roll back to rules'), ('override_rollout_gate', 'Can raise the canary past the gates')], 'verbose_name_plural': 'rollout'},
        ),
        migrations.AddField(
            model_name='rolloutchange',
            name='evidence',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, help_text='What was known at that moment.'),
        ),
        migrations.AddField(
            model_name='rolloutchange',
            name='is_overridden',
            field=models.BooleanField(db_default=False, default=False, help_text='It was raised past the gates; the reason says why.'),
        ),
        migrations.AlterField(
            model_name='rolloutchange',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name='rolloutchange',
            name='origin',
            field=models.CharField(choices=[('admin', 'Admin'), ('api', 'API'), ('command', 'Command'), ('start', 'start of the service'), ('guardrail', 'Guardrail'), ('schedule', 'Schedule')], max_length=12),
        ),
        migrations.CreateModel(
            name='RolloutPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('steps', models.JSONField(default=suggestions.models.ramp.default_steps, help_text='Hundredths of a percent, ascending from 0.')),
                ('dwell_hours', models.JSONField(default=suggestions.models.ramp.default_dwell_hours, help_text='For each step how long it is stood on before the next one.')),
                ('needs_second_person', models.BooleanField(default=False)),
                ('is_automatic', models.BooleanField(default=False)),
                ('watches', models.BooleanField(default=True)),
                ('lowers_to', models.CharField(choices=[('zero', '0 %, everybody is served by the rules'), ('previous', 'the previous step')], default='zero', max_length=8)),
                ('accuracy_margin_points', models.FloatField(default=1.0)),
                ('accept_margin_points', models.FloatField(default=2.0)),
                ('min_comparisons', models.PositiveIntegerField(default=300)),
                ('proposal_hours', models.PositiveIntegerField(default=72)),
                ('version', models.PositiveIntegerField(default=0, help_text='Rises by one with each change.')),
                ('began_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='From when a canary counts that nobody has ever changed.')),
            ],
            options={
                'verbose_name': 'ramp policy',
                'verbose_name_plural': 'ramp policy',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='rollout_policy_single_row'), models.CheckConstraint(condition=models.Q(('is_automatic', False), models.Q(('needs_second_person', False), ('watches', True)), _connector='OR'), name='rollout_policy_automatic')],
            },
        ),
        migrations.CreateModel(
            name='RolloutHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('guardrail', models.CharField(blank=True, help_text='Empty: a person placed it.', max_length=40)),
                ('rollout_version', models.PositiveIntegerField(default=0, help_text='The step it was placed on.')),
                ('evidence', models.JSONField(default=dict)),
                ('placed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lift_reason', models.CharField(blank=True, max_length=500)),
                ('lifted_at', models.DateTimeField(help_text='Empty: it holds.', null=True)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('guardrail', ''), _negated=True), fields=('guardrail', 'rollout_version'), name='rollout_hold_once_a_step')],
            },
        ),
        migrations.CreateModel(
            name='RolloutProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_percentage', models.PositiveSmallIntegerField()),
                ('to_percentage', models.PositiveSmallIntegerField()),
                ('rollout_version', models.PositiveIntegerField()),
                ('is_override', models.BooleanField(default=False, help_text='It asks to go past the gates, which its approval then does as well.')),
                ('reason', models.CharField(max_length=500)),
                ('proposer', models.CharField(blank=True, help_text='The name at that time, which survives the user.', max_length=150)),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('evidence', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('open', 'Open'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('stale', 'Stale')], default='open', max_length=9)),
                ('decision_reason', models.CharField(blank=True, max_length=2000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('champion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mlmodels.modelversion')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('status',), name='rollout_proposal_one_open'), models.CheckConstraint(condition=models.Q(('to_percentage__gt', models.F('from_percentage')), ('to_percentage__lte', 10000)), name='rollout_proposal_raises')],
            },
        ),
    ]
