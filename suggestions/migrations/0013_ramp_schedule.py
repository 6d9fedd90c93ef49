"""Write the schedule of the look at the canary once; from then on it is the operator's, as the others are."""

import json

from django.db import migrations


def write_schedule(apps, _schema_editor):
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    often, _ = interval.objects.get_or_create(every=30, period="seconds")
    task.objects.get_or_create(
        name="Watch the canary",
        defaults={
            "task": "suggestions.tasks.evaluate_rollout",
            "interval": often,
            "kwargs": json.dumps({}),
            # A look that comes late is worth nothing: the next one sees more.
            "expire_seconds": 30,
            "description": "Lowers or holds the canary where a guardrail fires; takes the next step where the "
            "policy may.",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("suggestions", "0012_ramp"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(write_schedule, migrations.RunPython.noop)]
