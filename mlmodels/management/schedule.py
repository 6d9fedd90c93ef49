"""`manage.py models schedule`: when trainings are asked for by the clock."""

import re
from argparse import ArgumentTypeError
from datetime import time
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from mlmodels.management.acting import Options
from mlmodels.training.schedule import (
    DAYS,
    ScheduleNotLogged,
    StoredSchedule,
    read_schedule,
    to_schedule,
    write_schedule,
)

_DAYS = {day[:3].lower(): number for number, day in enumerate(DAYS)}


def add_actions(actions: Any) -> None:
    """Define schedule."""
    parser = actions.add_parser("schedule", help="say or set when trainings are asked for")
    parser.add_argument("how", nargs="?", choices=["off", "nightly", "weekly"], help="without it: say it")
    parser.add_argument("--at", type=_time, default=time(3), metavar="HH:MM", help="UTC; 03:00")
    parser.add_argument("--day", choices=list(_DAYS), default="sun", help="of the week, for weekly")
    parser.add_argument("--reason", default="")
    parser.set_defaults(act=_schedule)


def _schedule(options: Options, out: OutputWrapper) -> None:
    if options["how"]:
        if not options["reason"].strip():
            raise CommandError("Say why, with --reason: it stands in the audit log.")
        chosen = to_schedule(options["how"], options["at"], _DAYS[options["day"]])
        try:
            write_schedule(chosen, by=None, reason=options["reason"])
        except ScheduleNotLogged as error:
            raise CommandError(f"Not done: {error}.") from error
    stored = read_schedule()
    out.write(f"Trainings by the clock: {stored.schedule.text}{_following(stored)}")


def _following(stored: StoredSchedule) -> str:
    if stored.never_comes:
        return "; this schedule never comes, set another one."
    if stored.next_at is None:
        return "."
    moment = f"{stored.next_at:%Y-%m-%d %H:%M} UTC"
    return f"; overdue since {moment}: is beat running?" if stored.is_overdue else f"; next at {moment}."


def _time(text: str) -> time:
    # Not time.fromisoformat, which takes seconds and a zone too: both would be lost.
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text, re.ASCII):
        raise ArgumentTypeError(f"{text!r} is no time of day: write HH:MM in UTC, such as 03:00")
    return time.fromisoformat(text)
