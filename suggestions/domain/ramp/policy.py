"""The steps of the canary, the minimum time on each, and who takes the next one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from suggestions.domain.percentage import FULL, in_percent

DEFAULT_STEPS: Final = (0, 1_000, 2_500, 5_000, 10_000)
DEFAULT_DWELL_HOURS: Final = (72, 72, 168, 168, 0)
LONGEST_DWELL_HOURS: Final = 24 * 365
MOST_COMPARISONS = 1_000_000
WIDEST_MARGIN_POINTS: Final = 20.0


class LowersTo(StrEnum):
    """Where a guardrail takes the canary."""

    ZERO = "zero"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Policy:
    """What has to hold before the canary is widened, and what happens by itself."""

    steps: tuple[int, ...] = DEFAULT_STEPS
    """Hundredths of a percent, ascending from 0."""
    dwell_hours: tuple[int, ...] = DEFAULT_DWELL_HOURS
    """The minimum time on each step before the next one."""
    needs_second_person: bool = False
    is_automatic: bool = False
    """Take the next step by itself once nothing speaks against it."""
    watches: bool = True
    """Let the guardrails lower and hold the canary."""
    lowers_to: LowersTo = LowersTo.ZERO
    accuracy_margin_points: float = 1.0
    accept_margin_points: float = 2.0
    min_comparisons: int = 300
    proposal_hours: int = 72

    def next_step(self, percentage: int) -> int | None:
        """Return the first step above; None at the top."""
        return next((step for step in self.steps if step > percentage), None)

    def previous_step(self, percentage: int) -> int:
        """Return the last step below; 0 where there is none."""
        return max((step for step in self.steps if step < percentage), default=0)

    def lowered(self, percentage: int) -> int:
        """Return where a guardrail takes the canary from here."""
        return self.previous_step(percentage) if self.lowers_to == LowersTo.PREVIOUS else 0

    def dwell(self, percentage: int) -> timedelta:
        """Return how long to stay here; between two steps the lower one's time counts."""
        pairs = zip(self.steps, self.dwell_hours, strict=True)
        return timedelta(hours=[0, *(hours for step, hours in pairs if step <= percentage)][-1])

    def dwell_left(self, percentage: int, *, since: datetime, now: datetime) -> timedelta:
        """Return how much of the time to stay is left; both times by the same clock."""
        # A clock that was set back must not make the time longer than it is.
        stayed = max(now - since, timedelta(0))
        return max(self.dwell(percentage) - stayed, timedelta(0))


def contradictions(policy: Policy) -> list[str]:
    """Name in plain words everything that makes a policy impossible to follow; empty when it can be."""
    return [*_of_steps(policy.steps), *_of_dwell(policy), *_of_people(policy), *_of_figures(policy)]


def _of_steps(steps: tuple[int, ...]) -> Iterator[str]:
    if len(steps) < 2:
        yield "There must be at least two steps: 0 % and one above it."
    if steps and steps[0] != 0:
        yield f"The steps must start at 0 %, the shadow, not at {in_percent(steps[0])}."
    for step in steps:
        if not 0 <= step <= FULL:
            yield f"The step {in_percent(step)} is outside 0 % to 100 %."
    for before, after in pairwise(steps):
        if after <= before:
            yield (f"The steps must rise: {in_percent(after)} comes after {in_percent(before)}.")


def _of_dwell(policy: Policy) -> Iterator[str]:
    if len(policy.dwell_hours) != len(policy.steps):
        yield (
            f"Each step needs its hours: there are {len(policy.steps)} steps and "
            f"{len(policy.dwell_hours)} numbers of hours."
        )
    for hours in policy.dwell_hours:
        if not 0 <= hours <= LONGEST_DWELL_HOURS:
            yield f"{hours} hours are outside 0 to {LONGEST_DWELL_HOURS}, which is a year."


def _of_people(policy: Policy) -> Iterator[str]:
    if policy.is_automatic and policy.needs_second_person:
        yield (
            "The next step cannot be taken automatically and need a second person as well: nobody would be "
            "asked. Switch one of the two off."
        )
    if policy.is_automatic and not policy.watches:
        yield (
            "The next step cannot be taken automatically while the guardrails are off: nothing would take it "
            "back. Switch the guardrails on, or the automatic step off."
        )


def _of_figures(policy: Policy) -> Iterator[str]:
    margins = {"accuracy": policy.accuracy_margin_points, "accept rate": policy.accept_margin_points}
    for name, points in margins.items():
        if not 0 < points <= WIDEST_MARGIN_POINTS:
            yield (
                f"The margin of the {name} must be above 0 and at most {WIDEST_MARGIN_POINTS:g} points, not "
                f"{points:g}."
            )
    if not 1 <= policy.min_comparisons <= MOST_COMPARISONS:
        yield (
            f"At least 1 comparison and at most {MOST_COMPARISONS:,} can be asked for, not "
            f"{policy.min_comparisons:,}."
        )
    if not 1 <= policy.proposal_hours <= LONGEST_DWELL_HOURS:
        yield (
            "A proposal must stay open for at least 1 hour and at most a year, not "
            f"{policy.proposal_hours} hours."
        )
