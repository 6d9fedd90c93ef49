import importlib

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from lmsuggest.celery import app

pytestmark = pytest.mark.django_db

migrations = [
    importlib.import_module(f"mlmodels.migrations.{name}") for name in ("0002_schedule", "0005_triggers")
]


def test_schedule__after_migrating__every_task_exists_in_celery() -> None:
    app.loader.import_default_modules()
    own = PeriodicTask.objects.filter(task__startswith="mlmodels.")

    assert {row.task for row in own} == {
        *("mlmodels.tasks.sweep", "mlmodels.tasks.train_on_schedule", "mlmodels.tasks.watch")
    }
    assert {row.task for row in own} <= set(app.tasks)
    sweep = own.get(task="mlmodels.tasks.sweep")
    assert (sweep.interval.every, sweep.interval.period) == (30, "seconds")
    watch = own.get(task="mlmodels.tasks.watch")
    assert (watch.interval.every, watch.interval.period) == (1, "hours")
    nightly = own.get(name="Train every night").crontab
    assert (nightly.hour, nightly.minute, str(nightly.timezone)) == ("3", "0", "UTC")


def test_schedule__edited_by_the_operator__stays_edited() -> None:
    PeriodicTask.objects.filter(task="mlmodels.tasks.sweep").update(enabled=False)

    for migration in migrations:
        migration.write_schedules(apps, None)

    assert not PeriodicTask.objects.get(task="mlmodels.tasks.sweep").enabled
    assert PeriodicTask.objects.filter(task__startswith="mlmodels.").count() == 4


def test_schedule__weekly_training__waits_to_be_enabled_instead_of_the_nightly_one() -> None:
    weekly = PeriodicTask.objects.get(name="Train every week")

    assert (weekly.enabled, weekly.crontab.day_of_week, weekly.crontab.hour) == (False, "0", "3")
    assert PeriodicTask.objects.get(name="Train every night").enabled


def test_schedule__without_results__beat_adds_no_task_that_tidies_them_away() -> None:
    # What the scheduler asks before it adds celery.backend_cleanup; running it here would close connections.
    assert not app.conf.result_expires
