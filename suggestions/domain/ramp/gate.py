"""Whether the next step of the canary is open, and if not, everything that stands before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.guardrails import Action, GuardrailReading
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy

HOLDS = "incidents"
"""The criterion that repeats the open holds, which are named one by one here."""


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Why the canary is held, and by whom."""

    reason: str
    placed_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the canary stands."""

    percentage: int
    """Hundredths of a percent."""
    version: int
    """Of the rollout."""
    step_version: int
    """Of the rollout when the step began: changes of other things do not begin another one."""
    since: datetime
    """When the percentage was last changed, by the database's clock."""
    was_lowered: bool
    """The last change went down."""
    champion_id: int | None
    """None: no version is champion."""
    holds: tuple[OpenHold, ...]


def held_by(standing: Standing) -> list[str]:
    """Say what holds the canary; no override gets past it."""
    return [f"A hold by {hold.placed_by}: {hold.reason}" for hold in standing.holds]


def blockers(evidence: Evidence, policy: Policy, standing: Standing, *, to: int, now: datetime) -> list[str]:
    """Say everything that stands before a wider canary; empty when the step is open."""
    return [
        *held_by(standing),
        *_champion(standing),
        *_size(policy, standing, to),
        *_dwell(policy, standing, now),
        *(f"The guardrail “{one.title}” fired: {one.detail}" for one in fired(evidence)),
        *_criteria(evidence),
    ]


def fired(evidence: Evidence) -> list[GuardrailReading]:
    """Return the guardrails that lower the canary; what they found at 0 % stands before the first step, too.

    What one that only holds has found is a person's to judge: lifting the hold answers it.
    """
    return [one for one in evidence.guardrails if one.has_fired and one.action == Action.LOWER]


def describe_left(left: timedelta) -> str:
    """Write how long something still takes, in the unit that fits."""
    hours = left / timedelta(hours=1)
    if hours > 48:
        return f"{ceil(hours / 24)} days"
    if hours > 1:
        return f"{ceil(hours)} hours"
    minutes = max(1, ceil(hours * 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _criteria(evidence: Evidence) -> Iterator[str]:
    for one in evidence.criteria:
        if one.blocks and one.name != HOLDS:
            yield f"{one.title}: {one.status}, {one.detail}"


def _champion(standing: Standing) -> Iterator[str]:
    if standing.champion_id is None:
        yield "No version is champion: promote one first"


def _size(policy: Policy, standing: Standing, to: int) -> Iterator[str]:
    step = policy.next_step(standing.percentage)
    if step is None:
        yield f"The policy's steps end at {in_percent(max(policy.steps))}"
    elif to > step:
        here, next_one = in_percent(standing.percentage), in_percent(step)
        yield f"{in_percent(to)} is more than the next step: from {here} it is {next_one}"


def _dwell(policy: Policy, standing: Standing, now: datetime) -> Iterator[str]:
    left = policy.dwell_left(standing.percentage, since=standing.since, now=now)
    if left:
        hours = policy.dwell(standing.percentage) / timedelta(hours=1)
        yield f"{in_percent(standing.percentage)} lasts at least {hours:g} hours; {describe_left(left)} left"
