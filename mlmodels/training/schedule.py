"""When trainings are asked for by the clock: off, every night, or once a week."""

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from celery.schedules import ParseException
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from audit import log
from mlmodels.models import TrainingRun

TASK = "mlmodels.tasks.train_on_schedule"
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""As crontabs count them: from 0."""
_NAMES = {"nightly": "Train every night", "weekly": "Train every week"}
How = Literal["off", "nightly", "weekly", "custom"]
OVERDUE_AFTER = timedelta(minutes=5)
"""Beat looks every few seconds, and writes down what it started every three minutes."""
_LOCK = 2_066_191_523
"""The number of the lock that writers of the schedule take in turn; no other code takes it."""


class ScheduleConflict(Exception):
    """Somebody else has changed the schedule since it was looked at."""


class ScheduleNotLogged(Exception):
    """The change cannot be logged, so it was not made."""


@dataclass(frozen=True, slots=True)
class TrainingSchedule:
    """When trainings are asked for; times are UTC."""

    how: How
    at: str = "03:00"
    """HH:MM."""
    day: int = 0
    """Of the week, Sunday is 0; of weekly ones only."""
    crontab: str = ""
    """What stands in a schedule of somebody's own making, how == "custom"."""

    @property
    def text(self) -> str:
        """Return it in words."""
        if self.how == "nightly":
            return f"every day at {self.at} UTC"
        if self.how == "weekly":
            return f"every {DAYS[self.day]} at {self.at} UTC"
        return "never" if self.how == "off" else f"a schedule of your own ({self.crontab})"


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """The schedule as it stands."""

    schedule: TrainingSchedule
    stamp: str
    """Differs once somebody has changed it; beat's own notes change nothing."""
    last_at: datetime | None
    """When the clock last started a training; None: never."""
    next_at: datetime | None
    """When beat is to ask for one next; None: never."""
    is_overdue: bool = False
    """That moment is past, and beat has not asked."""

    @property
    def never_comes(self) -> bool:
        """Tell whether something is set that no day of the calendar is, as the 31st of February."""
        return self.schedule.how != "off" and self.next_at is None


def read_schedule() -> StoredSchedule:
    """Return the schedule that beat follows."""
    enabled = list(
        PeriodicTask.objects.filter(task=TASK, enabled=True)
        .select_related("crontab", "interval")
        .order_by("pk")
    )
    now = timezone.now()
    moments = [moment for task in enabled if (moment := _due_at(task, now=now))]
    next_at = min(moments, default=None)
    return StoredSchedule(
        _in_words(enabled),
        stamp="; ".join(f"{task.pk}: {_rule(task)}" for task in enabled),
        last_at=_last_at(),
        next_at=next_at,
        is_overdue=next_at is not None and next_at < now - OVERDUE_AFTER,
    )


def write_schedule(
    schedule: TrainingSchedule,
    *,
    by: User | None,
    reason: str,
    stamp: str | None = None,
    origin: log.Origin = log.Origin.COMMAND,
) -> None:
    """Have trainings asked for then, and at no other time; with a stamp only if it still is the present one.

    Raises:
        ScheduleConflict: it was changed since.
        ScheduleNotLogged: the audit log cannot be written.
    """
    try:
        with transaction.atomic():
            _wait_for_other_writers()
            tasks = list(PeriodicTask.objects.select_for_update().filter(task=TASK))
            before = read_schedule()
            if stamp is not None and stamp != before.stamp:
                raise ScheduleConflict
            for task in tasks:
                if task.enabled:
                    task.enabled = False
                    task.save()  # tells beat
            if schedule.how in _NAMES:
                _enable(schedule)
            log.record(
                log.Kind.SCHEDULE,
                subject="trainings",
                actor=log.name_of(by),
                origin=origin,
                reason=reason,
                before=asdict(before.schedule),
                after=asdict(schedule),
            )
    except log.LogUnavailable as error:
        raise ScheduleNotLogged(str(error)) from error


def to_schedule(how: str, at: time, day: int) -> TrainingSchedule:
    """Return the schedule that somebody chose."""
    if how == "weekly":
        return TrainingSchedule("weekly", f"{at:%H:%M}", day)
    return TrainingSchedule("nightly", f"{at:%H:%M}") if how == "nightly" else TrainingSchedule("off")


def _enable(schedule: TrainingSchedule) -> None:
    hour, minute = schedule.at.split(":")
    moments = {
        "minute": str(int(minute)),
        "hour": str(int(hour)),
        "day_of_week": str(schedule.day) if schedule.how == "weekly" else "*",
        "day_of_month": "*",
        "month_of_year": "*",
        "timezone": "UTC",
    }
    # No get_or_create: the admin lets an operator enter the same times twice.
    same = CrontabSchedule.objects.filter(**moments).order_by("pk").first()
    crontab = same or CrontabSchedule.objects.create(**moments)
    # An operator may have deleted it, or given it an interval.
    task, _ = PeriodicTask.objects.get_or_create(
        name=_NAMES[schedule.how], defaults={"task": TASK, "crontab": crontab}
    )
    task.task, task.crontab, task.interval, task.enabled = TASK, crontab, None, True
    task.save()


def _wait_for_other_writers() -> None:
    # No row will do: all of the schedule's may be deleted. SQLite lets one transaction write at a time.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _last_at() -> datetime | None:
    # Beat forgets when it last ran with every save of a schedule; the runs do not.
    scheduled = TrainingRun.objects.filter(kind=TrainingRun.Kind.SCHEDULED)
    return scheduled.order_by("-pk").values_list("created_at", flat=True).first()


def _due_at(task: PeriodicTask, *, now: datetime) -> datetime | None:
    try:
        # What beat goes by: when it last ran, or else when the row was saved.
        left: timedelta = task.schedule.remaining_estimate(task.last_run_at or task.date_changed)
    except (ValueError, ParseException):
        return None  # no day is such a day: beat leaves the row out
    # To the minute, as schedules are: the estimate counts from a moment of its own.
    return (now + left + timedelta(seconds=30)).replace(second=0, microsecond=0)


def _in_words(enabled: list[PeriodicTask]) -> TrainingSchedule:
    if not enabled:
        return TrainingSchedule("off")
    plain = _plain(enabled[0].crontab) if len(enabled) == 1 and enabled[0].crontab else None
    return plain or TrainingSchedule("custom", crontab="; ".join(_rule(task) for task in enabled))


def _rule(task: PeriodicTask) -> str:
    crontab = task.crontab
    if crontab is None:
        return str(task.scheduler)
    days = f"{crontab.day_of_month} {crontab.month_of_year} {crontab.day_of_week}"
    return f"{crontab.minute} {crontab.hour} {days} {crontab.timezone}"


def _plain(crontab: CrontabSchedule) -> TrainingSchedule | None:
    days = crontab.day_of_week
    is_plain = crontab.hour.isdigit() and crontab.minute.isdigit() and str(crontab.timezone) == "UTC"
    if not is_plain or (crontab.day_of_month, crontab.month_of_year) != ("*", "*"):
        return None
    at = f"{int(crontab.hour):02}:{int(crontab.minute):02}"
    if days == "*":
        return TrainingSchedule("nightly", at)
    return TrainingSchedule("weekly", at, int(days) % 7) if days.isdigit() else None
