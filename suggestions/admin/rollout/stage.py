"""On which step the canary stands, since when, and how it goes up again after it was lowered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.gate import describe_left
from suggestions.standing import Ground


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the canary stands on its way up."""

    text: str
    """The step by its number and percentage."""
    since: datetime
    dwell: str
    """How much of the time on it is left."""
    way_up: str
    """How it goes up again; empty unless it was lowered last."""


def view_stage(ground: Ground) -> Stage:
    """Return the step in words."""
    standing, policy = ground.standing, ground.policy
    left = policy.dwell_left(standing.percentage, since=standing.since, now=ground.now)
    return Stage(_step(ground), standing.since, _dwell(ground, left), _way_up(ground))


def _step(ground: Ground) -> str:
    steps, here = ground.policy.steps, ground.standing.percentage
    below = sum(1 for step in steps if step <= here)
    name = "shadow" if here == 0 else in_percent(here)
    if here in steps:
        return f"Step {below} of {len(steps)}: {name}"
    return f"Between step {below} and the next of {len(steps)}: {name}"


def _dwell(ground: Ground, left: timedelta) -> str:
    if ground.policy.next_step(ground.standing.percentage) is None:
        return "the last step"
    hours = ground.policy.dwell(ground.standing.percentage) / timedelta(hours=1)
    if left:
        return f"{describe_left(left)} left of {hours:g} hours"
    return f"its {hours:g} hours are over" if hours else "no minimum time"


def _way_up(ground: Ground) -> str:
    to = ground.policy.next_step(ground.standing.percentage)
    if not ground.standing.was_lowered or to is None:
        return ""
    hold = "lift the hold, then " if ground.holds else ""
    return (
        f"The canary was lowered. To go up again the normal way: {hold}wait until every gate for "
        f"{in_percent(to)} is open, and let an admin raise it. The same users are served by the model again."
    )
