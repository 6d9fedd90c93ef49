"""The look at the canary is scheduled once, often, and never piles up; it counts what others left."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from lmsuggest.celery import app
from suggestions.evidence.reading import current_evidence
from suggestions.models import EvidenceHour, SuggestionEvent
from suggestions.rollout import read_rollout
from suggestions.tasks import evaluate_rollout
from tests.builders import make_client, make_event, make_transaction
from tests.ramp_evidence import stand_at

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


def test_task__with_what_a_later_release_may_send__looks_and_changes_nothing_without_cause() -> None:
    version = stand_at(1_000)

    evaluate_rollout(sent_by="a later release")

    assert read_rollout().version == version


def test_task__more_hours_to_count_than_a_look_counts__counts_them_all() -> None:
    client, now = make_client(), timezone.now()
    for age in range(7):
        event = make_event(make_transaction(client), state="agree")
        SuggestionEvent.objects.filter(pk=event.pk).update(created_at=now - timedelta(hours=age))

    current_evidence()
    counted_by_a_look = EvidenceHour.objects.count()
    evaluate_rollout()

    assert (counted_by_a_look, EvidenceHour.objects.count()) == (4, 7)
