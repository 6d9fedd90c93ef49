"""What every action is given, and in whose name it acts."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from suggestions.domain.percentage import InvalidPercentage, in_percent, parse_percentage
from suggestions.models import RolloutChange, RolloutProposal

ORIGIN: Final = RolloutChange.Origin.COMMAND

Options = dict[str, Any]
Say = Callable[[str], object]
Act = Callable[[Options, Say], None]


def add_reason(parser: ArgumentParser, *, required: bool = True) -> None:
    """Ask why, and in whose name."""
    parser.add_argument("--reason", required=required, help="what the next person reads in the log")
    parser.add_argument(
        "--as",
        dest="username",
        metavar="USERNAME",
        help="act in this person's name and with their rights; nobody approves without a name",
    )


def actor(options: Options) -> User | None:
    """Return the person in whose name it is done; None when none is named."""
    name = options["username"]
    if name is None:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name!r}; upper and lower case count.")
    return user


def percentage(options: Options) -> int:
    """Return the percentage that was typed, in hundredths of a percent."""
    try:
        return parse_percentage(options["percentage"])
    except InvalidPercentage as error:
        raise CommandError(str(error)) from None


def announce(outcome: RolloutChange | RolloutProposal, say: Say) -> None:
    """Say what became of a wish for another percentage."""
    before, after = in_percent(outcome.from_percentage), in_percent(outcome.to_percentage)
    if isinstance(outcome, RolloutProposal):
        say(
            f"Proposed {before} → {after} as proposal {outcome.pk}; nothing has changed yet. Another admin "
            f'approves it: rollout approve {outcome.pk} --reason "…" --as USERNAME, or the rollout page.'
        )
        return
    past = ", past the gates" if outcome.is_overridden else ""
    say(f"{before} → {after} (version {outcome.version}{past}), from the next request on.")
