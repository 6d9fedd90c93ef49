"""Keep a log of each training run: one line for each thing that happened."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlmodels', '0006_drift'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainingRunLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='mlmodels.trainingrun')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
