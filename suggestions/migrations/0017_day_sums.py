"""Keep the sum over the hours of each day that is over; beat writes those of the past at its next look."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlmodels', '0007_run_log'),
        ('suggestions', '0016_feedback_by_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rollout_version', models.PositiveIntegerField()),
                ('calls', models.PositiveIntegerField(help_text='Requests, whatever the number of their suggestions.')),
                ('failed_calls', models.PositiveIntegerField(help_text='Requests to which the model gave no answer.')),
                ('slow_calls', models.PositiveIntegerField(help_text='Requests that took longer than the budget.')),
                ('latency', models.JSONField(help_text='Requests by their latency, one number for each bucket.')),
                ('failures', models.JSONField(help_text='Suggestions without an answer of the model, by reason.')),
                ('groups', models.BinaryField(help_text='The counts of each group of users, merchants and pairs, packed by domain/evidence.')),
                ('day', models.DateTimeField(help_text='The beginning of the day, by UTC.')),
                ('counts', models.JSONField(help_text='The columns of EvidenceCount over all suggestions.')),
                ('hours', models.PositiveIntegerField(help_text='How many rows of hours the day had, of all versions.')),
                ('newest_hour_id', models.BigIntegerField(help_text='The highest id among them: an hour that was counted again has a new one.')),
                ('model_version', models.ForeignKey(help_text='Empty where no model could be asked.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mlmodels.modelversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('day'), models.F('rollout_version'), django.db.models.functions.comparison.Coalesce('model_version', 0), name='evidence_day_unique')],
            },
        ),
    ]
