"""The schedule of trainings: read and written in plain words, kept where beat reads it."""

from datetime import time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from audit.models import AuditEntry
from mlmodels.training_schedule import (
    TASK,
    ScheduleConflict,
    ScheduleNotLogged,
    TrainingSchedule,
    read_schedule,
    to_schedule,
    write_schedule,
)

pytestmark = pytest.mark.django_db

WEEKLY = to_schedule("weekly", time(4, 30), 1)


def enabled() -> list[tuple[str, str]]:
    tasks = PeriodicTask.objects.filter(task=TASK, enabled=True).select_related("crontab")
    return [(task.name, str(task.crontab)) for task in tasks]


def schedule(*arguments: str) -> str:
    output = StringIO()
    call_command("models", "schedule", *arguments, stdout=output)
    return output.getvalue()


def test_read__after_migrating__is_nightly() -> None:
    assert read_schedule().schedule == TrainingSchedule("nightly", "03:00")


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        (to_schedule("nightly", time(22, 5), 3), "every day at 22:05 UTC"),
        (WEEKLY, "every Monday at 04:30 UTC"),
        (to_schedule("off", time(3), 0), "never"),
    ],
)
def test_write__any__is_what_is_read_and_what_beat_follows(chosen: TrainingSchedule, text: str) -> None:
    write_schedule(WEEKLY, by=None, reason="first another one")

    write_schedule(chosen, by=None, reason="quiet hours")

    assert read_schedule().schedule == chosen
    assert chosen.text == text
    assert len(enabled()) == (chosen.how != "off")
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.kind, entry.reason) == ("schedule", "quiet hours")


def test_write__task_deleted_or_on_an_interval__is_made_good() -> None:
    PeriodicTask.objects.filter(name="Train every week").delete()
    interval = IntervalSchedule.objects.create(every=5, period="hours")
    PeriodicTask.objects.filter(name="Train every night").update(crontab=None, interval=interval)

    write_schedule(WEEKLY, by=None, reason="weekly")
    write_schedule(to_schedule("nightly", time(1), 0), by=None, reason="nightly")

    assert [name for name, _ in enabled()] == ["Train every night"]
    assert read_schedule().schedule.text == "every day at 01:00 UTC"


@pytest.mark.parametrize(
    "changes",
    [{"hour": "*/2"}, {"day_of_month": "1"}, {"day_of_week": "1-5"}, {"timezone": "Europe/Berlin"}],
)
def test_read__schedule_of_ones_own__is_called_that(changes: dict[str, Any]) -> None:
    CrontabSchedule.objects.filter(periodictask__name="Train every night").update(**changes)

    assert read_schedule().schedule.how == "custom"


def test_read__two_enabled__is_called_a_schedule_of_ones_own() -> None:
    PeriodicTask.objects.filter(task=TASK).update(enabled=True)

    assert read_schedule().schedule.how == "custom"


def test_write__stamp_of_before_anothers_change__changes_nothing() -> None:
    seen = read_schedule().stamp
    write_schedule(WEEKLY, by=None, reason="somebody else")

    with pytest.raises(ScheduleConflict):
        write_schedule(to_schedule("off", time(3), 0), by=None, reason="me", stamp=seen)

    assert read_schedule().schedule == WEEKLY


def test_write__log_that_cannot_be_written__changes_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry RENAME TO gone")

    with pytest.raises(ScheduleNotLogged):
        write_schedule(WEEKLY, by=None, reason="weekly")

    assert read_schedule().schedule.how == "nightly"


def test_read__next_and_last__are_those_of_beat() -> None:
    now = timezone.now()
    PeriodicTask.objects.filter(name="Train every week").update(last_run_at=now - timedelta(days=9))

    nightly = read_schedule()
    write_schedule(to_schedule("off", time(3), 0), by=None, reason="off")
    off = read_schedule()

    assert nightly.next_at is not None
    assert (nightly.next_at.hour, nightly.next_at.minute) == (3, 0)
    assert now < nightly.next_at <= now + timedelta(days=1)
    assert (nightly.last_at, off.last_at, off.next_at) == (now - timedelta(days=9), nightly.last_at, None)


def test_command__says_and_sets_it() -> None:
    assert schedule().startswith("Trainings by the clock: every day at 03:00 UTC; next at 20")
    assert schedule().endswith(" 03:00 UTC.\n")
    assert "every Tuesday at 05:00 UTC" in schedule(
        *("weekly", "--day", "tue", "--at", "05:00", "--reason", "after the backup")
    )
    with pytest.raises(CommandError, match="--reason"):
        schedule("off")
    with pytest.raises(CommandError, match="no time of day"):
        schedule("nightly", "--at", "25:00", "--reason", "x")


def test_write__two_equal_crontabs__takes_one_of_them() -> None:
    for _ in range(2):
        CrontabSchedule.objects.create(minute="0", hour="5", timezone="UTC")

    write_schedule(TrainingSchedule("nightly", "05:00"), by=None, reason="earlier than the bank's file")

    assert read_schedule().schedule == TrainingSchedule("nightly", "05:00")
