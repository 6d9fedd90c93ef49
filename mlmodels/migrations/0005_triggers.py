"""Say why a run was asked for; watch for new labels and drift; offer a weekly training, switched off."""

import json

from django.db import migrations, models


def write_schedules(apps, _schema_editor):
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    hourly, _ = interval.objects.get_or_create(every=1, period="hours")
    weekly, _ = crontab.objects.get_or_create(
        minute="0", hour="3", day_of_week="0", day_of_month="*", month_of_year="*", timezone="UTC"
    )
    task.objects.get_or_create(
        name="Watch for new labels and drift",
        defaults={
            "task": "mlmodels.tasks.watch",
            "interval": hourly,
            "kwargs": json.dumps({}),
            "expire_seconds": 1800,
            "description": "Asks for a training where new labels or drift call for one.",
        },
    )
    task.objects.get_or_create(
        name="Train every week",
        defaults={
            "task": "mlmodels.tasks.train_on_schedule",
            "crontab": weekly,
            "enabled": False,
            "kwargs": json.dumps({}),
            "description": "Instead of every night: enable this one and disable the other.",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mlmodels", "0004_artifact_dropped"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        migrations.AddField(
            "trainingrun",
            "reason",
            models.CharField(
                max_length=200,
                blank=True,
                db_default="",
                help_text="Why it was asked for, where nobody did.",
            ),
        ),
        migrations.AlterField(
            "trainingrun",
            "kind",
            models.CharField(
                max_length=9,
                default="manual",
                choices=[
                    ("manual", "by hand"),
                    ("scheduled", "by the clock"),
                    ("labels", "after new labels"),
                    ("drift", "on drift"),
                ],
            ),
        ),
        migrations.AlterField(
            "trainingrun",
            "slot",
            models.CharField(
                max_length=40,
                null=True,
                blank=True,
                help_text="What it was asked for by; two runs of one kind and slot cannot exist.",
            ),
        ),
        migrations.RunPython(write_schedules, migrations.RunPython.noop),
    ]
