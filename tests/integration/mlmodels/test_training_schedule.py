"""The schedule of trainings: read and written in plain words, kept where beat reads it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from audit.models import AuditEntry
from lmsuggest.celery import app
from mlmodels.training.schedule import (
    TASK,
    ScheduleConflict,
    ScheduleNotLogged,
    TrainingSchedule,
    read_schedule,
    to_schedule,
    write_schedule,
)
from tests.registry_rows import make_run

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


def test_read__schedule_of_ones_own__is_written_as_crontabs_are() -> None:
    CrontabSchedule.objects.filter(periodictask__name="Train every night").update(
        hour="*/2", day_of_month="1"
    )

    write_schedule(WEEKLY, by=None, reason="simpler")

    entry = AuditEntry.objects.first()
    assert entry is not None
    assert entry.before["crontab"] == "0 */2 1 * * UTC"


def test_read__interval__is_written_in_words() -> None:
    interval = IntervalSchedule.objects.create(every=5, period="hours")
    nightly_task(crontab=None, interval=interval)

    assert read_schedule().schedule.text == "a schedule of your own (every 5 hours)"


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


def nightly_task(**changes: Any) -> PeriodicTask:
    PeriodicTask.objects.filter(name="Train every night").update(**changes)
    return PeriodicTask.objects.select_related("crontab").get(name="Train every night")


def test_read__next__is_what_beat_goes_by() -> None:
    now = timezone.now()
    nightly_task(date_changed=now)

    nightly = read_schedule()
    write_schedule(to_schedule("off", time(3), 0), by=None, reason="off")

    assert nightly.next_at is not None
    assert (nightly.next_at.hour, nightly.next_at.minute) == (3, 0)
    assert now < nightly.next_at <= now + timedelta(days=1)
    assert not nightly.is_overdue
    assert read_schedule().next_at is None


@pytest.mark.parametrize("ran", [True, False])
def test_read__beat_down_for_days__overdue_since_the_first_moment_missed(ran: bool) -> None:
    long_ago = (timezone.now() - timedelta(days=9)).replace(hour=12)
    task = nightly_task(last_run_at=long_ago if ran else None, date_changed=long_ago)

    stored = read_schedule()

    assert ModelEntry(task, app=app).is_due().is_due
    assert stored.is_overdue
    assert stored.next_at == (long_ago + timedelta(days=1)).replace(hour=3, minute=0, second=0, microsecond=0)
    assert f"overdue since {stored.next_at:%Y-%m-%d} 03:00 UTC: is beat running?" in schedule()


def test_read__last__is_of_the_newest_training_by_the_clock_and_survives_each_save() -> None:
    assert read_schedule().last_at is None
    run = make_run(kind="scheduled", slot="2026-03-01")
    make_run(kind="manual")

    write_schedule(to_schedule("off", time(3), 0), by=None, reason="off")

    assert read_schedule().last_at == run.created_at


def test_schedule__of_a_day_that_never_comes__is_said_and_can_be_replaced() -> None:
    never = CrontabSchedule.objects.create(minute="0", hour="3", day_of_month="31", month_of_year="2")
    nightly_task(crontab=never)

    stored, said = read_schedule(), schedule()
    write_schedule(WEEKLY, by=None, reason="a day that comes", stamp=stored.stamp)

    assert stored.never_comes
    assert stored.next_at is None
    assert said.endswith("(0 3 31 2 * UTC); this schedule never comes, set another one.\n")
    assert read_schedule().schedule == WEEKLY


def test_write__stamp_of_before_the_times_were_edited__changes_nothing() -> None:
    seen = read_schedule().stamp
    CrontabSchedule.objects.filter(periodictask__name="Train every night").update(hour="5")

    with pytest.raises(ScheduleConflict):
        write_schedule(WEEKLY, by=None, reason="me", stamp=seen)

    assert read_schedule().schedule == TrainingSchedule("nightly", "05:00")


def test_write__beat_ran_meanwhile__is_no_conflict() -> None:
    seen = read_schedule().stamp
    next(ModelEntry(nightly_task(), app=app)).save()

    write_schedule(WEEKLY, by=None, reason="me", stamp=seen)

    assert read_schedule().schedule == WEEKLY


@pytest.mark.django_db(transaction=True)
def test_write__two_at_once_and_no_row_of_the_schedule_left__one_of_them() -> None:
    PeriodicTask.objects.filter(task=TASK).delete()
    barrier = Barrier(2)

    def write(chosen: TrainingSchedule) -> bool:
        try:
            barrier.wait(timeout=10)
            write_schedule(chosen, by=None, reason="at once", stamp="")
            return True
        except ScheduleConflict:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        written = list(pool.map(write, [TrainingSchedule("nightly"), WEEKLY]))

    assert sorted(written) == [False, True]
    assert len(enabled()) == 1


def test_command__says_and_sets_it() -> None:
    nightly_task(date_changed=timezone.now())

    assert schedule().startswith("Trainings by the clock: every day at 03:00 UTC; next at 20")
    assert schedule().endswith(" 03:00 UTC.\n")
    assert "every Tuesday at 05:00 UTC" in schedule(
        *("weekly", "--day", "tue", "--at", "05:00", "--reason", "after the backup")
    )
    with pytest.raises(CommandError, match="--reason"):
        schedule("off")


@pytest.mark.parametrize("at", ["25:00", "3am", "03:00+05:00", "03:00Z", "03:00:30", "0300"])
def test_command__time_of_another_form__is_refused_with_the_right_one(at: str) -> None:
    with pytest.raises(CommandError, match="no time of day: write HH:MM in UTC, such as 03:00"):
        schedule("nightly", "--at", at, "--reason", "x")

    assert read_schedule().schedule == TrainingSchedule("nightly", "03:00")


def test_write__two_equal_crontabs__takes_one_of_them() -> None:
    for _ in range(2):
        CrontabSchedule.objects.create(minute="0", hour="5", timezone="UTC")

    write_schedule(TrainingSchedule("nightly", "05:00"), by=None, reason="earlier than the bank's file")

    assert read_schedule().schedule == TrainingSchedule("nightly", "05:00")
