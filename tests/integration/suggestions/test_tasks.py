"""The look at the canary is scheduled once, often, and never piles up."""

import importlib

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from lmsuggest.celery import app

pytestmark = pytest.mark.django_db

NAME = "suggestions.tasks.evaluate_rollout"
migration = importlib.import_module("suggestions.migrations.0013_ramp_schedule")


def test_schedule__after_migrating__looks_twice_a_minute_and_drops_what_comes_late() -> None:
    app.loader.import_default_modules()
    row = PeriodicTask.objects.get(task__startswith="suggestions.")

    assert row.task == NAME
    assert NAME in app.tasks
    assert (row.interval.every, row.interval.period, row.expire_seconds) == (30, "seconds", 30)
    assert row.enabled


def test_schedule__edited_by_the_operator__stays_edited() -> None:
    PeriodicTask.objects.filter(task=NAME).update(enabled=False)

    migration.write_schedule(apps, None)

    assert not PeriodicTask.objects.get(task=NAME).enabled


def test_task__result__is_kept_nowhere() -> None:
    app.loader.import_default_modules()

    assert app.tasks[NAME].ignore_result
