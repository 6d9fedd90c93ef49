"""When trainings are asked for by the clock: off, every night, or once a week."""

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from audit import log

TASK = "mlmodels.tasks.train_on_schedule"
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""As crontabs count them: from 0."""
_NAMES = {"nightly": "Train every night", "weekly": "Train every week"}
How = Literal["off", "nightly", "weekly", "custom"]


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
    """Differs once somebody has changed it."""
    last_at: datetime | None
    """When beat has last asked for a training; None: never."""
    next_at: datetime | None
    """When it does so next; None: never."""


def read_schedule() -> StoredSchedule:
    """Return the schedule that beat follows."""
    tasks = list(PeriodicTask.objects.filter(task=TASK).select_related("crontab", "interval").order_by("pk"))
    enabled = [task for task in tasks if task.enabled]
    stamp = ";".join(f"{task.pk} {task.enabled} {task.date_changed:%Y%m%d%H%M%S%f}" for task in tasks)
    last_at = max((task.last_run_at for task in tasks if task.last_run_at), default=None)
    if not enabled:
        return StoredSchedule(TrainingSchedule("off"), stamp, last_at, None)
    next_at = min(_next_after(task, now=timezone.now()) for task in enabled)
    plain = _plain(enabled[0].crontab) if len(enabled) == 1 and enabled[0].crontab else None
    custom = TrainingSchedule("custom", crontab="; ".join(str(task.schedule) for task in enabled))
    return StoredSchedule(plain or custom, stamp, last_at, next_at)


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


def _next_after(task: PeriodicTask, *, now: datetime) -> datetime:
    left: timedelta = task.schedule.remaining_estimate(task.last_run_at or now)
    # To the minute, as schedules are: the estimate counts from a moment of its own.
    return (now + max(left, timedelta(0)) + timedelta(seconds=30)).replace(second=0, microsecond=0)


def _plain(crontab: CrontabSchedule) -> TrainingSchedule | None:
    days = crontab.day_of_week
    is_plain = crontab.hour.isdigit() and crontab.minute.isdigit() and str(crontab.timezone) == "UTC"
    if not is_plain or (crontab.day_of_month, crontab.month_of_year) != ("*", "*"):
        return None
    at = f"{int(crontab.hour):02}:{int(crontab.minute):02}"
    if days == "*":
        return TrainingSchedule("nightly", at)
    return TrainingSchedule("weekly", at, int(days) % 7) if days.isdigit() else None
