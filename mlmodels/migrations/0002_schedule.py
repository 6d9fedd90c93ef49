"""Write the two schedules once; from then on they are the operator's, who edits or deletes them in the admin."""

import json

from django.db import migrations


def write_schedules(apps, _schema_editor):
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    often, _ = interval.objects.get_or_create(every=30, period="seconds")
    nightly, _ = crontab.objects.get_or_create(
        minute="0", hour="3", day_of_week="*", day_of_month="*", month_of_year="*", timezone="UTC"
    )
    task.objects.get_or_create(
        name="Sweep lost and forgotten training runs",
        defaults={
            "task": "mlmodels.tasks.sweep",
            "interval": often,
            "kwargs": json.dumps({}),
            "expire_seconds": 30,
            "description": "Gives the runs of silent workers to others and wakes workers for runs nobody took.",
        },
    )
    task.objects.get_or_create(
        name="Train every night",
        defaults={
            "task": "mlmodels.tasks.train_on_schedule",
            "crontab": nightly,
            "kwargs": json.dumps({}),
            "description": "Asks for one training a day; a second request for the same day changes nothing.",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mlmodels", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(write_schedules, migrations.RunPython.noop)]
