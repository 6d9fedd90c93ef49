import importlib

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from lmsuggest.celery import app

pytestmark = pytest.mark.django_db

migration = importlib.import_module("mlmodels.migrations.0002_schedule")


def test_schedule__after_migrating__both_tasks_exist_in_celery() -> None:
    app.loader.import_default_modules()
    own = PeriodicTask.objects.filter(task__startswith="mlmodels.")

    assert {row.task for row in own} == {"mlmodels.tasks.sweep", "mlmodels.tasks.train_on_schedule"}
    assert {row.task for row in own} <= set(app.tasks)
    sweep = own.get(task="mlmodels.tasks.sweep")
    assert (sweep.interval.every, sweep.interval.period) == (30, "seconds")
    nightly = own.get(task="mlmodels.tasks.train_on_schedule").crontab
    assert (nightly.hour, nightly.minute, str(nightly.timezone)) == ("3", "0", "UTC")


def test_schedule__edited_by_the_operator__stays_edited() -> None:
    PeriodicTask.objects.filter(task="mlmodels.tasks.sweep").update(enabled=False)

    migration.write_schedules(apps, None)

    assert not PeriodicTask.objects.get(task="mlmodels.tasks.sweep").enabled
    assert PeriodicTask.objects.filter(task__startswith="mlmodels.").count() == 2


def test_schedule__without_results__beat_adds_no_task_that_tidies_them_away() -> None:
    # What the scheduler asks before it adds celery.backend_cleanup; running it here would close connections.
    assert not app.conf.result_expires
