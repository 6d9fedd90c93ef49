"""Keep when the events were last counted and how many, and count why the model did not serve."""

from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):

    dependencies = [
        ('suggestions', '0014_staff_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidencefold',
            name='counted_at',
            field=models.DateTimeField(help_text='When the events were last looked through.', null=True),
        ),
        migrations.AddField(
            model_name='evidencefold',
            name='suggestions',
            field=models.BigIntegerField(db_default=0, default=0, help_text='How many were counted in all hours together.'),
        ),
        migrations.AddField(
            model_name='evidencehour',
            name='fallbacks',
            field=models.JSONField(db_default=Value({}, models.JSONField()), default=dict, help_text='Suggestions that the model did not serve, by reason.'),
        ),
    ]
